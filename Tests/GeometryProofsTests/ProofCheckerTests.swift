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
}
