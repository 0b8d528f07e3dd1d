internal import Kernels
internal import Tensors

/// What a source that is not at hand said of one token: the likeliest ones.
public struct KeptRow: Sendable {
  /// In any order; ids outside the vocabulary and repeats count for nothing.
  public var ids: [Int32]
  /// Natural logarithms of their probabilities, one for each id.
  public var logs: [Float]

  /// The properties say what each is.
  public init(ids: [Int32], logs: [Float]) {
    self.ids = ids
    self.logs = logs
  }

  /// Logarithms below are no probabilities that a half could hold.
  private static let leastLog: Float = -60_000
  /// A row whose kept tokens hold less says nothing.
  static let leastMass = 1e-6

  /// Its entries, the likeliest first and of equals the lower ids; such as count for nothing are
  /// left out, and sums above 1, which rounding makes of sure rows, are taken to 1.
  func entries(vocabulary: Int) -> [(id: Int32, log: Double)] {
    var seen: Set<Int32> = []
    let known = zip(ids, logs).filter { id, log in
      id >= 0 && Int(id) < vocabulary && log.isFinite && log > Self.leastLog
        && seen.insert(id).inserted
    }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    let whole = known.reduce(0.0) { $0 + naturalPower(Double($1.1)) }
    let shift = whole > 1 ? -logarithm(whole) : 0
    return known.map { ($0.0, min(0, Double($0.1) + shift)) }
  }
}

extension SparseCodec {
  /// Encodes rows of which only the likeliest tokens are known.
  ///
  /// A row of fewer than `k` known tokens gets no label. Of the others nothing but their sum is
  /// known, so that tails are of temperature 1, divergences are not measured, and the entropy is
  /// that of the kept tokens and the rest as one outcome: the whole row's is at least as high.
  ///
  /// - Parameters:
  ///   - rows: L-1; `nil`: nothing is known.
  ///   - tokens, mask: `(L)`.
  /// - Throws: `SoftLabelError` for tokens and masks that do not fit.
  /// - Precondition: a form of the likeliest tokens alone, at temperature 1 and all positions.
  public func encode(
    kept rows: [KeptRow?], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    precondition(form.draws == nil && form.temperatures == [1] && form.positions == nil)
    try FullLabels.checkTokens(tokens, mask, vocabulary, sample, rowCount: rows.count)
    let memory = SparseRows(
      count: 1, capacity: form.capacity(vocabulary: vocabulary), meaning: form.meaning)
    var stored: [SparseRow] = []
    var found: [RowFigures] = []
    for (t, row) in rows.enumerated() {
      guard mask[t + 1] != 0, let row, let made = storedRow(row, next: tokens[t + 1]) else {
        stored.append(.unlabelled)
        found.append(.unmeasured)
        continue
      }
      made.row.copy(to: 0, of: memory, form)
      var figures = made.figures
      figures.keptCrossEntropy =
        SparseOpinion(0, of: memory, vocabulary: vocabulary)
        .map { -$0.opinion(of: tokens[t + 1]) } ?? 0
      stored.append(made.row)
      found.append(figures)
    }
    var figures = LabelFigures()
    for (t, row) in found.enumerated() where mask[t + 1] != 0 {
      if stored[t].isLabelled {
        figures.add(row)
      } else {
        figures.addUnknown()
      }
    }
    // The accumulator leaves them out where every target of the set holds a label.
    figures.positions = PositionFigures(labelled: figures.labelled)
    return EncodedRows(members(stored), figures)
  }

  /// What a row leaves open; `nil`: it has too few tokens, and gets no label.
  ///
  /// - Returns: the mass outside the kept tokens, and whether the next token is outside.
  public func gap(of row: KeptRow, next: Int32) -> (tail: Double, isNextOutside: Bool)? {
    let head = row.entries(vocabulary: vocabulary).prefix(form.headCount(vocabulary: vocabulary))
    let mass = head.reduce(0.0) { $0 + naturalPower($1.log) }
    guard head.count == form.headCount(vocabulary: vocabulary), mass >= KeptRow.leastMass else {
      return nil
    }
    return (max(0, 1 - mass), !head.contains { $0.id == next })
  }

  /// The row in stored form, and its figures; `nil`: it has too few tokens.
  private func storedRow(
    _ row: KeptRow, next: Int32
  ) -> (row: SparseRow, figures: RowFigures)? {
    let entries = row.entries(vocabulary: vocabulary)
    let k = form.headCount(vocabulary: vocabulary)
    guard entries.count >= k else { return nil }
    let head = entries.prefix(k).sorted { $0.id < $1.id }
    let mass = min(1, head.reduce(0.0) { $0 + naturalPower($1.log) })
    guard mass >= KeptRow.leastMass else { return nil }
    // There is nothing outside a head of all tokens.
    let tail = k == vocabulary ? 0 : max(0, 1 - mass)
    var made = SparseRow()
    made.headIds = head.map(\.id)
    made.headValues = head.map { form.stored($0.log) }
    made.odds = [Float16Bits.encode(Float(logarithm(tail / mass)))]
    let entropy =
      head.reduce(0.0) { $0 - naturalPower($1.log) * $1.log }
      - (tail > 0 ? tail * logarithm(tail) : 0)
    made.entropy = Float16Bits.encode(Float(max(0, entropy)))
    var figures = RowFigures.unmeasured
    figures.entropy = max(0, entropy)
    figures.massKept = mass
    figures.divergence = .infinity
    // A token beside the head may be known all the same; else it has its share of the rest.
    let rest = max(0, 1 - entries.reduce(0.0) { $0 + naturalPower($1.log) })
    let share = rest / Double(max(1, vocabulary - entries.count))
    let own = entries.first { $0.id == next }?.log ?? logarithm(share)
    figures.crossEntropy = min(-own, AlignmentCheck.Part.mostNats)
    return (made, figures)
  }
}
