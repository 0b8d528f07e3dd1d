internal import Exact
internal import Randomness

/// Layer 2: the proof's facts as identities over a finite field, without rounding.
///
/// The construction is run with random coordinates of the field; where a root is missing it is
/// drawn again. A fact that rests on nothing ordered must hold on both instances: a false identity
/// of degree d passes one with probability d / 2^61. A fact that rests on order (a sign, added
/// lengths, a branch) may hold on the drawn branch only; it is counted and left to the drawings.
struct FieldChecker {
  private let proof: Proof
  private let orderly: [Bool]
  private let sames: [Int]
  private let seed: Seed

  private static let wanted = 2
  /// Bounds the clauses drawn, whatever the roots that are missing.
  private static let mostClauses = 60_000
  /// Bounds the instances whose points all have a place, but on which a condition fails. One that
  /// fails on every instance is left to the drawings, which name it.
  private static let mostUnsound = 1000

  init(_ proof: Proof, orderly: [Bool], sames: [Int], seed: String) {
    self.proof = proof
    self.orderly = orderly
    self.sames = sames
    self.seed = Seed(0).child("geometry-checker").child("field").child(seed)
  }

  /// - Returns: on how many instances the facts hold, and how many steps hold on drawings only.
  /// - Throws: the first step that is no identity though it should be one.
  func check() throws(CheckFailure) -> (instances: Int, realOnly: Int) {
    let shared = SharedStream(seed.stream())
    let builder = DiagramBuilder(
      problem: proof.problem, sames: sames,
      pen: DiagramPen<Residue>(
        random: { Residue(bits: shared.stream.next()) }, coin: { shared.stream.uniform(2) == 0 }),
      pick: { shared.stream.uniform($0) })
    let nothing = [Position<Residue>?](repeating: nil, count: proof.problem.points.count)
    var (instances, drawn, unsound) = (0, 0, 0)
    var realOnly = Set<Int>()
    while instances < Self.wanted, drawn < Self.mostClauses, unsound < Self.mostUnsound {
      drawn += proof.problem.clauses.count
      guard let places = builder.drawing(proof.problem.clauses, onto: nothing) else { continue }
      let instance = places.compactMap { $0 }
      guard isSound(instance) else {
        unsound += 1
        continue
      }
      for (index, step) in proof.steps.enumerated() where !step.statement.predicate.isCondition {
        if holds(step.statement, instance) == true { continue }
        guard !orderly[index] || holds(step.statement, instance) == nil else {
          throw CheckFailure(
            step: index + 1, reason: "it is no identity: it fails over a finite field")
        }
        realOnly.insert(index)
      }
      instances += 1
    }
    return (instances, realOnly.count)
  }

  /// Whether the clauses' statements hold, and no condition that needs no order is violated.
  private func isSound(_ instance: [Position<Residue>]) -> Bool {
    for construction in proof.problem.clauses.flatMap(\.constructions) {
      guard construction.requirements.allSatisfy({ isMet($0, instance) }),
        construction.statements.allSatisfy({
          $0.predicate.isCondition ? isMet($0, instance) : holds($0, instance) == true
        })
      else { return false }
    }
    return proof.steps.allSatisfy {
      !$0.statement.predicate.isCondition || isMet($0.statement, instance)
    }
  }

  /// Whether a fact holds; nil where the field cannot say.
  private func holds(_ fact: Statement, _ instance: [Position<Residue>]) -> Bool? {
    fact.defects(on: instance)?.allSatisfy { $0.value == Residue(0) }
  }

  /// Whether a condition is met, as far as a field without order can say.
  private func isMet(_ condition: Statement, _ instance: [Position<Residue>]) -> Bool {
    let opposite: Predicate? =
      switch condition.predicate {
      case .ncoll: .coll
      case .ncyclic: .cyclic
      case .npara: .para
      case .nperp: .perp
      default: nil
      }
    guard let opposite else { return true }
    return holds(Statement(opposite, condition.points), instance) == false
  }
}
