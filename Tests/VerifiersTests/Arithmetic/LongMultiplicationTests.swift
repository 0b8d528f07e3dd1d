import Testing
import Verifiers

struct `The long-multiplication verifier` {
  let family = "long-multiplication"
  let problem = "34*26"
  static let right = [
    "4*6+0=24 write 4 carry 2", "3*6+2=20 write 0 carry 2", "row 1: 204",
    "4*2+0=8 write 8 carry 0", "3*2+0=6 write 6 carry 0", "row 2: 680", "4+0+0=4 write 4 carry 0",
    "0+8+0=8 write 8 carry 0", "2+6+0=8 write 8 carry 0", "Answer: 884",
  ]

  @Test(arguments: [
    ("34*26", right.joined(separator: "\n"), "884"), ("5*0", "row 1: 0\nAnswer: 0", "0"),
    ("0*5", "0*5+0=0 write 0 carry 0\nrow 1: 0\nAnswer: 0", "0"),
    ("7 * 8\n", " 7*8 + 0=56 write 6 carry 5\nrow 1 :56\nAnswer:56\n", "56"),
    (
      "3*20",
      "row 1: 0\n3*2+0=6 write 6 carry 0\nrow 2: 60\n0+0+0=0 write 0 carry 0\n"
        + "0+6+0=6 write 6 carry 0\nAnswer: 60", "60"
    ),
  ])
  func `accepts the one right trace`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s) == .accepted(answer: answer))
  }

  @Test(arguments: [
    (1, "4*6+0=25 write 5 carry 2"), (1, "4*6+0=24 write 5 carry 2"),
    (1, "4*6+0=24 write 4 carry 1"), (1, "4*6+1=25 write 5 carry 2"), (1, "4*6=24 write 4 carry 2"),
    (1, "6*4+0=24 write 4 carry 2"), (1, "4*6+0=24 write 4"), (1, "4*6+0=024 write 4 carry 2"),
    (1, "4*6+0=24 write 24 carry 0"), (1, "3*6+0=18 write 8 carry 1"), (1, "row 1: 204"),
    (2, "3*6+0=18 write 8 carry 1"), (2, "3*6+2=20 write 2 carry 0"), (3, "row 2: 204"),
    (3, "row 1: 4"), (3, "row 1: 0204"), (3, "row 204"), (3, "row 1: 2040"), (6, "row 2: 68"),
    (6, "row 2: 6800"), (7, "0+4+0=4 write 4 carry 0"), (7, "4+0=4 write 4 carry 0"),
    (8, "0+8+1=9 write 9 carry 0"), (9, "2+6+0=8 write 8 carry 1"), (10, "Answer: 885"),
    (10, "Answer: 0884"), (10, "answer: 884"), (4, ""), (5, "3*2+0=6 write 6 carry 0\t"),
    (5, "3*2+0=\u{0666} write 6 carry 0"), (1, "1) 4*6+0=24 write 4 carry 2"),
    (2, "3*6+99999999999999999999=20 write 0 carry 2"),
  ])
  func `names the line with one rule broken`(step: Int, line: String) throws {
    var lines = Self.right
    lines[step - 1] = line
    #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == step)
  }

  @Test func `names lines that are dropped, repeated, missing or extra`() throws {
    for place in Self.right.indices {
      var lines = Self.right
      lines.remove(at: place)
      #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == place + 1)
      lines = Self.right
      lines.insert(lines[place], at: place)
      let text = lines.joined(separator: "\n")
      // The second of two equal lines is the wrong one.
      #expect(try rejectedStep(family, problem, text) == place + 2)
      let cut = Self.right[..<place].joined(separator: "\n")
      #expect(try rejectedStep(family, problem, cut) == place + 1)
    }
    let extra = (Self.right + [""]).joined(separator: "\n") + "\n"
    #expect(try rejectedStep(family, problem, extra) == 11)
  }

  @Test(arguments: [
    "", "34", "34*", "*26", "034*26", "34*26*2", "34+26", "-34*26", "34 26", "34*26=", "34*26\n\n",
    String(repeating: "9", count: 25) + "*2", "2*" + String(repeating: "9", count: 13), "3x*2",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  /// The greatest product has 36 digits; worked out here by another way than the verifier's.
  @Test func `knows the product of the greatest factors`() throws {
    let nines = { String(repeating: "9", count: $0) }
    // (10^24 - 1)(10^12 - 1) = 10^36 - 10^24 - 10^12 + 1.
    let product =
      nines(11) + "8" + nines(12) + String(repeating: "0", count: 11) + "1"
    let verifier = try #require(Verifiers.named(family))
    let judged = verifier.judgeAnswer(
      problem: Array("\(nines(24))*\(nines(12))".utf8), text: Array("Answer: \(product)".utf8))
    #expect(judged == .right(answer: product))
  }

  /// A granted line has the consequences that it states, however strange.
  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granting(_ line: Int, _ lines: [String]) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(lines.joined(separator: "\n").utf8),
        granting: line)?.isAccepted
    }
    var lines = Self.right
    lines[5] = "row 2: 68"
    lines[6] = "4+8+0=12 write 2 carry 1"
    lines[7] = "0+6+1=7 write 7 carry 0"
    lines[8] = "2+0+0=2 write 2 carry 0"
    lines[9] = "Answer: 272"
    #expect(granting(6, lines) == true)
    #expect(granting(5, lines) == false)
    #expect(granting(6, Self.right) == false)
    // Nothing can follow a carry that no sum can take up, and nothing traps.
    lines = Self.right
    lines[0] = "4*6+0=24 write 4 carry 999"
    lines[1] = "3*6+999=17 write 7 carry 1"
    #expect(granting(1, lines) == false)
  }
}
