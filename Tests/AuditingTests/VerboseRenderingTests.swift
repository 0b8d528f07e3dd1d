import Auditing
import Randomness
import Records
import Tasks
import Testing
import Verifiers

/// Verifiers that name their rules.
private let stepped = Verifiers.all.filter { !$0.rules.isEmpty }.map(\.family)

struct `A verbose solution` {
  @Test(arguments: stepped)
  func `says the same as the compact one, and is read back`(name: String) throws {
    let family = try #require(Families.named(name) as? any WalkFamily)
    let verifier = try #require(Verifiers.named(name))
    #expect(family.knobs.last == .verbose)
    var used: Set<String> = []
    for level in family.levels {
      for index in 0..<20 {
        let record = try draw(
          family, level: level, settings: ["verbose": 1], seed: Seed(1), index: index)
        let compact = try draw(family, level: level, seed: Seed(1), index: index)
        #expect(record.problem == compact.problem && record.answer == compact.answer)
        let (problem, verbose) = (Array(record.problem.utf8), Array(record.solution.utf8))
        #expect(
          verifier.verify(problem: problem, solution: verbose)
            == .accepted(answer: record.answer ?? ""), "\(record.problem) | \(record.solution)")
        let steps = try #require(verifier.steps(problem: problem, solution: verbose))
        let plain = try #require(
          verifier.steps(problem: problem, solution: Array(compact.solution.utf8)))
        #expect(steps == plain)
        let lines = record.solution.split(separator: "\n").map(String.init)
        #expect(steps.map(\.text) == Array(lines.dropLast()))
        for step in steps {
          used.insert(step.rule)
          #expect(
            step.inputs == step.inputs.sorted() && step.inputs.allSatisfy { $0 < step.number })
        }
      }
    }
    #expect(used.isSubset(of: verifier.rules))
  }

  /// Every number, rule and citation before the claim is checked.
  @Test(arguments: stepped) func `with another prefix is rejected at its line`(name: String) throws
  {
    let family = try #require(Families.named(name) as? any WalkFamily)
    let verifier = try #require(Verifiers.named(name))
    let known = verifier.rules + ["guess"]
    for index in 0..<20 {
      let record = try draw(
        family, level: 1 + index % 10, settings: ["verbose": 1], seed: Seed(2), index: index)
      let problem = Array(record.problem.utf8)
      let steps = try #require(
        verifier.steps(problem: problem, solution: Array(record.solution.utf8)))
      let lines = record.solution.split(separator: "\n").map(String.init)
      for (place, step) in steps.enumerated() {
        var changed: [CheckedStep] = known.filter { $0 != step.rule }.map {
          CheckedStep(number: step.number, rule: $0, inputs: step.inputs, claim: step.claim)
        }
        func add(_ number: Int, _ inputs: [Int]) {
          changed.append(
            CheckedStep(number: number, rule: step.rule, inputs: inputs, claim: step.claim))
        }
        add(step.number + 1, step.inputs)
        add(step.number, step.inputs + [step.number])
        add(step.number, Array(step.inputs.dropFirst()) + (step.inputs.isEmpty ? [0] : []))
        var texts = changed.map(\.text)
        // A line without its prefix among lines that have one; a single step would be compact.
        if steps.count > 1 { texts.append(step.claim) }
        for text in texts {
          var mutant = lines
          mutant[place] = text
          let verdict = verifier.verify(
            problem: problem, solution: Array(mutant.joined(separator: "\n").utf8))
          // Without its prefix the first line makes the text compact, and the next is then wrong.
          let isCompact = place == 0 && text == step.claim
          guard case .rejected(let line, _) = verdict, line == step.number || isCompact else {
            Issue.record("\(record.problem) | \(mutant): \(verdict)")
            continue
          }
        }
      }
    }
  }
}
