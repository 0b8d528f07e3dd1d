import Testing
import Verifiers

struct `The knights-knaves verifier` {
  let family = "knights-knaves"
  let problem = "A: B knave; B: A same C; C: A knave and B knight"
  static let lines = [
    "suppose A knave", "by A with A knave: B knight", "by B with A knave, B knight: C knave",
    "by C with A knave, B knight, C knave: contradiction", "so A knight",
    "by A with A knight: B knave", "by B with A knight, B knave: C knave",
    "Answer: A knight, B knave, C knave",
  ]

  /// The solution with one line replaced.
  private static func with(_ line: Int, _ text: String) -> String {
    var lines = lines
    lines[line - 1] = text
    return lines.joined(separator: "\n")
  }

  /// Reads C off another statement, meets the contradiction elsewhere, and adds spaces.
  static let accepted: [String] = {
    let elsewhere =
      Array(lines[0...1]) + [
        "by C with A knave, B knight: C knight",
        "by B with A knave, B knight, C knight: contradiction",
      ] + Array(lines[4...])
    var spaced = lines
    spaced[0] = " suppose  A knave "
    spaced[1] = "by A with A knave:B knight"
    spaced.append("")
    return [lines, elsewhere, spaced].map { $0.joined(separator: "\n") } + [
      with(7, "by C with A knight, B knave: C knave")
    ]
  }()

  @Test(arguments: accepted)
  func `accepts every way that works`(solution: String) throws {
    #expect(
      try verdict(family, problem, solution)
        == .accepted(answer: "A knight, B knave, C knave"))
  }

  @Test(arguments: [
    (1, "suppose A knight"),  // leads to no contradiction
    (1, "so A knight"), (1, "by A: A knight"), (1, "by A: contradiction"), (1, "suppose D knave"),
    (2, "by A with A knave: B knave"), (2, "by A: B knight"), (2, "by B with A knave: B knight"),
    (2, "suppose B knight"), (2, "by A with A knight: B knight"), (2, "by A with A knave: A knave"),
    (3, "by B with A knave: C knave"), (3, "by B with B knight, A knave: C knave"),
    (3, "by B with A knave, B knight: C knight"), (3, "by A with A knave, B knight: contradiction"),
    (4, "by B with A knave, B knight, C knave: contradiction"), (5, "so A knave"),
    (5, "so B knave"), (5, "by A with A knave, B knight: C knight"), (6, "by A: B knave"),
    (6, "suppose B knight"),  // B follows without a supposition
    (7, "by B with A knave, B knave: C knave"),
    (8, "Answer: A knight, B knave"), (8, "Answer: A knight, C knave, B knave"),
    (8, "Answer: A knight, B knave, C knight"), (8, "A knight, B knave, C knave"),
  ])
  func `rejects what does not follow, at its line`(line: Int, text: String) throws {
    #expect(try rejectedStep(family, problem, Self.with(line, text)) == line)
  }

  @Test(arguments: [
    "A: B knave", "A: B knave; B: A knave",  // one claim, two solutions
    "A: A knave; B: A knight",  // none
    "A: B knave; C: A knight", "B: A knave; A: B knight", "A: C knave; B: A knight",
    "A: B same A; B: A knight", "A: not not B knave; B: A knight", "A: (B knave); B: A knight",
    "A: B knave and A knight and B knight; B: A knight", "", ";", "A: ; B: A knight",
  ])
  func `rejects problems without one solution, or of another form`(problem: String) throws {
    #expect(try rejectedStep(family, problem, Self.lines.joined(separator: "\n")) == 0)
  }

  @Test func `judges an answer by trying everyone`() throws {
    let verifier = try #require(Verifiers.named(family))
    for (text, isRight) in [
      ("Answer: A knight, B knave, C knave", true), ("Answer: A knight, B knave, C knight", false),
      ("Answer: B knave, A knight, C knave", false), ("Answer: A knight", false),
    ] {
      let verdict = verifier.judgeAnswer(problem: Array(problem.utf8), text: Array(text.utf8))
      #expect((verdict == .right(answer: "A knight, B knave, C knave")) == isRight, "\(text)")
    }
  }

  @Test func `names the lines that a deduction uses`() throws {
    let verifier = try #require(Verifiers.named(family))
    let steps = try #require(
      verifier.steps(
        problem: Array(problem.utf8), solution: Array(Self.lines.joined(separator: "\n").utf8)))
    #expect(
      steps.map { "\($0.rule) \($0.inputs)" } == [
        "suppose []", "deduce [0, 1]", "deduce [0, 1, 2]", "contradict [0, 1, 2, 3]",
        "conclude [1, 4]", "deduce [0, 5]", "deduce [0, 5, 6]",
      ])
  }
}
