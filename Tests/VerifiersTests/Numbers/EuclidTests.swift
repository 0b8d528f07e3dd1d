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
    "x=2 mod 3", "gcd 252 105 21",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
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
