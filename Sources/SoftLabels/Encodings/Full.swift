public import Files
internal import Kernels
public import Stages
internal import Tensors

/// The encoding `full`: every logarithm of a probability as a half (`FullLabels`).
public struct Full: LabelEncoding {
  public static let name = "full"
  public static let about = "every probability, 2 bytes a token of the vocabulary"
  public static let field = FullLabels.field
  public static let compressionLevel = FullLabels.compressionLevel
  public static let isExact = true

  public var positions: LabelledPositions?

  /// The encoding has no settings of its own.
  public init() {}
  public init(_ settings: inout Settings) {}

  public static func codec(reading set: StoredLabelSet) throws -> any LabelCodec {
    FullCodec(vocabulary: set.vocabulary, positions: try set.positions(of: self))
  }
  public func codec(writing source: LabelledRows) -> (any LabelCodec)? {
    misfit(source) == nil ? FullCodec(vocabulary: source.vocabulary, positions: positions) : nil
  }
  public func misfit(_ source: LabelledRows) -> String? {
    positions == nil || source.readout != nil
      ? nil : "positions: are selected among rows of one teacher in its own tokens alone"
  }
}

/// Sets of whole rows.
public struct FullCodec: LabelCodec {
  public let vocabulary: Int
  public let positions: LabelledPositions?

  /// - Parameters:
  ///   - vocabulary: length of a row.
  ///   - positions: which targets hold a label; `nil`: all.
  public init(vocabulary: Int, positions: LabelledPositions? = nil) {
    self.vocabulary = vocabulary
    self.positions = positions
  }

  public var encoding: any LabelEncoding.Type { Full.self }
  public var fields: [String] {
    [FullLabels.field] + (positions == nil ? [] : [LabelSelection.field])
  }
  public var rowBytes: Int { 2 * vocabulary }
  public var storedRowBytes: Int { 2 * vocabulary }
  public var targetWidth: Int { 0 }
  /// Where only some rows hold a label, the teacher's own figure is not that of these.
  public var probeEvery: Int? { positions == nil ? nil : 1 }
  public var details: JSONObject { positions.map { ["positions": $0.json] } ?? [:] }
  public func files() -> [(name: String, bytes: [UInt8])] { [] }

  public func rowCount(ofBytes size: Int) -> Int {
    FullLabels.rowCount(ofBytes: size, vocabulary: vocabulary)
  }
  public func rows(_ count: Int) -> any LabelRows {
    FullRows(count, vocabulary: vocabulary, positions)
  }
  public func capture(_ count: Int) -> any LabelCapture {
    FullCapture(count, vocabulary: vocabulary, positions)
  }

  public func encode(
    _ rows: [Float], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    let (bytes, figures) = try FullLabels.encode(
      rows: rows, tokens: tokens, mask: mask, vocabulary: vocabulary, sample: sample)
    return EncodedRows([(FullLabels.field, bytes)], figures)
  }
}

/// Whole rows in memory: halves, as stored in the file.
struct FullRows: LabelRows {
  private let halves: Halves
  private let vocabulary: Int
  private let flags: LabelledFlags

  init(_ count: Int, vocabulary: Int, _ positions: LabelledPositions? = nil) {
    halves = Halves(count: count * vocabulary)
    self.vocabulary = vocabulary
    flags = LabelledFlags(count, positions)
  }

  var count: Int { halves.count / vocabulary }

  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError) {
    try FullLabels.readHalves(
      member(FullLabels.field) ?? [], into: halves, at: row, rowCount: count,
      vocabulary: vocabulary, sample: sample)
    try flags.read(member, at: row, count: count, vocabulary: vocabulary, sample: sample)
  }

  func isLabelled(_ row: Int) -> Bool { flags.isLabelled(row) }

  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    let count = max(0, tokens.count - 1)
    let labelled = flags.labelled(mask, from: row)
    var part = try halves.withSpan(elements(of: row..<(row + count))) { span in
      Result { () throws(SoftLabelError) in
        try AlignmentCheck.part(
          halves: span, tokens: tokens, mask: labelled, vocabulary: vocabulary, sample: sample)
      }
    }.get()
    part.targets = mask.count { $0 != 0 }
    // The other targets are nothing but their next token.
    for t in 0..<count where mask[t + 1] != 0 && labelled[t + 1] == 0 {
      let half = halves[(row + t) * vocabulary + Int(tokens[t + 1])]
      guard Float16Bits.decode(half) == 0 else {
        throw .value(
          sample: sample, row: t, token: Int(tokens[t + 1]),
          found: "\(Float16Bits.decode(half)) in a row without a label; 0 is its next token's")
      }
    }
    return part
  }

  func logProbabilities(_ rows: Range<Int>, sample: String) throws(SoftLabelError) -> [Float] {
    try FullLabels.decode(
      halves: halves.bits(elements(of: rows)), rowCount: rows.count, vocabulary: vocabulary,
      sample: sample)
  }

  func targets(_ rows: [Int32]) -> any TargetRows {
    let targets = HalfTargets(halves, rows: rows)
    return flags.nextTokens(rows).map { NextTokenTargets(targets, next: $0) } ?? targets
  }

  func poison(_ row: Int) { halves[row * vocabulary] = 0x7E00 }

  func flaw(of row: Int) -> String {
    halves.withSpan(elements(of: row..<(row + 1))) { span in
      let bad = floats(ofHalves: span).first { !($0 <= FullLabels.roundingSlack) }
      return bad.map { "\($0)" }
        ?? "of probabilities that sum to \(halfRowMasses(span, vocabulary: vocabulary).masses[0])"
    }
  }

  private func elements(of rows: Range<Int>) -> Range<Int> {
    (rows.lowerBound * vocabulary)..<(rows.upperBound * vocabulary)
  }
}

/// Converts rows to halves in the pass that makes their logits, and measures the rounding.
struct FullCapture: LabelCapture {
  private let halves: Halves
  private let figures: LabelFigureRows
  private let vocabulary: Int
  private let selection: LabelSelection

  init(_ count: Int, vocabulary: Int, _ positions: LabelledPositions? = nil) {
    halves = Halves(count: count * vocabulary)
    figures = LabelFigureRows(count: count)
    self.vocabulary = vocabulary
    selection = LabelSelection(positions)
  }

  func name(_ samples: [CapturedSample]) { selection.name(samples) }

  func begin(_ rowCount: Int) {
    precondition(rowCount <= figures.count, "no room for the rows")
  }

  func take(_ all: CapturedRows) {
    all.forEachTile { first, count, logits in
      let tile = (all.rows.lowerBound + first)..<(all.rows.lowerBound + first + count)
      labelRows(
        halves: halves, firstRow: tile.lowerBound, logits: logits, vocabulary: vocabulary,
        tokens: all.nextTokens[tile].span, weights: all.weights[tile].span,
        scratch: all.scratch, figures: figures)
    }
  }

  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    let chosen = selection.chosen(rows, mask: mask) { figures[$0].entropy }
    let (bytes, sums) = try FullLabels.encode(
      rows: rows, of: halves, figures: figures, tokens: tokens, mask: mask,
      vocabulary: vocabulary, sample: sample, chosen: chosen)
    return EncodedRows([(FullLabels.field, bytes)] + (chosen.map { [$0.member] } ?? []), sums)
  }
}
