import GeometryProofs
import Randomness
import Testing

/// Ten thousand damaged proofs. What the checker accepts of them must be proofs still, in the
/// opinion of a judge that knows no rule.
struct `The mutation audit of proofs` {
  @Test func `finds no false accept among ten thousand mutants`() throws {
    var judge = ProofJudge()
    var stream = Seed(31).child("mutants").stream()
    let texts = ProofFixtures.all.map(\.text) + (try ProofFixtures.found().map(\.text))
    let proofs = try texts.map { try ProofText.parse($0) }
    for proof in proofs { #expect(judge.opinion(proof) == .sound, "\(proof.problem.name)") }
    var seen = Set(texts)
    var (accepted, byKind) = (0, [String: (made: Int, accepted: Int)]())
    var falseAccepts: [String] = []
    var draws = 0
    while seen.count < 10_000 + proofs.count, draws < 400_000 {
      draws += 1
      let kind = ProofMutator.kinds[stream.uniform(ProofMutator.kinds.count)]
      let mutator = ProofMutator(proof: proofs[stream.uniform(proofs.count)])
      guard var mutant = mutator.mutant(kind, using: &stream) else { continue }
      // One in three is damaged twice: the second fault may cover the first.
      if stream.uniform(3) == 0 {
        let second = ProofMutator.kinds[stream.uniform(ProofMutator.kinds.count)]
        mutant = ProofMutator(proof: mutant).mutant(second, using: &stream) ?? mutant
      }
      let text = ProofText.print(mutant)
      guard seen.insert(text).inserted else { continue }
      byKind[kind, default: (0, 0)].made += 1
      guard ProofChecker.check(text).isAccepted else { continue }
      accepted += 1
      byKind[kind, default: (0, 0)].accepted += 1
      if judge.opinion(mutant) != .sound {
        falseAccepts.append("\(kind): \(judge.opinion(mutant))\n\(text)")
      }
    }
    #expect(
      falseAccepts.isEmpty,
      "\(falseAccepts.count):\n\(falseAccepts.prefix(3).joined(separator: "\n"))")
    #expect(seen.count >= 10_000 + proofs.count)
    // Some damage is none (a swap that a symmetry undoes); most must be seen.
    #expect(accepted < 2_000, "\(accepted) accepted: \(byKind)")
    for kind in ProofMutator.kinds { #expect((byKind[kind]?.made ?? 0) > 0, "\(kind)") }
    print(
      "mutants \(seen.count - proofs.count), accepted as proofs still \(accepted), by kind \(byKind)"
    )
  }
}
