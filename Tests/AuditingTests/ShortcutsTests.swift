import Auditing
import Files
import Randomness
import Tasks
import Testing

struct `The shortcuts of a family` {
  static let names = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  /// A guesser fails a family only where it is above the bound with 95 % confidence.
  @Test(arguments: names) func `stay under the bound that it states`(name: String) throws {
    let family = try #require(Families.named(name))
    for level in family.levels {
      let shortcuts = try Shortcuts(
        of: family, level: level, asked: 80, known: 120, seed: Seed(11))
      let best = try #require(shortcuts.best)
      #expect(
        best.atLeast <= shortcuts.bound,
        "level \(level): \(best.name) is right in \(best.right) of \(best.asked)")
    }
  }

  /// A bound that any guesser passes would say nothing.
  @Test func `are found where there are some`() throws {
    let shortcuts = try Shortcuts(of: Echo(), level: 1, asked: 50, known: 50, seed: Seed(1))
    #expect(shortcuts.best?.name == "first number")
    #expect(shortcuts.best?.share == 1)
    #expect(try #require(shortcuts.best).atLeast > shortcuts.bound)
  }
}

/// Whose answer is the only number of its problem: three guessers find it.
private struct Echo: WalkFamily {
  typealias Problem = Int
  static let name = "echo"
  var about: String { "" }
  var knobs: [Knob] { [] }
  func knobs(of problem: Int, at difficulty: Difficulty) -> JSONObject? { [:] }
  func pose(at difficulty: Difficulty, using stream: inout RandomStream) -> PosedProblem {
    let value = stream.uniform(1_000_000)
    return posed(value, text: "say \(value)", at: difficulty)
  }
  func space(at difficulty: Difficulty) -> ProblemSpace {
    ProblemSpace(
      problems: 1_000_000, collision: 1e-6, collisionIsExact: true, heaviest: 1e-6, note: "")
  }
  func read(_ text: String) -> Int? { Int(text.dropFirst(4)) }
  func canonicalText(_ problem: Int) -> String { "say \(problem)" }
  func choices(_ state: Int) -> Int { 0 }
  func step(_ state: Int, _ choice: Int) -> (line: String, state: Int) { ("", state) }
  func answer(_ state: Int) -> String { String(state) }
}
