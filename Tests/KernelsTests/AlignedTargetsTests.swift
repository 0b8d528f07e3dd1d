import Kernels
import Testing

struct `Targets over a padded vocabulary` {
  private func distributions(
    _ targets: any TargetRows, width: Int, shared: Int, _ V: Int
  ) -> Distributions {
    AlignedTargets(targets, width: width, shared: shared).distributions(
      of: [1, 0], vocabulary: V, room: Floats(zeros: 2 * V), scratch: Floats(zeros: 1),
      engine: .openBLAS)
  }
  private func values(_ found: Distributions) -> [Float] {
    if case .logits(let all) = found { all.array } else { [] }
  }

  /// Ids of no token are dropped or get probability 0; the model's rows are as long as they were.
  @Test func `keep the ids that both have`() {
    let logits = LogitTargets([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    let none = -Float.infinity
    #expect(
      values(distributions(logits, width: 5, shared: 4, 6))
        == [6, 7, 8, 9, none, none, 1, 2, 3, 4, none, none])
    #expect(values(distributions(logits, width: 5, shared: 3, 3)) == [6, 7, 8, 1, 2, 3])
    let halves = HalfTargets(Halves(halfBits(Floats([-1, -2, -3, -4]))), rows: [1, 0])
    #expect(values(distributions(halves, width: 2, shared: 1, 2)) == [-1, none, -3, none])
    let rows = SparseRows(count: 1, capacity: 1, meaning: .draws)
    let sparse = SparseTargets(rows, rows: [0, 0])
    if case .sparse(_, let places, _) = distributions(sparse, width: 5, shared: 4, 6) {
      #expect(places == [0, 0])
    } else {
      Issue.record("rows of a few tokens stay as they are")
    }
  }

  @Test func `fit a model that has all their tokens`() {
    let targets = AlignedTargets(LogitTargets([1, 2, 3, 4]), width: 2, shared: 2)
    #expect(targets.misfit(rows: 2, vocabulary: 9) == nil && targets.areWhole)
    #expect(targets.misfit(rows: 2, vocabulary: 1) != nil)
    #expect(targets.misfit(rows: 3, vocabulary: 9) != nil)
  }
}
