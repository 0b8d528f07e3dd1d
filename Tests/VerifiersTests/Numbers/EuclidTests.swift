import Testing
import Verifiers

struct `The euclid verifier` {
  let family = "euclid"

  @Test(arguments: [
    ("gcd 252 105", "252=2*105+42\n105=2*42+21\n42=2*21+0", "21"),
    ("gcd 252 105", "252=2*105+42\n105=3*42-21\n42=2*21+0", nil),
    ("gcd 8 5", "8=2*5-2\n5=2*2+1\n2=2*1+0", "1"),
    ("gcd 8 5", "8=1*5+3\n5=2*3-1\n3=3*1+0", "1"),
    (
      "bezout 252 105",
      "252=2*105+42; s=1; t=-2\n105=2*42+21; s=-2; t=5\n42=2*21+0\n21=3*252-7*105",
      "3,-7"
    ),
    ("inverse 3 mod 7", "7=2*3+1; t=-2\n3=3*1+0\n-2 mod 7=5", "5"),
    ("inverse 4 mod 6", "6=1*4+2; t=-1\n4=2*2+0\n2 divides 4 and 6", "none"),
    ("inverse 4 mod 6", "6=2*4-2; t=2\n4=2*2+0\n2 divides 4 and 6", nil),
    (
      "power 7^5 mod 13",
      "5=2*2+1; r=1*7=7=7; b=7*7=49=10\n2=2*1+0; b=10*10=100=9\n1=2*0+1; r=7*9=63=11",
      "11"
    ),
    (
      "x=2 mod 3; x=3 mod 5",
      "5=2*3-1; t=2\n3=3*1+0\n3-2=1=1*1+0\n1*2=2; 2 mod 5=2\n2+3*2=8 mod 15", "8 mod 15"
    ),
    ("x=0 mod 4; x=1 mod 6", "6=1*4+2; t=-1\n4=2*2+0\n1-0=1=0*2+1", "none"),
    // The result so far has the greater modulus, then the same, and then the third contradicts it.
    (
      "x=2 mod 3; x=3 mod 5; x=2 mod 7",
      "5=2*3-1; t=2\n3=3*1+0\n3-2=1=1*1+0\n1*2=2; 2 mod 5=2\n2+3*2=8 mod 15\n"
        + "15=2*7+1; t=1\n7=7*1+0\n2-8=-6=-6*1+0\n-6*1=-6; -6 mod 7=1\n8+15*1=23 mod 105",
      "23 mod 105"
    ),
    (
      "x=1 mod 4; x=3 mod 6; x=9 mod 12",
      "6=1*4+2; t=-1\n4=2*2+0\n3-1=2=1*2+0\n1*-1=-1; -1 mod 3=2\n1+4*2=9 mod 12\n"
        + "12=1*12+0\n9-9=0=0*12+0\n0*0=0; 0 mod 1=0\n9+12*0=9 mod 12",
      "9 mod 12"
    ),
    (
      "x=1 mod 4; x=3 mod 6; x=2 mod 10",
      "6=1*4+2; t=-1\n4=2*2+0\n3-1=2=1*2+0\n1*-1=-1; -1 mod 3=2\n1+4*2=9 mod 12\n"
        + "12=1*10+2; t=1\n10=5*2+0\n2-9=-7=-4*2+1",
      "none"
    ),
  ])
  func `takes every right row and ends with the answer`(p: String, s: String, answer: String?)
    throws
  {
    let last = answer ?? (p.hasPrefix("gcd") ? "21" : "none")
    // A row may leave what is missing only where that is less than half.
    let isRight = answer != nil
    #expect(
      try verdict(family, p, s + "\nAnswer: \(last)").isAccepted == isRight, "\(p)")
  }

  @Test(arguments: [
    ("252=2*105+43\n105=2*43+19\nAnswer: 1", 1), ("252=1*105+147\nAnswer: 1", 1),
    ("252=3*105-63\nAnswer: 21", 1), ("252=2*105+42\n105=2*42+20\nAnswer: 1", 2),
    ("252=2*105+42\n105=2*42+21\n42=2*21-0\nAnswer: 21", 3),
    ("252=2*105+42\n105=2*42+21\n42=2*21+0\nAnswer: 42", 4),
    ("252=2*105+42\n105=2*42+21\nAnswer: 21", 3), ("252=2*105+42; t=-2\nAnswer: 21", 1),
    ("252=-2*105+42\nAnswer: 21", 1), ("0=0*0+0\nAnswer: 0", 1),
    ("252=999999999999999999*999999999999999999+999999999999999999\nAnswer: 1", 1),
    ("252=9999999999999999999*1+0\nAnswer: 1", 1), ("", 1),
  ])
  func `names the first bad line`(solution: String, step: Int) throws {
    #expect(try rejectedStep(family, "gcd 252 105", solution) == step)
  }

  @Test(arguments: [
    "", "gcd", "gcd 105 252", "gcd 5 5", "gcd 5 0", "gcd 0 0", "gcd -5 3", "inverse 1 mod 7",
    "inverse 8 mod 7", "power 2^0 mod 5", "power 1^2 mod 5", "power 5^2 mod 5",
    "x=3 mod 3; x=1 mod 5",
    "x=1 mod 5; x=1 mod 3", "x=0 mod 1; x=0 mod 2", "gcd 1000000000 3", "gcd 012 3", "lcm 12 3",
    "x=2 mod 3", "gcd 252 105 21", "x=2 mod 3;", "x=2 mod 3; x=2 mod 3", "x=0 mod 0; x=1 mod 2",
    "x=1 mod 2; x=1 mod 5; x=1 mod 3", "x=1 mod 2; x=1 mod 3; x=1 mod 3", "x=1 mod 2; x=1 mod 3;",
    "x=1 mod 2; x=1 mod 3; x=5 mod 5", "x=1 mod 2; x=1 mod 3; y=1 mod 5", "x=-1 mod 3; x=1 mod 5",
    "x=0 mod 2; x=0 mod 3; x=0 mod 4; x=0 mod 5; x=0 mod 6", "x=01 mod 2; x=1 mod 3; x=1 mod 5",
    "x=0 mod 999999997; x=0 mod 999999998; x=0 mod 999999999",
    "x=1 mod 2; x=1 mod 3, x=1 mod 5",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  static let three = "x=1 mod 4; x=3 mod 6; x=3 mod 7"
  static let twoMet =
    "6=1*4+2; t=-1\n4=2*2+0\n3-1=2=1*2+0\n1*-1=-1; -1 mod 3=2\n1+4*2=9 mod 12\n"
  static let rows = twoMet + "12=1*7+5; t=1\n7=1*5+2; t=-1\n5=2*2+1; t=3\n2=2*1+0\n"
  static let threeMet = rows + "3-9=-6=-6*1+0\n-6*3=-18; -18 mod 7=3\n9+12*3=45 mod 84\n"

  /// A result so far is checked by itself, and none is left out.
  @Test(arguments: [
    (twoMet + "Answer: 9 mod 12", 6), (twoMet + "Answer: none", 6),
    (twoMet.replacing("9 mod 12", with: "9 mod 24"), 5),
    (twoMet.replacing("=9 mod 12", with: "=21 mod 12"), 5), (twoMet + "7=0*12+7; t=0", 6),
    (twoMet + "12=1*7+5; t=-1", 6), (rows + "3-1=2=2*1+0", 10), (rows + "3-9=-6=-7*1+1", 10),
    (threeMet + "9+12*3=45 mod 84", 13), (threeMet + "Answer: 9 mod 12", 13),
    (threeMet.replacing("mod 84", with: "mod 168"), 12), ("7=1*4+3; t=-1\n4=1*3+1; t=2", 1),
  ])
  func `holds each congruence against the result so far`(solution: String, step: Int) throws {
    #expect(try rejectedStep(family, Self.three, solution) == step)
  }

  /// A false line or rule before the claim is a bad step even where the claim is right.
  @Test func `a verbose fold begins from the problem and the result so far`() throws {
    let rules = [
      "divide from 0", "divide from 0, 1", "divide-difference from 0, 2",
      "find-multiple from 0, 1, 3", "combine from 0, 4", "divide from 0, 5", "divide from 0, 5, 6",
      "divide from 6, 7", "divide from 7, 8", "divide-difference from 0, 5, 9",
      "find-multiple from 0, 8, 10", "combine from 0, 5, 11",
    ]
    let claims = Self.threeMet.split(separator: "\n")
    func solution(_ rules: [String]) -> String {
      zip(rules, claims).enumerated().map { "\($0 + 1)) \($1.0): \($1.1)\n" }.joined()
        + "Answer: 45 mod 84"
    }
    #expect(try verdict(family, Self.three, solution(rules)) == .accepted(answer: "45 mod 84"))
    for (place, lie) in [
      (5, "divide from 5"), (6, "divide from 5, 6"), (9, "combine from 0, 5, 9"),
    ] {
      var changed = rules
      changed[place] = lie
      #expect(try rejectedStep(family, Self.three, solution(changed)) == place + 1)
    }
  }

  /// Granted lines may hold any number, also such that no later line can be right.
  @Test(arguments: [
    ("gcd 252 105", "252=0*0+0\nAnswer: 0"),
    ("inverse 3 mod 7", "7=0*0+0\n0 mod 7=0\nAnswer: 0"),
    ("bezout 252 105", "252=0*0+0\n0=0*252+1*105\nAnswer: 0,1"),
    (
      "x=2 mod 3; x=3 mod 5",
      "5=0*0+0\n3-2=1=0*0+0\n0*1=0; 0 mod 5=0\n2+3*0=2 mod 15\nAnswer: 2 mod 15"
    ),
  ])
  func `never traps on a granted line`(problem: String, solution: String) throws {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.verify(
      problem: Array(problem.utf8), solution: Array(solution.utf8), granting: 1)
    #expect(verdict != nil)
  }

  /// The result so far of a granted line has any modulus, 0 and one of 18 digits among them.
  @Test(arguments: ["0", "1", "999999999999999999"])
  func `never traps on a granted result so far`(modulus: String) throws {
    let verifier = try #require(Verifiers.named(family))
    for value in ["0", "999999999999999999"] {
      let solution =
        Self.twoMet.replacing("9 mod 12", with: "\(value) mod \(modulus)")
        + "5=0*0+0\n0=0*0+0\nAnswer: none"
      let verdict = verifier.verify(
        problem: Array(Self.three.utf8), solution: Array(solution.utf8), granting: 5)
      #expect(verdict?.isAccepted == false)
    }
  }

  /// Every number below the product of small moduli, by counting.
  @Test func `judges congruences alone as counting does`() throws {
    let verifier = try #require(Verifiers.named(family))
    for moduli in [[2, 4, 6], [3, 4, 5], [4, 6, 10], [2, 3, 4, 6]] {
      let product = moduli.reduce(1, *)
      for choice in 0..<product {
        var rest = choice
        let given = moduli.map { modulus in
          defer { rest /= modulus }
          return rest % modulus
        }
        func meets(_ number: Int) -> Bool {
          zip(given, moduli).allSatisfy { number % $1 == $0 }
        }
        let met = (0..<2 * product).filter(meets)
        let right = met.isEmpty ? "none" : "\(met[0]) mod \(met[1] - met[0])"
        let problem = zip(given, moduli).map { "x=\($0) mod \($1)" }.joined(separator: "; ")
        for answer in [right, "none", "\(choice % 12) mod 12", "\(met.first ?? 0) mod \(product)"] {
          let verdict = verifier.judgeAnswer(
            problem: Array(problem.utf8), text: Array("Answer: \(answer)".utf8))
          #expect((verdict == .right(answer: answer)) == (answer == right), "\(problem): \(answer)")
        }
      }
    }
  }

  /// Residues of every number modulo every small modulus, by counting.
  @Test func `judges inverses alone as counting does`() throws {
    let verifier = try #require(Verifiers.named(family))
    for modulus in 3...30 {
      for number in 2..<modulus {
        let right = (1..<modulus).first { number * $0 % modulus == 1 }.map(String.init) ?? "none"
        for answer in ["none"] + (0..<modulus).map(String.init) {
          let verdict = verifier.judgeAnswer(
            problem: Array("inverse \(number) mod \(modulus)".utf8),
            text: Array("Answer: \(answer)".utf8))
          #expect((verdict == .right(answer: answer)) == (answer == right))
        }
      }
    }
  }
}
