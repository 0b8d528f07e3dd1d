public import Files
internal import Kernels
public import Stages
internal import Synchronization
internal import Tensors

/// The encoding `projected`: each distribution as its mean row of the student's own readout, which
/// must not learn. The student is the stage's third input.
public struct Projected: LabelEncoding {
  public static let name = "projected"
  public static let about =
    "each distribution's mean row of the student's readout, which stays as it is: the exact gradient of "
    + "the student's hidden states"
  public static let field = "projected.npy"
  public static let compressionLevel = 1
  public static let isExact = false

  public var positions: LabelledPositions?

  /// The encoding has no settings of its own.
  public init() {}
  public init(_ settings: inout Settings) {}

  public static func codec(reading set: StoredLabelSet) throws -> any LabelCodec {
    guard let width = set.details?["width"]?.intValue, (1...(1 << 20)) ~= width,
      let readout = set.details?["readout"]?.stringValue
    else {
      throw SoftLabelError.shape(
        sample: set.name, expected: "the manifest's \"projected\" with width and readout",
        found: set.details.map { JSON.object($0).text } ?? "nothing")
    }
    return ProjectedCodec(
      vocabulary: set.vocabulary, width: width, readout: readout, student: nil,
      positions: try set.positions(of: self))
  }

  public func codec(writing source: LabelledRows) -> (any LabelCodec)? {
    guard source.readout != nil, let student = source.student else { return nil }
    return ProjectedCodec(
      vocabulary: source.vocabulary, width: student.width, readout: student.digest,
      student: student, positions: positions)
  }

  public func misfit(_ source: LabelledRows) -> String? {
    guard let student = source.student else {
      return
        "name: projected needs the student, whose readout stays as it is -- give it as a third "
        + "input: from: [set, teacher, student]"
    }
    guard student.vocabulary == source.vocabulary else {
      return "name: the student's readout has \(student.vocabulary) rows, the teacher gives "
        + "\(source.vocabulary) probabilities -- give a student of the teacher's vocabulary"
    }
    return nil
  }

  public var meaning: TargetMeaning { .projected }
}

/// Sets of projected rows.
public struct ProjectedCodec: LabelCodec {
  /// V, the teacher's and the student's alike.
  public let vocabulary: Int
  /// C of the student: numbers of a row, stored as halves.
  public let width: Int
  /// 64 hex: the digest of the readout that the rows are sums of.
  public let readout: String
  /// `nil`: the set is read.
  let student: Readout?
  public let positions: LabelledPositions?
  public var givesDistributions: Bool { false }

  static let nextField = "projected-next.npy"
  static let figuresField = "projected-figures.npy"

  public var encoding: any LabelEncoding.Type { Projected.self }
  public var fields: [String] {
    [Projected.field, Self.nextField, Self.figuresField]
      + (positions == nil ? [] : [LabelSelection.field])
  }
  public var rowBytes: Int { HiddenStates.rowBytes(.float16, width: width) + 12 }
  public var storedRowBytes: Int { 2 * width + 8 }
  public var targetWidth: Int { 0 }
  /// The numbers of every row are beside it.
  public var probeEvery: Int? { 1 }
  public var details: JSONObject {
    var facts: JSONObject = ["width": JSON(width), "readout": JSON(readout)]
    if let positions { facts["positions"] = positions.json }
    return facts
  }
  public func files() -> [(name: String, bytes: [UInt8])] { [] }

  public func rowCount(ofBytes size: Int) -> Int {
    HiddenLabels.rowCount(ofBytes: size, format: .float16, width: width)
  }
  public func rows(_ count: Int) -> any LabelRows { ProjectedLabelRows(count, self) }
  public func capture(_ count: Int) -> any LabelCapture { ProjectedCapture(count, self) }

  public func encode(
    _ rows: [Float], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    throw .shape(
      sample: sample, expected: "rows of a model for the encoding \(Projected.name)",
      found: "exact distributions")
  }

  func tensor(
    _ name: String, _ shape: [Int], _ member: (String) -> [UInt8]?, _ sample: String
  ) throws(SoftLabelError) -> TensorElements {
    let tensor: Tensor
    do throws(CheckpointError) {
      tensor = try NPY.decode(member(name) ?? [], named: sample + "." + name)
    } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
    guard tensor.shape == shape else {
      throw .shape(
        sample: sample, expected: "\(name) of shape \(shape)", found: "\(tensor.shape)")
    }
    return tensor.elements
  }
}

/// Such rows in memory.
struct ProjectedLabelRows: LabelRows {
  private let codec: ProjectedCodec
  private let states: HiddenStates
  private let beside: Beside
  private let flags: LabelledFlags

  /// Beside each row, the token that it was made for, its entropy and -log p of that token.
  private final class Beside: Sendable {
    struct Rows: Sendable {
      var next: [Int32]
      var entropies: [Float]
      var crossEntropies: [Float]
    }
    let rows: Mutex<Rows>
    init(_ count: Int) {
      rows = Mutex(
        Rows(
          next: [Int32](repeating: 0, count: count), entropies: [Float](repeating: 0, count: count),
          crossEntropies: [Float](repeating: 0, count: count)))
    }
  }

  init(_ count: Int, _ codec: ProjectedCodec) {
    self.codec = codec
    states = HiddenStates(.float16, rowCount: count, width: codec.width)
    beside = Beside(count)
    flags = LabelledFlags(count, codec.positions)
  }

  var count: Int { states.rowCount }

  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError) {
    try HiddenLabels.read(
      { $0 == HiddenLabels.field ? member(Projected.field) : nil }, into: states, at: row,
      rowCount: count, sample: sample)
    let next = try codec.tensor(ProjectedCodec.nextField, [count], member, sample)
    let figures = try codec.tensor(ProjectedCodec.figuresField, [count, 2], member, sample)
    guard case .uint32(let tokens) = next, case .float16bits(let halves) = figures else {
      throw .shape(
        sample: sample,
        expected:
          "\(ProjectedCodec.nextField) of uint32, \(ProjectedCodec.figuresField) of float16",
        found: "\(next.type.rawValue) and \(figures.type.rawValue)")
    }
    beside.rows.withLock { rows in
      for t in 0..<count {
        rows.next[row + t] = Int32(truncatingIfNeeded: tokens[t])
        rows.entropies[row + t] = Float16Bits.decode(halves[2 * t])
        rows.crossEntropies[row + t] = Float16Bits.decode(halves[2 * t + 1])
      }
    }
    try flags.read(member, at: row, count: count, vocabulary: codec.vocabulary, sample: sample)
  }

  func isLabelled(_ row: Int) -> Bool { flags.isLabelled(row) }

  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    try FullLabels.checkTokens(tokens, mask, codec.vocabulary, sample)
    let count = tokens.count - 1
    let (next, losses) = beside.rows.withLock {
      (Array($0.next[row..<(row + count)]), Array($0.crossEntropies[row..<(row + count)]))
    }
    var part = AlignmentCheck.Part(crossEntropy: 0, targets: 0, measured: 0)
    for t in 0..<count where mask[t + 1] != 0 {
      guard next[t] == tokens[t + 1] else {
        throw .shape(
          sample: sample, expected: "row \(t) made for its next token \(tokens[t + 1])",
          found: "one for token \(next[t]); rows may be shifted")
      }
      guard losses[t].isFinite else {
        throw .value(sample: sample, row: t, token: Int(next[t]), found: "\(-losses[t])")
      }
      part.targets += 1
      guard flags.isLabelled(row + t) else { continue }
      part.measured += 1
      part.crossEntropy += Double(losses[t])
    }
    return part
  }

  func logProbabilities(_ rows: Range<Int>, sample: String) throws(SoftLabelError) -> [Float] {
    throw .shape(
      sample: sample, expected: "distributions",
      found:
        "projected labels, which are sums of a student's readout and give none back -- label with "
        + "encoding: full or hidden")
  }

  func targets(_ rows: [Int32]) -> any TargetRows {
    ProjectedTargets(states, entropies: beside.rows.withLock { $0.entropies }, rows: rows)
  }

  func poison(_ row: Int) {
    states.copy(
      to: row..<(row + 1), from: [UInt8](repeating: 0xFF, count: 2 * states.width), at: 0)
  }

  func flaw(of row: Int) -> String { "a sum of rows of the readout that is NaN or infinite" }
}

/// Projects the rows of targets in the pass that makes their states; rows of given tokens are
/// zeros.
struct ProjectedCapture: LabelCapture {
  private let codec: ProjectedCodec
  private let states: HiddenStates
  private let selection: LabelSelection
  private let found = Found()

  private final class Found: Sendable {
    struct State: Sendable {
      var figures: [RowFigures] = []
      var unfit: Int?
    }
    let state = Mutex(State())
  }

  init(_ count: Int, _ codec: ProjectedCodec) {
    self.codec = codec
    states = HiddenStates(.float16, rowCount: count, width: codec.width)
    selection = LabelSelection(codec.positions)
  }

  func name(_ samples: [CapturedSample]) { selection.name(samples) }

  func begin(_ rowCount: Int) {
    precondition(rowCount <= states.rowCount, "no room for the rows")
    _ = states.store(
      0..<rowCount,
      from: Floats(zeros: max(1, rowCount * codec.width))[0..<(rowCount * codec.width)])
    found.state.withLock {
      $0.figures = [RowFigures](repeating: .unmeasured, count: rowCount)
      $0.unfit = nil
    }
  }

  func take(_ all: CapturedRows) {
    guard let student = codec.student else { preconditionFailure("a set that is read") }
    let (C, V, width) = (all.width, codec.vocabulary, codec.width)
    let some = min(all.tileRows, all.targetRows.count)
    if some == 0 { return }
    let hidden = Floats(zeros: some * C)
    let projected = Floats(zeros: some * width)
    for start in stride(from: 0, to: all.targetRows.count, by: some) {
      let tile = start..<min(start + some, all.targetRows.count)
      let logits = all.tile[0..<(tile.count * V)]
      embeddingForward(
        y: hidden, table: all.states, tokens: all.targetRows.span.extracting(tile), width: C)
      all.engine.product(
        c: logits, a: hidden, b: all.readout, .transposed, m: tile.count, n: V, k: C)
      logSoftmax(y: logits, x: logits, rows: tile.count, vocabulary: V)
      var figures: [RowFigures] = []
      for (place, target) in tile.enumerated() {
        let row = logits[(place * V)..<((place + 1) * V)]
        let sums = TemperedSums(of: row, top: 0, factor: 1)
        var found = RowFigures.unmeasured
        found.isDistribution = abs(sums.plain - 1) < 1e-3
        found.entropy = -sums.weighed
        found.crossEntropy = -Double(row[Int(all.targetTokens[target])])
        found.massKept = 1
        // Rows of the vocabulary cannot be had back.
        found.divergence = .infinity
        figures.append(found)
        row.copy(from: row.withSpan { exponentials(of: $0, top: 0, factor: 1) })
      }
      all.engine.product(
        c: projected, a: logits, b: student.weights, m: tile.count, n: width, k: V)
      for (place, target) in tile.enumerated() {
        let row = Int(all.targetBatchRows[target])
        let isUnfit =
          states.store(
            row..<(row + 1), from: projected[(place * width)..<((place + 1) * width)]) != nil
        found.state.withLock { state in
          state.figures[row] = figures[place]
          if isUnfit { state.unfit = min(state.unfit ?? row, row) }
        }
      }
    }
  }

  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    try FullLabels.checkTokens(tokens, mask, codec.vocabulary, sample, rowCount: rows.count)
    let (all, unfit) = found.state.withLock { ($0.figures, $0.unfit) }
    if let unfit, rows.contains(unfit) {
      throw .range(sample: sample, row: unfit - rows.lowerBound)
    }
    let chosen = selection.chosen(rows, mask: mask) { all[$0].entropy }
    try storeNextTokens(of: chosen, tokens: tokens, sample: sample)
    var next: [UInt32] = []
    var beside: [UInt16] = []
    for (t, row) in rows.enumerated() {
      next.append(UInt32(truncatingIfNeeded: tokens[t + 1]))
      // A next token alone has neither.
      if let chosen, !chosen.isLabelled[t] {
        beside += [0, 0]
        continue
      }
      beside.append(Float16Bits.encode(Float(all[row].entropy)))
      beside.append(Float16Bits.encode(Float(all[row].crossEntropy)))
    }
    var sums = try LabelFigures(
      rows, tokens: tokens, mask: mask, sample: sample,
      isLabelled: { chosen?.contains($0) ?? true }
    ) { row, _ in
      var figures = all[row]
      figures.keptCrossEntropy = Double(
        Float16Bits.decode(beside[2 * (row - rows.lowerBound) + 1]))
      return figures
    }
    sums.positions = chosen?.figures
    var bytes = NPY.header(.float16, shape: [rows.count, codec.width])
    states.append(rows, to: &bytes)
    return EncodedRows(
      [
        (Projected.field, bytes),
        (
          ProjectedCodec.nextField,
          NPY.encode(Tensor(shape: [rows.count], elements: .uint32(next)))
        ),
        (
          ProjectedCodec.figuresField,
          NPY.encode(Tensor(shape: [rows.count, 2], elements: .float16bits(beside)))
        ),
      ] + (chosen.map { [$0.member] } ?? []), sums)
  }

  /// The mean row of the readout is the next token's, where there is nothing else to say. Rows of
  /// given tokens stay 0.
  private func storeNextTokens(
    of chosen: LabelSelection.Chosen?, tokens: [Int32], sample: String
  ) throws(SoftLabelError) {
    guard let chosen, let readout = codec.student?.weights else { return }
    for t in chosen.others {
      let (row, next) = (chosen.rows.lowerBound + t, Int(tokens[t + 1]))
      let own = readout[(next * codec.width)..<((next + 1) * codec.width)]
      guard states.store(row..<(row + 1), from: own) == nil else {
        throw .range(sample: sample, row: t)
      }
    }
  }
}
