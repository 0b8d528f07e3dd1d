public import Files
internal import Kernels
public import Stages

/// The encoding `full`: every logarithm of a probability as a half (`FullLabels`).
public struct Full: LabelEncoding {
  public static let name = "full"
  public static let about = "every probability, 2 bytes a token of the vocabulary"
  public static let field = FullLabels.field
  public static let compressionLevel = FullLabels.compressionLevel
  public static let isExact = true

  /// The encoding has no settings.
  public init() {}
  public init(_ settings: inout Settings) {}

  public static func codec(reading set: StoredLabelSet) -> any LabelCodec {
    FullCodec(vocabulary: set.vocabulary)
  }
  public func codec(writing source: LabelledRows) -> (any LabelCodec)? {
    FullCodec(vocabulary: source.vocabulary)
  }
}

/// Sets of whole rows.
public struct FullCodec: LabelCodec {
  public let vocabulary: Int

  /// - Parameter vocabulary: length of a row.
  public init(vocabulary: Int) { self.vocabulary = vocabulary }

  public var encoding: any LabelEncoding.Type { Full.self }
  public var fields: [String] { [FullLabels.field] }
  public var rowBytes: Int { 2 * vocabulary }
  public var storedRowBytes: Int { 2 * vocabulary }
  public var targetWidth: Int { 0 }
  public var probeEvery: Int? { nil }
  public var details: JSONObject { [:] }
  public func files() -> [(name: String, bytes: [UInt8])] { [] }

  public func rowCount(ofBytes size: Int) -> Int {
    FullLabels.rowCount(ofBytes: size, vocabulary: vocabulary)
  }
  public func rows(_ count: Int) -> any LabelRows { FullRows(count, vocabulary: vocabulary) }
  public func capture(_ count: Int) -> any LabelCapture {
    FullCapture(count, vocabulary: vocabulary)
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

  init(_ count: Int, vocabulary: Int) {
    halves = Halves(count: count * vocabulary)
    self.vocabulary = vocabulary
  }

  var count: Int { halves.count / vocabulary }

  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError) {
    try FullLabels.readHalves(
      member(FullLabels.field) ?? [], into: halves, at: row, rowCount: count,
      vocabulary: vocabulary, sample: sample)
  }

  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    let count = max(0, tokens.count - 1)
    return try halves.withSpan(elements(of: row..<(row + count))) { span in
      Result { () throws(SoftLabelError) in
        try AlignmentCheck.part(
          halves: span, tokens: tokens, mask: mask, vocabulary: vocabulary, sample: sample)
      }
    }.get()
  }

  func logProbabilities(_ rows: Range<Int>, sample: String) throws(SoftLabelError) -> [Float] {
    try FullLabels.decode(
      halves: halves.bits(elements(of: rows)), rowCount: rows.count, vocabulary: vocabulary,
      sample: sample)
  }

  func targets(_ rows: [Int32]) -> any TargetRows { HalfTargets(halves, rows: rows) }

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

  init(_ count: Int, vocabulary: Int) {
    halves = Halves(count: count * vocabulary)
    figures = LabelFigureRows(count: count)
    self.vocabulary = vocabulary
  }

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
    let (bytes, sums) = try FullLabels.encode(
      rows: rows, of: halves, figures: figures, tokens: tokens, mask: mask,
      vocabulary: vocabulary, sample: sample)
    return EncodedRows([(FullLabels.field, bytes)], sums)
  }
}
