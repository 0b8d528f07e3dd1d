/// Distributions over another number of tokens than the model's, where the two differ in padding
/// alone: the first ids are the tokenizer's and the same in both, the others are of no token.
///
/// Of the labels' padding the probability is dropped and the rest renormalised; padding of the
/// model's own has probability 0. Takes memory for a tile's rows.
public struct AlignedTargets: TargetRows {
  private let inner: any TargetRows
  /// Tokens of the labels' rows.
  private let width: Int
  /// Ids that both have.
  private let shared: Int

  /// - Parameters:
  ///   - width: tokens of a row of `inner`.
  ///   - shared: ids that both have.
  public init(_ inner: any TargetRows, width: Int, shared: Int) {
    precondition((1...width) ~= shared)
    self.inner = inner
    self.width = width
    self.shared = shared
  }

  public var areWhole: Bool { inner.areWhole }
  public var scratchWidth: Int { inner.scratchWidth }
  public var teacherStates: (any StateRows)? { inner.teacherStates }
  public func unlabelled(_ rows: ArraySlice<Int32>) -> [Bool]? { inner.unlabelled(rows) }
  public func areKnown(at temperature: Float) -> Bool { inner.areKnown(at: temperature) }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    shared <= V
      ? inner.misfit(rows: T, vocabulary: width)
      : "labels of \(shared) tokens; the model has \(V)"
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    let own = Floats(zeros: max(1, rows.count * width))
    let found = inner.distributions(
      of: rows, vocabulary: width, room: own, scratch: scratch, engine: engine)
    let all: Floats
    switch found {
    case .logits(let rows): all = rows
    case .halves(let halves, let places):
      for (r, place) in places.enumerated() {
        let first = Int(place) * width
        own[(r * width)..<((r + 1) * width)].copy(
          from: halves.withSpan(first..<(first + width)) { floats(ofHalves: $0) })
      }
      all = own
    // Rows of a few tokens name these.
    case .sparse(let sparse, let places, _): return .sparse(sparse, rows: places, room: room)
    case .top, .projected: return found
    }
    room.pointer.update(repeating: -.infinity, count: rows.count * V)
    for r in 0..<rows.count {
      room[(r * V)..<(r * V + shared)].copy(from: all[(r * width)..<(r * width + shared)])
    }
    return .logits(room)
  }
}
