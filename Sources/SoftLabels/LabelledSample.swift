internal import Kernels
internal import Tensors

/// Figures of one sample's targets, for the certificate: sums, and every divergence.
public struct LabelFigures: Sendable, Equatable {
  var massKept = 0.0
  /// Sum of -log p(next token), nats.
  public internal(set) var crossEntropy = 0.0
  /// Same for the stored form; 0 if that is not measured.
  var rebuiltCrossEntropy = 0.0
  /// Sum of the entropies, nats.
  public internal(set) var entropy = 0.0
  /// KL(teacher || decoded) of each target, nats.
  var divergences: [Float] = []
  /// Sum of the squared lengths of decoded - teacher; `nil`: not measured.
  var squaredErrors: Double?
  /// Sum of decoded - teacher, `(V)`; empty: not measured.
  var difference: [Double] = []

  /// Rows with `mask[t + 1]` of 1, whether they hold a label or not.
  public internal(set) var targets = 0
  /// How many of them hold a label: the figures above, but for cross-entropy and entropy, are of
  /// these.
  var labelled: Int { divergences.count }
  /// Targets that no figure is of, not even those of the teacher.
  var unknown = 0
  /// `nil`: every target holds a label.
  var positions: PositionFigures?

  init() {}

  /// The figures of one sample whose rows were measured as they were made.
  ///
  /// - Parameters:
  ///   - rows: L-1 of them.
  ///   - tokens, mask: `(L)`.
  ///   - figures: of a row, given the token after it; a cross-entropy that is not finite says that
  ///     the token is ruled out, by the teacher or as the row was kept.
  ///   - isLabelled: whether the row holds a label.
  /// - Throws: `SoftLabelError` for a row that is no distribution, and a target that is ruled out.
  init(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String,
    isLabelled: (_ row: Int) -> Bool = { _ in true },
    _ figures: (_ row: Int, _ next: Int) -> RowFigures
  ) throws(SoftLabelError) {
    for (t, row) in rows.enumerated() {
      let next = Int(tokens[t + 1])
      let found = figures(row, next)
      guard found.isDistribution else {
        throw .value(sample: sample, row: t, token: next, found: "NaN or infinite")
      }
      if mask[t + 1] == 0 { continue }
      guard found.crossEntropy.isFinite, found.keptCrossEntropy.isFinite else {
        throw .impossible(sample: sample, row: t, token: next)
      }
      add(found, isLabelled: isLabelled(row))
    }
  }

  /// Counts a target of which nothing is known.
  mutating func addUnknown() {
    targets += 1
    unknown += 1
  }

  mutating func add(_ row: RowFigures, isLabelled: Bool = true) {
    targets += 1
    crossEntropy += row.crossEntropy
    entropy += row.entropy
    guard isLabelled else { return }
    massKept += row.massKept
    rebuiltCrossEntropy += row.keptCrossEntropy
    divergences.append(Float(row.divergence))
  }
}

extension FullLabels {
  /// Encodes the rows of one sample and measures what the encoding keeps.
  ///
  /// Samples of a set can be encoded on any number of threads: the figures of a sample depend on
  /// the sample alone, and `Certificate.Accumulator` adds them in order.
  /// - Parameters:
  ///   - rows: `(L-1, vocabulary)` natural logarithms of probabilities; row t is for token t+1.
  ///   - tokens, mask: `(L)`.
  ///   - sample: id, for messages.
  /// - Returns: the bytes of `logp.npy`, and the figures over the rows with mask[t+1] = 1.
  /// - Throws: `SoftLabelError`: not L-1 rows, values that are not a distribution, a target of
  ///   probability 0.
  public static func encode(
    rows: [Float], tokens: [Int32], mask: [UInt8], vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> (bytes: [UInt8], figures: LabelFigures) {
    try checkTokens(tokens, mask, vocabulary, sample)
    let rowCount = tokens.count - 1
    guard vocabulary > 0, rows.count % vocabulary == 0, rows.count / vocabulary == rowCount else {
      throw .shape(
        sample: sample, expected: "\(rowCount) rows of \(vocabulary) for \(tokens.count) tokens",
        found: "\(rows.count) values")
    }
    let bits = halves(of: rows)
    let decoded = Float16Bits.decode(bits)
    var figures = LabelFigures()
    for t in 0..<rowCount {
      let sum = try mass(of: rows, row: t, vocabulary: vocabulary, sample: sample)
      guard abs(sum - 1) <= massTolerance else { throw .mass(sample: sample, row: t, sum: sum) }
      if mask[t + 1] == 0 { continue }
      let next = Int(tokens[t + 1])
      guard rows[t * vocabulary + next].isFinite else {
        throw .impossible(sample: sample, row: t, token: next)
      }
      let row = (t * vocabulary)..<((t + 1) * vocabulary)
      figures.add(
        Reference.rowFigures(row: rows[row], kept: decoded[row], sum: sum, token: next))
    }
    return (bytes(of: bits, rowCount: rowCount, vocabulary: vocabulary), figures)
  }

  /// Takes the rows of one sample that are halves already, with the figures computed when they were
  /// made.
  ///
  /// - Parameters:
  ///   - halves, figures: of many samples; this one's are `rows`, L-1 of them.
  ///   - tokens, mask: `(L)`.
  ///   - sample: id, for messages.
  ///   - chosen: the rows that hold a label; the others are overwritten with their next token
  ///     alone. `nil`: all do.
  /// - Returns: the bytes of `logp.npy`, and the figures over the rows with mask[t+1] = 1.
  /// - Throws: `SoftLabelError` as above.
  static func encode(
    rows: Range<Int>, of halves: Halves, figures: LabelFigureRows, tokens: [Int32],
    mask: [UInt8], vocabulary V: Int, sample: String, chosen: LabelSelection.Chosen? = nil
  ) throws(SoftLabelError) -> (bytes: [UInt8], figures: LabelFigures) {
    try checkTokens(tokens, mask, V, sample, rowCount: rows.count)
    // What a reader finds again; of a set with all its labels it takes the teacher's own figure.
    let masses = chosen.map { _ in
      halves.withSpan((rows.lowerBound * V)..<(rows.upperBound * V)) {
        halfRowMasses($0, vocabulary: V).masses
      }
    }
    var sums = try LabelFigures(
      rows, tokens: tokens, mask: mask, sample: sample,
      isLabelled: { chosen?.contains($0) ?? true }
    ) { row, next in
      var found = figures[row]
      let half = halves[row * V + next]
      if half == Float16Bits.negativeInfinity {
        found.keptCrossEntropy = .infinity
      } else if let masses {
        found.keptCrossEntropy =
          logarithm(Double(masses[row - rows.lowerBound])) - Double(Float16Bits.decode(half))
      }
      return found
    }
    sums.positions = chosen?.figures
    for t in chosen?.others ?? [] {
      let first = (rows.lowerBound + t) * V
      for v in first..<(first + V) { halves[v] = Float16Bits.negativeInfinity }
      halves[first + Int(tokens[t + 1])] = 0
    }
    return (bytes(of: rows, in: halves, vocabulary: V), sums)
  }

  /// Checks L tokens, L mask values of 0 or 1 with no target in front, every token in the
  /// vocabulary.
  ///
  /// - Parameter rowCount: L-1, if given.
  static func checkTokens(
    _ tokens: [Int32], _ mask: [UInt8], _ vocabulary: Int, _ sample: String, rowCount: Int? = nil
  ) throws(SoftLabelError) {
    guard rowCount ?? tokens.count - 1 == tokens.count - 1 else {
      throw .shape(
        sample: sample, expected: "\(tokens.count - 1) rows for \(tokens.count) tokens",
        found: "\(rowCount ?? 0)")
    }
    guard !tokens.isEmpty, mask.count == tokens.count else {
      throw .shape(
        sample: sample, expected: "a mask as long as the tokens, and at least one token",
        found: "\(tokens.count) tokens and \(mask.count) mask values")
    }
    guard mask[0] == 0, mask.allSatisfy({ $0 <= 1 }) else {
      throw .shape(
        sample: sample, expected: "a mask of 0 and 1 that starts with 0", found: "another one")
    }
    guard let wrong = tokens.first(where: { $0 < 0 || Int($0) >= vocabulary }) else { return }
    throw .shape(
      sample: sample, expected: "tokens below the vocabulary's size \(vocabulary)",
      found: "token \(wrong)")
  }
}
