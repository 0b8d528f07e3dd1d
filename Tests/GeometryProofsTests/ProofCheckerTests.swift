import GeometryProofs
import Testing

struct `The checker of proofs` {
  @Test(arguments: ProofFixtures.all.map(\.name))
  func `accepts every proof made by hand`(name: String) throws {
    let text = ProofFixtures.named(name)
    let verdict = ProofChecker.check(text)
    guard case .accepted(let report) = verdict else {
      Issue.record("\(name): \(verdict)")
      return
    }
    #expect(report.diagrams == 3 && report.derivedSteps > 0)
    #expect(report.fieldInstances == 2)
    #expect(
      report.realOnlySteps == 0 || name == "lengths-along-a-line" || name == "one-bisector",
      "\(name) \(report)")
    let proof = try ProofText.parse(text)
    #expect(ProofText.print(proof) == text)
  }

  /// A prover that shares no code with the checker wrote these; each must pass all three layers.
  @Test func `accepts proofs that a prover found`() throws {
    let proofs = try ProofFixtures.found()
    #expect(proofs.count >= 18)
    var rules = Set<String>()
    for (name, text) in proofs {
      let verdict = ProofChecker.check(text)
      #expect(verdict.isAccepted, "\(name): \(verdict)")
      let proof = try ProofText.parse(text)
      #expect(ProofText.print(proof) == text)
      for step in proof.steps {
        if case .rule(let rule, _, _, _) = step.reason { rules.insert(rule) }
      }
    }
    #expect(rules.count >= 30, "\(rules)")
  }

  /// The lines of a verdict are those of the text, with comments for none.
  @Test func `names the line of the first bad step`() throws {
    for (_, text) in ProofFixtures.all {
      let proof = try ProofText.parse(text)
      for index in proof.steps.indices {
        var broken = proof
        broken.steps[index].reason = .rule(name: "magic", points: [0], from: [nil], conditions: [])
        let verdict = ProofChecker.check(ProofText.print(broken))
        guard case .rejected(let line, let step, let reason) = verdict else {
          Issue.record("accepted with magic")
          continue
        }
        #expect(step == index + 1 && line == ProofText.line(ofStep: index + 1, in: proof))
        #expect(reason.contains("magic") || reason.contains("condition"))
        #expect(text.split(separator: "\n")[line - 1].hasPrefix("\(index + 1). "))
      }
    }
  }
}
