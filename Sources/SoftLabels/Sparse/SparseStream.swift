/// Rows of one sample as bytes: adaptive arithmetic coding of ids, values and counts.
///
/// The models start anew with every sample, so that each can be read alone. `Labels.md` describes
/// the bytes.
struct SparseStream {
  private let form: SparseForm
  private let vocabulary: Int
  private var isLabelled = BitModel()
  private var headGaps: NumberModel
  private var drawGaps: NumberModel
  private var halves = HalfModel()
  private var lowest = NumberModel()
  private var above = NumberModel()
  private var counts = NumberModel()
  private var hits = NumberModel()
  private var weights = HalfModel()

  /// Kinds of surroundings of a gap: the number of bits of the id before.
  private static let places = 27

  init(_ form: SparseForm, vocabulary: Int) {
    self.form = form
    self.vocabulary = vocabulary
    headGaps = NumberModel(contexts: form.head == nil ? 1 : Self.places)
    drawGaps = NumberModel(contexts: form.draws == nil ? 1 : Self.places)
  }

  /// The bytes of all rows.
  static func encode(_ rows: [SparseRow], _ form: SparseForm, vocabulary: Int) -> [UInt8] {
    var stream = SparseStream(form, vocabulary: vocabulary)
    var coder = RangeEncoder()
    for row in rows { stream.encode(row, &coder) }
    return coder.finish()
  }

  private mutating func encode(_ row: SparseRow, _ coder: inout RangeEncoder) {
    coder.encode(row.isLabelled, &isLabelled)
    if !row.isLabelled { return }
    if form.head != nil {
      Self.encode(row.headIds, &headGaps, &coder)
      encodeValues(row.headValues, &coder)
    }
    if let draws = form.draws {
      counts.encode(row.drawIds.count, &coder)
      Self.encode(row.drawIds, &drawGaps, &coder)
      for count in row.hits { hits.encode(count - 1, &coder) }
      if draws.proposal != 1 { for half in row.drawWeights { weights.encode(half, &coder) } }
    }
  }

  private static func encode(
    _ ids: [Int32], _ model: inout NumberModel, _ coder: inout RangeEncoder
  ) {
    var next = 0
    for id in ids {
      model.encode(Int(id) - next, in: bits(next), &coder)
      next = Int(id) + 1
    }
  }

  private mutating func encodeValues(_ values: [UInt16], _ coder: inout RangeEncoder) {
    guard form.head?.values == .rounded else {
      for half in values { halves.encode(half, &coder) }
      return
    }
    let most = Int(values.max() ?? 0)
    lowest.encode(most, &coder)
    for value in values { above.encode(most - Int(value), &coder) }
  }

  @inline(__always)
  private static func bits(_ id: Int) -> Int {
    Int.bitWidth - id.leadingZeroBitCount
  }

  /// Reads the rows of a sample.
  ///
  /// - Parameters:
  ///   - bytes: the code begins at `start`.
  ///   - take: is called for each row in order.
  /// - Throws: `SoftLabelError.unreadable` for bytes that no row was encoded to.
  static func decode(
    _ bytes: [UInt8], from start: Int, count: Int, _ form: SparseForm, vocabulary: Int,
    sample: String, _ take: (_ row: Int, SparseRow) throws(SoftLabelError) -> Void
  ) throws(SoftLabelError) {
    var stream = SparseStream(form, vocabulary: vocabulary)
    var coder = RangeDecoder(bytes, from: start)
    for row in 0..<count {
      guard let found = stream.decode(&coder), !coder.isOverrun else {
        throw .unreadable(
          sample: sample,
          reason:
            "row \(row) names tokens outside the vocabulary of \(vocabulary): the labels were "
            + "changed or cut short -- fetch them again, or label the set again")
      }
      try take(row, found)
    }
    guard coder.isFinished else {
      throw .unreadable(
        sample: sample,
        reason:
          "its labels go on after its \(count) rows -- L tokens have exactly L-1 rows; label the "
          + "set again")
    }
  }

  private mutating func decode(_ coder: inout RangeDecoder) -> SparseRow? {
    var row = SparseRow()
    guard coder.decode(&isLabelled) else { return .unlabelled }
    if let head = form.head {
      guard
        let ids = Self.ids(
          min(head.count, vocabulary), below: vocabulary, &headGaps, &coder)
      else { return nil }
      row.headIds = ids
      guard decodeValues(ids.count, &row, &coder) else { return nil }
    }
    if let draws = form.draws {
      let count = counts.decode(&coder)
      guard count <= min(draws.count, vocabulary - row.headIds.count),
        let ids = Self.ids(count, below: vocabulary, &drawGaps, &coder)
      else { return nil }
      row.drawIds = ids
      row.hits.reserveCapacity(count)
      for _ in 0..<count {
        let found = hits.decode(&coder) + 1
        guard found <= draws.count else { return nil }
        row.hits.append(found)
      }
      if draws.proposal != 1 {
        for _ in 0..<count { row.drawWeights.append(weights.decode(&coder)) }
      }
    }
    return row
  }

  private static func ids(
    _ count: Int, below vocabulary: Int, _ model: inout NumberModel, _ coder: inout RangeDecoder
  ) -> [Int32]? {
    var ids: [Int32] = []
    ids.reserveCapacity(count)
    var next = 0
    for _ in 0..<count {
      let id = next + model.decode(in: bits(next), &coder)
      guard id < vocabulary else { return nil }
      ids.append(Int32(id))
      next = id + 1
    }
    return ids
  }

  private mutating func decodeValues(
    _ count: Int, _ row: inout SparseRow, _ coder: inout RangeDecoder
  ) -> Bool {
    row.headValues.reserveCapacity(count)
    guard form.head?.values == .rounded else {
      for _ in 0..<count { row.headValues.append(halves.decode(&coder)) }
      return true
    }
    let most = lowest.decode(&coder)
    guard most <= Int(UInt16.max) else { return false }
    for _ in 0..<count {
      let below = above.decode(&coder)
      guard below <= most else { return false }
      row.headValues.append(UInt16(most - below))
    }
    return true
  }
}
