public import Files
public import Kernels
public import Stages
internal import Synchronization

/// The encoding `hidden`: the teacher's final normed states, and its readout once per set
/// (`HiddenLabels`).
public struct Hidden: LabelEncoding {
  public static let name = "hidden"
  public static let about = "the teacher's hidden states, and its readout once a set"
  public static let field = HiddenLabels.field
  public static let compressionLevel = FullLabels.compressionLevel
  public static let isExact = true

  public var positions: LabelledPositions?
  private let format: HiddenStates.Format
  private let error: Double

  /// - Parameters:
  ///   - format: how states are stored; halves by default, 2 bytes a number.
  ///   - error: nats that `grid` may cost a row on average.
  public init(_ format: HiddenStates.Format = .float16, error: Double = 1e-4) {
    self.format = format
    self.error = error
  }

  public init(_ settings: inout Settings) throws(ConfigurationError) {
    format = try settings.choice(
      "hidden_type", default: .float16,
      "number format of hidden states; grid: steps that all rows share, entropy-coded")
    error =
      try settings.when("hidden_type", is: HiddenStates.Format.grid.rawValue) {
        settings throws(ConfigurationError) in
        try settings.double(
          "hidden_error", default: 1e-4, in: 1e-9...1,
          "divergence in nats that the rounding to steps may cost a row on average")
      } ?? 1e-4
  }

  public static func codec(reading set: StoredLabelSet) throws -> any LabelCodec {
    guard let width = set.details?["width"]?.intValue, (1...(1 << 20)) ~= width,
      let format = set.details?["type"]?.stringValue.flatMap(HiddenStates.Format.init(rawValue:)),
      HiddenLabels.fields(format).allSatisfy(set.fields.contains)
    else {
      throw SoftLabelError.shape(
        sample: set.name, expected: "the manifest's \"hidden\" with type and width",
        found: set.details.map { JSON.object($0).text } ?? "nothing")
    }
    let readout = try Readout(
      in: set.folder, manifest: set.manifest, vocabulary: set.vocabulary, width: width)
    let positions = try set.positions(of: self)
    guard format == .grid else {
      return HiddenCodec(readout, format, positions: positions)
    }
    guard let step = set.details?["step"]?.doubleValue.map({ Float($0) }), step > 0, step.isFinite
    else {
      throw SoftLabelError.shape(
        sample: set.name, expected: "the manifest's \"hidden\" with a step above 0",
        found: set.details.map { JSON.object($0).text } ?? "nothing")
    }
    return HiddenCodec(readout, format, step: step, positions: positions)
  }

  public func codec(writing source: LabelledRows) -> (any LabelCodec)? {
    source.readout.map { readout in
      format == .grid
        ? HiddenCodec(
          readout, format, step: Self.step(costing: error, readout), error: error,
          positions: positions)
        : HiddenCodec(readout, format, positions: positions)
    }
  }

  /// The step of a grid whose rounding costs `error` nats on average.
  ///
  ///     KL(p || q) = Var_p(dz) / 2,   dz = readout * dh,   Var(dh) = step^2 / 12 in each channel
  ///
  /// to second order, so step^2 = 24 error / tr Cov_p(readout rows). Which rows are likely is not
  /// known before labelling; taken is the squared distance from the mean that nine rows of ten do
  /// not exceed, since tokens that no text has keep the rows that they began with, near to each
  /// other. The certificate measures what it comes to, and far more than asked is refused while
  /// labelling.
  static func step(costing error: Double, _ readout: Readout) -> Float {
    let (V, C) = (readout.vocabulary, readout.width)
    let weights = readout.weights.array
    var mean = [Double](repeating: 0, count: C)
    for v in 0..<V { for c in 0..<C { mean[c] += Double(weights[v * C + c]) / Double(V) } }
    let distances = (0..<V).map { v in
      (0..<C).reduce(0.0) {
        let apart = Double(weights[v * C + $1]) - mean[$1]
        return $0 + apart * apart
      }
    }
    let spread = distances.sorted()[V - 1 - V / 10]
    guard spread > 0 else { return 0x1p-6 }
    return Float((24 * error / spread).squareRoot())
  }
}

/// Sets of hidden states.
public struct HiddenCodec: LabelCodec {
  private let readout: Readout
  private let format: HiddenStates.Format
  private let step: Float
  private let error: Double
  public let positions: LabelledPositions?

  /// - Parameters:
  ///   - readout: turns states into logits.
  ///   - format: how states are stored.
  ///   - step: of a grid.
  ///   - error: nats that rounding is to cost a teacher's row on average; far more is refused.
  ///   - positions: which targets hold a label; `nil`: all.
  public init(
    _ readout: Readout, _ format: HiddenStates.Format, step: Float = 0x1p-6,
    error: Double = .infinity, positions: LabelledPositions? = nil
  ) {
    self.positions = positions
    self.readout = readout
    self.format = format
    self.step = step
    self.error = error
  }

  private func states(_ count: Int) -> HiddenStates {
    HiddenStates(format, rowCount: count, width: readout.width, step: step)
  }

  public var encoding: any LabelEncoding.Type { Hidden.self }
  public var vocabulary: Int { readout.vocabulary }
  public var fields: [String] {
    HiddenLabels.fields(format) + (positions == nil ? [] : [LabelSelection.field])
  }
  public var rowBytes: Int { HiddenStates.rowBytes(format, width: readout.width) }
  public var storedRowBytes: Int {
    switch format {
    case .float16: 2 * readout.width
    case .int8: readout.width + MemoryLayout<Float>.size
    case .grid: readout.width
    }
  }
  public var targetWidth: Int { readout.width }
  public var probeEvery: Int? { AlignmentCheck.probeEvery }
  public var details: JSONObject {
    var facts: JSONObject = ["type": JSON(format.rawValue), "width": JSON(readout.width)]
    if format == .grid { facts["step"] = JSON(Double(step)) }
    if let positions { facts["positions"] = positions.json }
    return facts
  }
  public func files() -> [(name: String, bytes: [UInt8])] { [(Readout.fileName, readout.bytes)] }

  public func rowCount(ofBytes size: Int) -> Int {
    HiddenLabels.rowCount(ofBytes: size, format: format, width: readout.width)
  }
  public func rows(_ count: Int) -> any LabelRows {
    HiddenRows(states(count), readout, positions)
  }
  public func capture(_ count: Int) -> any LabelCapture {
    HiddenCapture(states(count), vocabulary: vocabulary, error: error, positions)
  }

  public func encode(
    _ rows: [Float], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    throw .shape(
      sample: sample, expected: "rows of a model for the encoding \(Hidden.name)",
      found: "distributions without states")
  }
}

/// Hidden states in memory, as stored in the file.
struct HiddenRows: LabelRows {
  private let states: HiddenStates
  private let readout: Readout
  private let flags: LabelledFlags

  init(_ states: HiddenStates, _ readout: Readout, _ positions: LabelledPositions? = nil) {
    self.states = states
    self.readout = readout
    flags = LabelledFlags(states.rowCount, positions)
  }

  var count: Int { states.rowCount }

  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError) {
    try flags.read(member, at: row, count: count, vocabulary: readout.vocabulary, sample: sample)
    try HiddenLabels.read(
      member, into: states, at: row, rowCount: count, sample: sample
    ) { flags.isLabelled(row + $0) }
  }

  func isLabelled(_ row: Int) -> Bool { flags.isLabelled(row) }

  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    var part = try AlignmentCheck.part(
      states: states, from: row, readout: readout, at: position, tokens: tokens,
      mask: flags.labelled(mask, from: row), sample: sample)
    part.targets = mask.count { $0 != 0 }
    return part
  }

  func logProbabilities(_ rows: Range<Int>, sample: String) -> [Float] {
    let V = readout.vocabulary
    let found = Floats(zeros: rows.count * V)
    readout.forEachTile(of: states, rows: rows.map { Int32($0) }) { first, count, tile in
      found[(first * V)..<((first + count) * V)].copy(from: tile)
    }
    return found.array
  }

  func targets(_ rows: [Int32]) -> any TargetRows {
    let targets = HiddenTargets(states, rows: rows, readout: readout.weights)
    return flags.nextTokens(rows).map { NextTokenTargets(targets, next: $0) } ?? targets
  }

  func poison(_ row: Int) {
    let nan = [UInt8](repeating: 0xFF, count: states.width * states.format.width)
    states.copy(to: row..<(row + 1), from: nan, at: 0)
    states.setScales(row..<(row + 1), [.nan])
  }

  func flaw(of row: Int) -> String { "rebuilt from its hidden state to NaN or infinity" }
}

/// Rounds states as they come, and measures them: logits are computed from the original and from
/// the stored states, so a teacher's pass costs a second product with the readout.
struct HiddenCapture: LabelCapture {
  private let states: HiddenStates
  private let vocabulary: Int
  private let error: Double
  private let selection: LabelSelection
  private let found: Found

  /// Results of the passes of a batch.
  private final class Found: Sendable {
    let figures = Mutex<[RowFigures]>([])
    /// The first row whose state cannot be stored: not finite, or beyond a half's range.
    let unfit = Mutex<Int?>(nil)
  }

  /// Rows of a batch from which on its mean error says something.
  private static let enoughRows = 32

  /// How many times what was asked for the rows of one batch may cost: batches differ.
  private static let tolerance = 4.0

  init(
    _ states: HiddenStates, vocabulary: Int, error: Double,
    _ positions: LabelledPositions? = nil
  ) {
    self.states = states
    self.vocabulary = vocabulary
    self.error = error
    selection = LabelSelection(positions)
    found = Found()
  }

  func name(_ samples: [CapturedSample]) { selection.name(samples) }

  func begin(_ rowCount: Int) {
    precondition(rowCount <= states.rowCount, "no room for the rows")
    found.figures.withLock { $0 = [RowFigures](repeating: .unmeasured, count: rowCount) }
    found.unfit.withLock { $0 = nil }
  }

  func take(_ all: CapturedRows) {
    if let row = states.store(all.rows, from: all.states) {
      found.unfit.withLock { $0 = min($0 ?? row, row) }
      return
    }
    // Rows without a target are stored and not measured.
    let (C, V) = (all.width, vocabulary)
    let some = min(all.tileRows, all.targetRows.count)
    if some == 0 { return }
    let hidden = Floats(zeros: some * C)
    let rebuilt = Floats(zeros: some * V)
    for start in stride(from: 0, to: all.targetRows.count, by: some) {
      let tile = start..<min(start + some, all.targetRows.count)
      let logits = all.tile[0..<(tile.count * V)]
      embeddingForward(
        y: hidden, table: all.states, tokens: all.targetRows.span.extracting(tile), width: C)
      all.engine.product(
        c: logits, a: hidden, b: all.readout, .transposed, m: tile.count, n: V, k: C)
      states.gather(into: hidden, rows: all.targetBatchRows.span.extracting(tile))
      all.engine.product(
        c: rebuilt, a: hidden, b: all.readout, .transposed, m: tile.count, n: V, k: C)
      let figures = rebuiltRows(
        logits: logits, rebuilt: rebuilt, vocabulary: V,
        tokens: all.targetTokens.span.extracting(tile),
        weights: all.targetWeights.span.extracting(tile))
      found.figures.withLock { found in
        for (place, row) in all.targetBatchRows[tile].enumerated() {
          found[Int(row)] = figures[place]
        }
      }
    }
  }

  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    if let unfit = found.unfit.withLock({ $0 }), rows.contains(unfit) {
      throw .range(sample: sample, row: unfit - rows.lowerBound)
    }
    let figures = found.figures.withLock { $0 }
    let measured = figures.filter { $0 != .unmeasured && $0.isDistribution }
    if states.format == .grid, measured.count >= Self.enoughRows {
      let mean = measured.reduce(0) { $0 + $1.divergence } / Double(measured.count)
      guard mean <= Self.tolerance * error else {
        throw .rounding(sample: sample, found: mean, asked: error)
      }
    }
    let chosen = selection.chosen(rows, mask: mask) { figures[$0].entropy }
    let (members, sums) = try HiddenLabels.encode(
      rows: rows, of: states, figures: figures, tokens: tokens, mask: mask,
      vocabulary: vocabulary, sample: sample, chosen: chosen)
    return EncodedRows(members + (chosen.map { [$0.member] } ?? []), sums)
  }
}
