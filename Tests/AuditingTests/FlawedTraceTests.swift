import Auditing
import Randomness
import Records
import Tasks
import Testing
import Verifiers

/// Families that know their typical mistakes.
private let slipping: [String] = Families.all.compactMap { family in
  guard let walk = family as? any WalkFamily else { return nil }
  var stream = Seed(1).child(walk.name).stream()
  let problem = walk.pose(level: 5, using: &stream).text
  return walk.flawed(problem, .alone, using: &stream) == nil ? nil : walk.name
}

struct `A flawed trace` {
  @Test func `can be drawn in every family that names rules`() {
    #expect(Set(slipping).isSuperset(of: Verifiers.all.filter { !$0.rules.isEmpty }.map(\.family)))
  }

  /// A label that is off by a line teaches the wrong lesson. In an open family a wrong step may
  /// happen to be justified otherwise, but never after the line that the family calls wrong.
  @Test(arguments: slipping) func `is rejected at the line it names`(name: String) throws {
    let family = try #require(Families.named(name) as? any WalkFamily)
    let verifier = try #require(Verifiers.named(name))
    var stream = Seed(2).child(name).stream()
    var drawn = 0
    for level in family.levels {
      for _ in 0..<20 {
        let problem = family.pose(level: level, using: &stream).text
        for form in FlawedTrace.Form.allCases {
          guard let flawed = family.flawed(problem, form, using: &stream) else { continue }
          drawn += 1
          let verdict = verifier.verify(
            problem: Array(problem.utf8), solution: Array(flawed.text.utf8))
          guard case .rejected(let step, _) = verdict, step == flawed.firstBadLine else {
            Issue.record(
              "\(problem) | \(flawed.text): line \(flawed.firstBadLine) (\(flawed.error)), \(verdict)"
            )
            continue
          }
        }
      }
    }
    #expect(drawn >= 300)
  }

  /// "The rest follows from the wrong line" is checked, not believed: with that line granted, the
  /// verifier accepts all others, and without a mistake it grants nothing.
  @Test(arguments: slipping)
  func `carried on has no other bad line`(name: String) throws {
    let family = try #require(Families.named(name) as? any WalkFamily)
    let verifier = try #require(Verifiers.named(name))
    var stream = Seed(3).child(name).stream()
    for level in family.levels {
      for _ in 0..<20 {
        let problem = family.pose(level: level, using: &stream).text
        guard let flawed = family.flawed(problem, .carried, using: &stream) else { continue }
        let verdict = verifier.verify(
          problem: Array(problem.utf8), solution: Array(flawed.text.utf8),
          granting: flawed.firstBadLine)
        #expect(
          verdict?.isAccepted == true, "\(problem) | \(flawed.text): \(String(describing: verdict))"
        )
        let right = family.work(problem, using: &stream).text
        let nothing = verifier.verify(
          problem: Array(problem.utf8), solution: Array(right.utf8), granting: 1)
        #expect(nothing?.isAccepted == false)
      }
    }
  }

  /// Its final answer is the right one, or one of them.
  @Test(arguments: slipping) func `that recovers ends with the right answer`(name: String) throws {
    let family = try #require(Families.named(name) as? any WalkFamily)
    let verifier = try #require(Verifiers.named(name))
    var stream = Seed(4).child(name).stream()
    for level in family.levels.dropFirst(2) {
      let problem = family.pose(level: level, using: &stream).text
      guard let flawed = family.flawed(problem, .recovered, using: &stream) else { continue }
      let last = try #require(flawed.lines.last)
      if let verdict = verifier.judgeAnswer(problem: Array(problem.utf8), text: Array(last.utf8)),
        !verifier.rules.isEmpty
      {
        #expect(verdict == .right(answer: String(last.dropFirst("Answer: ".count))), "\(problem)")
      } else {
        #expect(last == family.work(problem, using: &stream).lines.last)
      }
    }
  }
}
