import Testing
import Verifiers

struct `The mystery verifier` {
  let family = "mystery"
  static let problem = "Ada 2, Ben 1; mud: Ada 1/4, Ben 3/4; alibi: Ada 1/2, Ben 1/6"
  static let lines = [
    "mud: 1/2, 3/4", "odds 2:3", "alibi: 1, 1/2", "odds 2:1", "sum 2+1=3", "Answer: Ada 2/3",
  ]

  @Test(arguments: [
    lines.joined(separator: "\n"),
    "alibi: 1, 1/6\nodds 6:1\nmud: 3/2, 3/4\nodds 2:1\nsum 2+1=3\nAnswer: Ada 2/3\n",
  ])
  func `accepts clues in any order`(solution: String) throws {
    #expect(try verdict(family, Self.problem, solution) == .accepted(answer: "Ada 2/3"))
  }

  @Test(arguments: [
    (1, "mud: 2/4, 3/4"), (1, "mud: 1/2, 1/4"), (1, "mud: 1/2"), (1, "mud: 1/2, 3/4, 1"),
    (1, "dog: 1/2, 3/4"), (1, "mud: 1/2, 0"), (1, "odds 2:1"), (2, "odds 4:6"), (2, "odds 3:2"),
    (2, "odds 2:3:1"), (2, "odds 1/2:3/4"), (3, "mud: 1/2, 9/4"), (3, "alibi: 1/1, 1/2"),
    (3, "alibi: 1, 1/6"), (4, "odds 1:2"), (5, "sum 2+1=4"), (5, "sum 1+2=3"), (5, "odds 2:1"),
    (6, "Answer: Ben 1/3"), (6, "Answer: Ada 4/6"), (6, "Answer: Ada"), (6, "Answer: 2/3"),
  ])
  func `rejects wrong numbers`(line: Int, text: String) throws {
    var lines = Self.lines
    lines[line - 1] = text
    #expect(try rejectedStep(family, Self.problem, lines.joined(separator: "\n")) == line)
  }

  @Test(arguments: [
    "", "Ada 1; mud: Ada 1/2", "Ada 1, Ben 1", "Ada 1, Ben 1; mud: Ada 1/2, Ben 1/2",
    "Ada 0, Ben 1; mud: Ada 1/2, Ben 1/3", "Ada 1, Ada 2; mud: Ada 1/2, Ada 1/3",
    "Ada 1, Ben 1; mud: Ben 1/2, Ada 1/3", "Ada 1, Ben 1; mud: Ada 2/4, Ben 1/3",
    "Ada 1, Ben 1; mud: Ada 1, Ben 1/3", "Ada 1, Ben 1; odds: Ada 1/2, Ben 1/3",
    "Ada 1, Ben 1; mud: Ada 1/2, Ben 1/3; mud: Ada 1/2, Ben 1/3",
    "Ada 100, Ben 1; mud: Ada 1/2, Ben 1/3",
  ])
  func `rejects problems of another form, or without one culprit`(problem: String) throws {
    #expect(try rejectedStep(family, problem, Self.lines.joined(separator: "\n")) == 0)
  }

  /// Twelve clues of large primes pass 15 digits and 128 bits; no number may trap.
  @Test func `bounds its numbers`() throws {
    let clues = ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj", "kk", "ll"]
    let chances = ["Ada 96/97, Ben 88/89", "Ada 82/83, Ben 78/79", "Ada 70/71, Ben 72/73"]
    let problem =
      "Ada 98, Ben 99; "
      + clues.enumerated().map { "\($1): \(chances[$0 % 3])" }.joined(separator: "; ")
    _ = try verdict(family, problem, "aa: 9408/97, 8712/89\nodds 837312:845064")
    let large = String(repeating: "9", count: 15)
    #expect(try rejectedStep(family, Self.problem, "mud: \(large), \(large)") == 1)
    #expect(try rejectedStep(family, Self.problem, "mud: 1/2, 3/4\nodds \(large):\(large)") == 2)
    let verifier = try #require(Verifiers.named(family))
    let granted = "mud: 1/2, 3/4\nodds \(large):1\nalibi: \(large)/2, 1/6\nodds 1:1"
    let verdict = verifier.verify(
      problem: Array(Self.problem.utf8), solution: Array(granted.utf8), granting: 2)
    #expect(verdict?.isAccepted == false)
  }

  @Test func `judges an answer by ratios`() throws {
    let verifier = try #require(Verifiers.named(family))
    for (answer, isRight) in [("Ada 2/3", true), ("Ada 4/6", false), ("Ben 1/3", false)] {
      let verdict = verifier.judgeAnswer(
        problem: Array(Self.problem.utf8), text: Array("Answer: \(answer)".utf8))
      #expect((verdict == .right(answer: answer)) == isRight)
    }
  }
}
