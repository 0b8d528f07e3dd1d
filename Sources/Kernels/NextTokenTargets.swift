/// Distributions of a batch of which some rows hold no label.
///
/// These learn their next token; what they are as distributions is that token alone, for a reader
/// that does not ask.
public struct NextTokenTargets: TargetRows {
  private let inner: any TargetRows
  private let next: [Int32]

  /// - Parameters:
  ///   - inner: rows that are stored whole, or made as logits; such are overwritten where there is
  ///     no label.
  ///   - next: for each of the T rows its only token; -1: the row of `inner`.
  public init(_ inner: any TargetRows, next: [Int32]) {
    self.inner = inner
    self.next = next
  }

  public var areWhole: Bool { inner.areWhole }
  public var scratchWidth: Int { inner.scratchWidth }
  /// None: rows without a label have no state.
  public var teacherStates: (any StateRows)? { nil }
  public func areKnown(at temperature: Float) -> Bool { inner.areKnown(at: temperature) }
  public func unlabelled(_ rows: ArraySlice<Int32>) -> [Bool]? { rows.map { next[Int($0)] >= 0 } }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    next.count == T && next.allSatisfy { $0 < V }
      ? inner.misfit(rows: T, vocabulary: V)
      : "\(next.count) next tokens for \(T) rows of \(V)"
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    let found = inner.distributions(
      of: rows, vocabulary: V, room: room, scratch: scratch, engine: engine)
    // Stored rows are the next token's already.
    guard case .logits(let logits) = found else { return found }
    for (r, row) in rows.enumerated() where next[Int(row)] >= 0 {
      let start = logits.pointer + r * V
      start.update(repeating: -.infinity, count: V)
      start[Int(next[Int(row)])] = 0
    }
    return found
  }
}
