import Randomness
import Tasks
import Testing

struct `Derivatives` {
  let family = Derivative()

  @Test func `any place may be next`() throws {
    let lines = try #require(
      family.nextLines(problem: "derive x^2*sin(x)", linesSoFar: ["D(x^2)*sin(x)+x^2*D(sin(x))"]))
    #expect(
      lines.map(\.line) == [
        "2*x*sin(x)+x^2*D(sin(x))", "D(x^2)*sin(x)+x^2*cos(x)",
      ])
  }

  /// Steps at different places do not disturb each other.
  @Test func `every order ends in the same answer`() {
    for problem in [
      "derive x^2*sin(x)", "derive (x+3)^2", "derive 2*x-4*x^3", "integrate 2*x+sin(x)",
    ] {
      var answers: Set<String> = []
      family.eachSolution(of: problem) { answers.insert($0.answer) }
      #expect(answers.count == 1, "\(problem): \(answers)")
    }
  }

  @Test(arguments: [
    "", "derive", "derive D(x)", "derive (x)", "derive 2*3", "derive x+0", "derive 1*x",
    "derive x^1", "integrate x^2", "integrate x*sin(x)", "derive x +1", "derive 1000",
  ])
  func `a text it would not write is not read`(text: String) { #expect(family.read(text) == nil) }

  @Test func `an antiderivative has whole coefficients`() {
    var stream = Seed(4).stream()
    for level in 1...10 {
      for _ in 0..<100 {
        let text = family.pose(
          at: Difficulty(level: level, settings: ["form": 2]), using: &stream
        ).text
        let answer = family.work(text, using: &stream).answer
        #expect(answer != "none" && !answer.contains("/"), "\(text)")
      }
    }
  }
}
