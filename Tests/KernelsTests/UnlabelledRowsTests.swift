import Kernels
import Testing

/// Rows without a label learn their next token, whatever the others are compared by.
struct `Rows without a label` {
  private static let V = 7
  private static let tokens: [Int32] = [3, 0, 6, 2, 5]
  private static let unlabelled = [true, false, false, true, false]
  private static let losses: [any RowLoss] = [
    ForwardDivergence(), ForwardDivergence(temperature: 2, mix: 0.5), ReverseDivergence(),
    MixtureDivergence(.jensenShannon(beta: 0.3)), MixtureDivergence(.totalVariation),
    EntropyRoutedDivergence(threshold: 0.5),
  ]

  private static func numbers(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { Float(($0 * 37 + seed * 17) % 23) / 7 - 1.5 }
  }

  private static let logits = numbers(5 * V, 1)
  private static let truth = numbers(5 * V, 2)

  private static func tile(
    _ rows: Range<Int>, _ logits: Floats, _ distributions: Distributions?
  ) -> LossTile {
    LossTile(
      logits: logits, vocabulary: V, tokens: tokens[rows],
      weights: [Float](repeating: 0.5, count: rows.count)[...], distributions: distributions,
      gradientScale: 2, scratch: Floats(zeros: 3 * V))
  }

  @Test(arguments: losses.indices)
  func `learn their next token beside any loss`(index: Int) {
    let (loss, V) = (Self.losses[index], Self.V)
    let all = Floats(Self.logits)
    let sums = loss(
      Self.tile(0..<5, all, .logits(Floats(Self.truth))), unlabelled: Self.unlabelled)
    let found = all.array
    var due = SoftLossSums()
    for row in 0..<5 {
      let own = Floats(Array(Self.logits[(row * V)..<((row + 1) * V)]))
      let truth = Floats(Array(Self.truth[(row * V)..<((row + 1) * V)]))
      due +=
        Self.unlabelled[row]
        ? NextToken()(Self.tile(row..<(row + 1), own, nil))
        : loss(Self.tile(row..<(row + 1), own, .logits(truth)))
      for v in 0..<V { #expect(abs(found[row * V + v] - own[v]) < 1e-6, "row \(row)") }
    }
    #expect(abs(sums.sums.loss - due.sums.loss) < 1e-5)
    #expect(abs(sums.sums.divergence - due.sums.divergence) < 1e-5)
    #expect(sums.badRow == nil)
  }

  @Test func `are those of no entries, where rows keep a few tokens`() {
    let rows = SparseRows(
      count: 3, capacity: 2, meaning: .kept(tail: .ghost, temperatures: [1]))
    rows.set(1, ids: [2, 4], logs: [-1, -1], odds: [-1])
    let targets = SparseTargets(rows, rows: [1, 0, 2, 1])
    #expect(targets.unlabelled([0, 1, 2, 3]) == [false, true, true, false])
    #expect(targets.unlabelled([3, 2]) == [false, true])
    let aligned = AlignedTargets(targets, width: 9, shared: 5)
    #expect(aligned.unlabelled([1]) == [true])
  }

  /// A row that is no distribution is named by its place in the tile, whichever run it is in.
  @Test func `do not hide a bad row`() {
    let V = Self.V
    var truth = Self.truth
    truth[4 * V + 2] = .nan
    let found = ForwardDivergence()(
      Self.tile(0..<5, Floats(Self.logits), .logits(Floats(truth))), unlabelled: Self.unlabelled)
    #expect(found.badRow == 4)
    // Nobody reads what an unlabelled row says.
    truth = Self.truth
    truth[3 * V + 2] = .nan
    let other = ForwardDivergence()(
      Self.tile(0..<5, Floats(Self.logits), .logits(Floats(truth))), unlabelled: Self.unlabelled)
    #expect(other.badRow == nil)
  }

  @Test func `are the next token alone for a reader of distributions`() {
    let states = HiddenStates(.float16, rowCount: 2, width: 3)
    _ = states.store(0..<2, from: Floats([1, 2, 3, 0, 0, 0]))
    let readout = Floats(Self.numbers(Self.V * 3, 5))
    let targets = NextTokenTargets(
      HiddenTargets(states, rows: [0, 1], readout: readout), next: [-1, 4])
    #expect(targets.misfit(rows: 2, vocabulary: Self.V) == nil)
    #expect(targets.misfit(rows: 3, vocabulary: Self.V) != nil)
    #expect(targets.teacherStates == nil)
    let found = targets.distributions(
      of: [1, 0], vocabulary: Self.V, room: Floats(zeros: 2 * Self.V), scratch: Floats(zeros: 6),
      engine: .openBLAS)
    guard case .logits(let rows) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(rows.array[0..<Self.V].enumerated().allSatisfy { $1 == ($0 == 4 ? 0 : -.infinity) })
    #expect(rows.array[Self.V..<(2 * Self.V)].allSatisfy { $0.isFinite })
  }
}
