import Testing
import Verifiers

struct `The sat verifier` {
  let family = "sat"
  static let problem = "C1: a b; C2: a -b; C3: -a c; C4: -a -c"
  static let lines = [
    "decide a", "unit C3: c", "conflict C4", "C5 = C4 x C3 on c: -a", "undo a", "unit C5: -a",
    "unit C1: b", "conflict C2", "C6 = C2 x C1 on b: a", "C7 = C6 x C5 on a: empty",
    "Answer: UNSAT",
  ]

  @Test(arguments: [
    (problem, lines.joined(separator: "\n"), "UNSAT"),
    ("C1: a; C2: -a b", "unit C1: a\nunit C2: b\nAnswer: a b", "a b"),
    ("C1: a; C2: -a", "unit C1: a\nconflict C2\nC3 = C2 x C1 on a: empty\nAnswer: UNSAT", "UNSAT"),
    ("C1: b", "unit C1: b\ndecide -a\nAnswer: -a b", "-a b"),
  ])
  func `accepts searches to the end`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s) == .accepted(answer: answer))
  }

  @Test(arguments: [
    (1, "unit C1: a"), (1, "conflict C1"), (1, "decide d"), (1, "undo a"), (1, "Answer: UNSAT"),
    (1, "C5 = C1 x C2 on b: a"), (2, "decide b"), (2, "unit C3: -c"), (2, "unit C1: b"),
    (2, "unit C5: c"), (2, "unit C99999: c"), (3, "unit C1: b"), (3, "conflict C3"),
    (3, "decide b"), (4, "C5 = C4 x C3 on c: a"), (4, "C6 = C4 x C3 on c: -a"),
    (4, "C5 = C3 x C4 on c: -a"), (4, "C5 = C4 x C3 on a: -a"), (4, "C5 = C4 x C3 on c: -a c"),
    (4, "C5 = C4 x C3 on c: empty"), (4, "C5 = C4 x C9 on c: -a"), (4, "undo a"), (5, "undo c"),
    (5, "undo -a"), (5, "decide b"), (6, "decide b"), (6, "unit C5: a"), (9, "undo -a"),
    (9, "C6 = C2 x C1 on b: empty"), (10, "undo -a"), (10, "C7 = C6 x C3 on a: c"),
    (11, "Answer: a b c"), (11, "Answer: SAT"),
  ])
  func `rejects steps that are not due`(line: Int, text: String) throws {
    var lines = Self.lines
    lines[line - 1] = text
    #expect(try rejectedStep(family, Self.problem, lines.joined(separator: "\n")) == line)
  }

  @Test(arguments: [
    "", "C1:", "C2: a", "C1: a a", "C1: b a", "C1: a -a", "C1: n", "C1: a; C3: b", "C01: a",
    "C1: - a -", "C1: --a", "C1: a,b",
  ])
  func `rejects problems of another form`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "decide a\nAnswer: a") == 0)
  }

  @Test func `judges an answer alone`() throws {
    let verifier = try #require(Verifiers.named(family))
    func isRight(_ problem: String, _ answer: String) -> Bool {
      let verdict = verifier.judgeAnswer(
        problem: Array(problem.utf8), text: Array("Answer: \(answer)".utf8))
      return verdict == .right(answer: answer)
    }
    #expect(isRight(Self.problem, "UNSAT"))
    #expect(!isRight(Self.problem, "a b c"))
    #expect(isRight("C1: a b", "a -b") && isRight("C1: a b", "a b"))
    #expect(
      !isRight("C1: a b", "UNSAT") && !isRight("C1: a b", "-a -b") && !isRight("C1: a b", "a"))
  }

  /// Learned clauses have lines of their own; given ones are the problem's.
  @Test func `names the lines that a step uses`() throws {
    let verifier = try #require(Verifiers.named(family))
    let steps = try #require(
      verifier.steps(
        problem: Array(Self.problem.utf8),
        solution: Array(Self.lines.joined(separator: "\n").utf8)))
    #expect(
      steps.map(\.inputs) == [
        [], [0, 1], [0, 1, 2], [0, 3], [1, 4], [4], [0, 6], [0, 6, 7], [0, 8], [4, 9],
      ])
  }
}
