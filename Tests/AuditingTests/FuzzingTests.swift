import Auditing
import Randomness
import Tasks
import Testing
import Verifiers

struct `A fuzzing` {
  static let names = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  /// `Scripts/soak` tries millions of each.
  @Test(arguments: names) func `finds no crash and nothing wrongly accepted`(name: String) throws {
    let family = try #require(Families.named(name))
    let fuzzing = try Fuzzing(
      #require(Verifiers.named(name)), of: family, count: 5_000, seed: Seed(1))
    #expect(fuzzing.inputs == 5_000)
    #expect(fuzzing.falseAcceptCount == 0, "\(fuzzing.text)")
    // Without accepted inputs it would never come past the first line.
    #expect(fuzzing.accepted > 50)
  }

  @Test func `sees a verifier that forgets to look`() throws {
    let real = try #require(Verifiers.named("sum-reduce"))
    let fuzzing = try Fuzzing(Trusting(real: real), of: SumReduce(), count: 3000, seed: Seed(1))
    #expect(!fuzzing.isClean)
    #expect(!fuzzing.falseAccepts.isEmpty)
  }
}

/// Accepts whatever ends with the right answer.
private struct Trusting: Verifier {
  var real: any Verifier
  var family: String { real.family }
  var version: Int { real.version }
  var checks: String { real.checks }
  var grammar: String { real.grammar }
  var example: (problem: String, solution: String) { real.example }

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    let problem = problem.indices.map { problem[$0] }
    let solution = solution.indices.map { solution[$0] }
    if case .right(let answer) = real.judgeAnswer(problem: problem, text: solution) {
      return .accepted(answer: answer)
    }
    return real.verify(problem: problem, solution: solution)
  }
}
