import Files
import Auditing
import Randomness
import Tasks
import Testing
import Verifiers

struct `Mutation audits` {
  static let names = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  /// `Scripts/soak` audits ten thousand mutants and more of each.
  @Test(arguments: names)
  func `find every verifier sound, and say so twice alike`(name: String) throws {
    let family = try #require(Families.named(name) as? any WalkFamily)
    let verifier = try #require(Verifiers.named(name))
    let audit = try MutationAudit(
      of: verifier, family: family, mutants: 1200, rewritings: 200, seed: Seed(1))
    #expect((1200...1400).contains(audit.total.mutants))
    #expect(audit.total.isClean, "\(audit.text)")
    #expect(audit.total.valid >= 200)
    #expect(audit.kinds.count > 10)
    #expect(audit.json["rejected"]?.intValue == audit.total.invalid)
    // Twice alike, on fewer.
    let some = try (0..<2).map { _ in
      try MutationAudit(of: verifier, family: family, mutants: 200, rewritings: 50, seed: Seed(1))
    }
    #expect(some[0] == some[1])
  }

  /// An audit that cannot fail would be worth nothing.
  @Test func `name what a careless verifier lets through`() throws {
    let real = try #require(Verifiers.named("column-addition"))
    let audit = try MutationAudit(
      of: Careless(real: real), family: ColumnAddition(), mutants: 2000, seed: Seed(1))
    #expect(!audit.total.isClean)
    #expect(audit.total.killed < audit.total.invalid)
    #expect(!audit.examples.isEmpty)
    #expect(audit.text.contains("misjudged: "))
  }
}

/// Checks everything but what a step says after `carry`.
private struct Careless: Verifier {
  var real: any Verifier
  var family: String { real.family }
  var version: Int { real.version }
  var checks: String { real.checks }
  var grammar: String { real.grammar }
  var example: (problem: String, solution: String) { real.example }

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    let (problem, solution) = (
      problem.indices.map { problem[$0] }, solution.indices.map { solution[$0] }
    )
    for last in ["carry 0", "carry 1"] {
      var lines = solution.split(separator: 0x0A, omittingEmptySubsequences: false).map {
        Array($0)
      }
      guard let first = lines.first, first.count > 7 else { break }
      lines[0] = first.dropLast(7) + Array(last.utf8)
      let verdict = real.verify(problem: problem, solution: Array(lines.joined(separator: [0x0A])))
      if verdict.isAccepted { return verdict }
    }
    return real.verify(problem: problem, solution: solution)
  }
}
