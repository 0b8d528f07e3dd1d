import Testing
import Verifiers

struct `The k-hop verifier` {
  let family = "k-hop"
  static let problem =
    "Ben boss Ada; Cleo boss Ben; Ada boss Cleo; Ada idol Ben; Ben idol Cleo; Ben boss idol?"
  static let lines = ["Ben boss Ada: Ada idol", "Ada idol Ben: Ben", "Answer: Ben"]

  @Test func `accepts the chain`() throws {
    #expect(
      try verdict(family, Self.problem, Self.lines.joined(separator: "\n"))
        == .accepted(answer: "Ben"))
  }

  @Test(arguments: [
    (1, "Ben idol Cleo: Cleo idol"), (1, "Cleo boss Ben: Ben idol"), (1, "Ben boss Ada: Ada"),
    (1, "Ben boss Ada: Ada boss idol"), (1, "Ben boss Ada: Ben idol"),
    (1, "Ben boss Cleo: Cleo idol"),
    (1, "Ben boss Ada"), (1, "Ben boss Ada: idol"), (2, "Ada boss Cleo: Cleo"),
    (2, "Ada idol Ben: Ben idol"), (2, "Ada idol Ben:"), (3, "Answer: Ada"), (3, "Answer: ben"),
    (3, "Answer: Ben boss"),
  ])
  func `rejects another fact or question`(line: Int, text: String) throws {
    var lines = Self.lines
    lines[line - 1] = text
    #expect(try rejectedStep(family, Self.problem, lines.joined(separator: "\n")) == line)
  }

  @Test(arguments: [
    "", "Ben?", "Ben boss?", "Ben boss Ada; Ben boss Cleo; Ben boss?", "Ben boss Ada; Ada boss",
    "Ben boss Ada; Ben boss boss?", "ben boss Ada; ben boss?", "Ben boss Ada Ben boss?",
    "Ben boss Ada; Ben boss??", "Ben Boss Ada; Ben Boss?",
  ])
  func `rejects problems of another form`(problem: String) throws {
    #expect(try rejectedStep(family, problem, Self.lines.joined(separator: "\n")) == 0)
  }

  @Test func `judges an answer from the end`() throws {
    let verifier = try #require(Verifiers.named(family))
    for (answer, isRight) in [("Ben", true), ("Ada", false), ("Cleo", false), ("Zoe", false)] {
      let verdict = verifier.judgeAnswer(
        problem: Array(Self.problem.utf8), text: Array("Answer: \(answer)".utf8))
      #expect((verdict == .right(answer: answer)) == isRight)
    }
  }
}
