import Files
import Randomness
import Tasks
import Testing

struct `Trigonometric identities` {
  let family = TrigIdentity()

  @Test func `any place of either side may be next`() throws {
    let lines = try #require(
      family.nextLines(problem: "sin(2*x)*cos(2*x) = cos(x)^3", linesSoFar: []))
    #expect(
      lines.map(\.line) == [
        "2*(sin(x)*cos(x))*cos(2*x) = cos(x)^3", "sin(2*x)*(1-2*sin(x)^2) = cos(x)^3",
        "sin(2*x)*cos(2*x) = cos(x)*(1-sin(x)^2)",
      ])
  }

  @Test func `sides may be swapped`() {
    #expect(
      family.canonical("cos(2*x) = 1-2*sin(x)^2") == family.canonical("1-2*sin(x)^2 = cos(2*x)"))
  }

  @Test(arguments: [
    "", "1", "x = x", "sin(4*x) = 1", "sin(x)/2 = 1", "exp(x) = 1", "1 = 1 ", "sin(x)^10 = 1",
    "(1) = 1", "1=1",
  ])
  func `a text it would not write is not read`(text: String) { #expect(family.read(text) == nil) }

  @Test(arguments: [
    ("2*(1-sin(x)^2) = 2-2*sin(x)^2\n2-2*sin(x)^2 = 2-2*sin(x)^2\nAnswer: 2-2*sin(x)^2", nil),
    ("2*(1+sin(x)^2) = 2-2*sin(x)^2\nAnswer: 1", 1), ("1 = 1\nAnswer: 1", 1),
    ("2*(1-sin(x)^2) = 2-2*sin(x)^2\nAnswer: different", 2),
    ("2*(1-sin(x)^2) = 2-2*sin(x)^2\nAnswer: 1", 2), ("2*(1-sin(x)^2) = 2-2*sin(x)^2", 2),
    ("2*(1-si n(x)^2) = 2-2*sin(x)^2", 1), ("2*(1-sin(x)^2) = 2-2*sin(x)^2\n\nAnswer: 1", 2),
  ])
  func `means what its values are`(solution: String, step: Int?) {
    let meaning = family.meaning(problem: "2*cos(x)^2 = 2-2*sin(x)^2", solution: solution)
    #expect(meaning == step.map { .wrong(step: $0) } ?? .unknown)
  }

  @Test func `about one equation in ten does not hold`() {
    var stream = Seed(4).stream()
    var held = 0
    for _ in 0..<1000 {
      held += family.pose(level: 3, using: &stream).knobs["holds"]?.intValue ?? 0
    }
    #expect((800..<990).contains(held))
  }
}
