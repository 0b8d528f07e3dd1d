public import Files
internal import Kernels
internal import Randomness
internal import Synchronization
internal import Tensors

/// Sets of rows of a few tokens: two members a sample, halves of a row (L-1, …) and one stream of
/// bytes.
public struct SparseCodec: LabelCodec {
  /// `TopK`, `Sampled` or `TopKSampled`: it names the members.
  public let encoding: any LabelEncoding.Type
  /// What a row keeps; a set that is read has it from its manifest.
  public let form: SparseForm
  /// V: ids of entries are below it.
  public let vocabulary: Int

  /// - Parameters:
  ///   - encoding: names the members.
  ///   - vocabulary: V, of which no more than `form` says are kept.
  public init(_ encoding: any LabelEncoding.Type, _ form: SparseForm, vocabulary: Int) {
    self.encoding = encoding
    self.form = form
    self.vocabulary = vocabulary
  }

  /// The member that holds the entries.
  static func tokensField(_ encoding: any LabelEncoding.Type) -> String {
    encoding.field.replacing(".npy", with: "-tokens.npy")
  }

  public var fields: [String] { [encoding.field, Self.tokensField(encoding)] }
  private var capacity: Int { form.capacity(vocabulary: vocabulary) }
  public var rowBytes: Int {
    SparseRows.rowBytes(capacity: capacity, temperatures: form.temperatures.count)
  }
  /// About: entries are coded in fewer or more bits as they come.
  public var storedRowBytes: Int {
    let valueBits = form.head?.values == .rounded ? 5 : 14
    return 2 * form.sideCount + (form.headCount(vocabulary: vocabulary) * (10 + valueBits)) / 8
      + (form.draws?.count ?? 0) / 4
  }
  public var targetWidth: Int { 0 }
  /// Every sample: a row is a few numbers.
  public var probeEvery: Int? { 1 }
  public var details: JSONObject { form.details(vocabulary: vocabulary) }
  public var positions: LabelledPositions? { form.positions }
  public func files() -> [(name: String, bytes: [UInt8])] { [] }

  public func rowCount(ofBytes size: Int) -> Int {
    max(0, size - NPY.header(.float16, shape: [1, 1]).count) / (2 * form.sideCount)
  }
  public func rows(_ count: Int) -> any LabelRows {
    SparseLabelRows(
      self,
      SparseRows(
        count: count, capacity: capacity, meaning: form.meaning, tolerance: form.tolerance))
  }
  public func capture(_ count: Int) -> any LabelCapture { SparseCapture(self, count) }

  public func encode(
    _ rows: [Float], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    throw .shape(
      sample: sample, expected: "rows of a model for the encoding \(encoding.name)",
      found: "exact distributions, which are few tokens already -- label with encoding: full")
  }

  /// The members of one sample.
  ///
  /// - Parameter rows: L-1 of them.
  func members(_ rows: [SparseRow]) -> [(name: String, bytes: [UInt8])] {
    var side: [UInt16] = []
    side.reserveCapacity(rows.count * form.sideCount)
    for row in rows {
      side.append(row.entropy)
      if form.head == nil { continue }
      // Rows without a label have no tail.
      side +=
        row.isLabelled
        ? row.odds : form.temperatures.map { _ in Float16Bits.negativeInfinity }
    }
    let stream = SparseStream.encode(rows, form, vocabulary: vocabulary)
    return [
      (
        encoding.field,
        NPY.encode(Tensor(shape: [rows.count, form.sideCount], elements: .float16bits(side)))
      ),
      (
        Self.tokensField(encoding),
        NPY.encode(Tensor(shape: [stream.count], elements: .uint8(stream)))
      ),
    ]
  }

  /// Reads the rows of one sample.
  func decode(
    _ member: (String) -> [UInt8]?, count: Int, sample: String,
    _ take: (_ row: Int, SparseRow) throws(SoftLabelError) -> Void
  ) throws(SoftLabelError) {
    let width = form.sideCount
    let side = try tensor(encoding.field, member, sample)
    guard case .float16bits(let halves) = side.elements, side.shape == [count, width] else {
      throw .shape(
        sample: sample, expected: "\(encoding.field) of float16 of shape [\(count), \(width)]",
        found: "\(side.type.rawValue) of shape \(side.shape)")
    }
    if let bad = halves.indices.first(where: {
      halves[$0] & 0x7C00 == 0x7C00 && halves[$0] & 0x3FF != 0
    }) {
      throw .value(sample: sample, row: bad / width, token: 0, found: "nan")
    }
    let field = Self.tokensField(encoding)
    let stream = try tensor(field, member, sample)
    guard case .uint8(let bytes) = stream.elements, stream.shape.count == 1 else {
      throw .shape(
        sample: sample, expected: "\(field) of uint8, one row",
        found: "\(stream.type.rawValue) of shape \(stream.shape)")
    }
    try SparseStream.decode(
      bytes, from: 0, count: count, form, vocabulary: vocabulary, sample: sample
    ) { (place, found) throws(SoftLabelError) in
      var row = found
      row.entropy = halves[place * width]
      if width > 1, row.isLabelled {
        row.odds = Array(halves[(place * width + 1)..<((place + 1) * width)])
      }
      try take(place, row)
    }
  }

  private func tensor(
    _ name: String, _ member: (String) -> [UInt8]?, _ sample: String
  ) throws(SoftLabelError) -> Tensor {
    do throws(CheckpointError) {
      return try NPY.decode(member(name) ?? [], named: sample + "." + name)
    } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
  }
}

/// Such rows in memory.
struct SparseLabelRows: LabelRows {
  private let codec: SparseCodec
  private let rows: SparseRows

  init(_ codec: SparseCodec, _ rows: SparseRows) {
    self.codec = codec
    self.rows = rows
  }

  var count: Int { rows.rowCount }

  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError) {
    try codec.decode(member, count: count, sample: sample) { place, found in
      found.copy(to: row + place, of: rows, codec.form)
    }
  }

  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    try FullLabels.checkTokens(tokens, mask, codec.vocabulary, sample)
    var part = AlignmentCheck.Part(crossEntropy: 0, targets: 0, measured: 0)
    for t in 0..<(tokens.count - 1) where mask[t + 1] != 0 {
      part.targets += 1
      guard let opinion = SparseOpinion(row + t, of: rows, vocabulary: codec.vocabulary)
      else { continue }
      let own = opinion.opinion(of: tokens[t + 1])
      guard own.isFinite else {
        throw .value(sample: sample, row: t, token: Int(tokens[t + 1]), found: "\(own)")
      }
      part.add(at: t, of: tokens) { opinion.opinion(of: Int32($0)) }
    }
    return part
  }

  /// Kept rows with what they leave out shared evenly by the other tokens; draws as they are,
  /// renormalised.
  func logProbabilities(_ rows: Range<Int>, sample: String) throws(SoftLabelError) -> [Float] {
    let V = codec.vocabulary
    var found = [Float](repeating: -.infinity, count: rows.count * V)
    for (place, row) in rows.enumerated() {
      let entries = self.rows.entries(of: row)
      if entries.isEmpty {
        // Nothing is known of it.
        for v in 0..<V { found[place * V + v] = Float(-logarithm(Double(V))) }
        continue
      }
      let sum = entries.reduce(0.0) { $0 + Double(exponential($1.log)) }
      var shift = -logarithm(sum)
      if case .kept = self.rows.meaning {
        let odds = Double(self.rows.odds(of: row))
        shift -= softplus(odds)
        let share = -softplus(-odds) - logarithm(Double(max(1, V - entries.count)))
        for v in 0..<V { found[place * V + v] = Float(share) }
      }
      for entry in entries {
        found[place * V + Int(entry.id)] = Float(Double(entry.log) + shift)
      }
    }
    return found
  }

  func targets(_ rows: [Int32]) -> any TargetRows { SparseTargets(self.rows, rows: rows) }

  func isLabelled(_ row: Int) -> Bool { !rows.entries(of: row).isEmpty }

  func poison(_ row: Int) {
    var odds: [Float] = []
    if case .kept(_, let temperatures) = rows.meaning { odds = temperatures.map { _ in 0 } }
    rows.set(row, ids: [0], logs: [.nan], odds: odds)
  }

  func flaw(of row: Int) -> String {
    let entries = rows.entries(of: row)
    if let bad = entries.first(where: { !($0.log <= FullLabels.roundingSlack) }) {
      return "\(bad.log) for token \(bad.id)"
    }
    return "of \(entries.count) tokens whose weights sum to "
      + "\(entries.reduce(0.0) { $0 + Double(exponential($1.log)) })"
  }
}

/// Makes stored rows in the pass that makes their states: only rows with a target, whose logits are
/// computed for it. Rows of given tokens hold no label.
struct SparseCapture: LabelCapture {
  private let codec: SparseCodec
  private let maker: SparseRowMaker
  private let capacity: Int
  private let found = Found()

  /// Results of the passes of a batch.
  private final class Found: Sendable {
    struct State: Sendable {
      var rows: [SparseRowMaker.Made?] = []
      var samples: [(rows: Range<Int>, seed: Seed, choices: [Bool]?)] = []
      /// What was stored less what the teacher said, summed over a sample's rows.
      var differences: [[Double]] = []
    }
    let state = Mutex(State())
  }

  init(_ codec: SparseCodec, _ capacity: Int) {
    self.codec = codec
    self.capacity = capacity
    maker = SparseRowMaker(form: codec.form, vocabulary: codec.vocabulary)
  }

  private var root: Seed { Seed(codec.form.draws?.seed ?? 0).child("labels") }

  func begin(_ rowCount: Int) {
    precondition(rowCount <= capacity, "no room for the rows")
    found.state.withLock {
      $0.rows = [SparseRowMaker.Made?](repeating: nil, count: rowCount)
      $0.samples = []
      $0.differences = []
    }
  }

  func name(_ samples: [CapturedSample]) {
    let root = root
    found.state.withLock {
      $0.samples = samples.map { ($0.rows, root.child($0.id), $0.choices) }
      $0.differences = samples.map { _ in [Double](repeating: 0, count: codec.vocabulary) }
    }
  }

  func take(_ all: CapturedRows) {
    let (C, V) = (all.width, codec.vocabulary)
    let some = min(all.tileRows, all.targetRows.count)
    if some == 0 { return }
    let hidden = Floats(zeros: some * C)
    let samples = found.state.withLock { $0.samples }
    let root = root
    for start in stride(from: 0, to: all.targetRows.count, by: some) {
      let tile = start..<min(start + some, all.targetRows.count)
      let logits = all.tile[0..<(tile.count * V)]
      embeddingForward(
        y: hidden, table: all.states, tokens: all.targetRows.span.extracting(tile), width: C)
      all.engine.product(
        c: logits, a: hidden, b: all.readout, .transposed, m: tile.count, n: V, k: C)
      for (place, target) in tile.enumerated() {
        let row = Int(all.targetBatchRows[target])
        let sample = samples.firstIndex { $0.rows.contains(row) }
        let seed =
          sample.map { samples[$0].seed.child(row - samples[$0].rows.lowerBound) }
          ?? root.child(row)
        // Taken out and put back, so that a slice of another sample does not wait.
        var difference: [Double] = []
        if let sample {
          difference = found.state.withLock { state -> [Double] in
            let taken = state.differences[sample]
            state.differences[sample] = []
            return taken
          }
        }
        let made = maker.make(
          logits[(place * V)..<((place + 1) * V)], token: Int(all.targetTokens[target]),
          seed: seed, difference: &difference)
        let result = difference
        found.state.withLock { state in
          state.rows[row] = made
          if let sample { state.differences[sample] = result }
        }
      }
    }
  }

  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    try FullLabels.checkTokens(tokens, mask, codec.vocabulary, sample, rowCount: rows.count)
    let state = found.state.withLock { $0 }
    let made = rows.map { $0 < state.rows.count ? state.rows[$0] : nil }
    let place = state.samples.firstIndex { $0.rows == rows }
    let difference: [Double] = place.map { state.differences[$0] } ?? []
    let choices: [Bool]? = place.flatMap { state.samples[$0].choices }
    let targets = made.indices.filter { mask[$0 + 1] != 0 }
    if let missing = targets.first(where: { made[$0] == nil }) {
      throw .shape(
        sample: sample, expected: "a row for the target \(missing + 1)",
        found: "none from the teacher")
    }
    let chosen = selection(of: targets, made, choices)
    var stored: [SparseRow] = []
    var squaredErrors = 0.0
    let memory = SparseRows(
      count: 1, capacity: codec.form.capacity(vocabulary: codec.vocabulary),
      meaning: codec.form.meaning)
    var kept = [Double](repeating: 0, count: made.count)
    for (t, found) in made.enumerated() {
      guard chosen.rows.contains(t), let found, found.figures.isDistribution else {
        stored.append(.unlabelled)
        if let found { stored[t].entropy = found.row.entropy }
        continue
      }
      stored.append(found.row)
      squaredErrors += found.squaredError
      found.row.copy(to: 0, of: memory, codec.form)
      kept[t] =
        SparseOpinion(0, of: memory, vocabulary: codec.vocabulary)
        .map { -$0.opinion(of: tokens[t + 1]) } ?? 0
    }
    var figures = try LabelFigures(
      rows, tokens: tokens, mask: mask, sample: sample,
      isLabelled: { chosen.rows.contains($0 - rows.lowerBound) }
    ) { row, _ in
      var figures = made[row - rows.lowerBound]?.figures ?? .unmeasured
      figures.keptCrossEntropy = kept[row - rows.lowerBound]
      return figures
    }
    figures.squaredErrors = squaredErrors
    // The mean of what is left out says nothing of what is kept.
    figures.difference = codec.form.positions == nil ? difference : []
    figures.positions = chosen.figures
    return EncodedRows(codec.members(stored), figures)
  }

  /// The rows that hold a label, and how they meet the family's choices.
  private func selection(
    of targets: [Int], _ made: [SparseRowMaker.Made?], _ choices: [Bool]?
  ) -> (rows: Set<Int>, figures: PositionFigures?) {
    guard let positions = codec.form.positions else { return (Set(targets), nil) }
    return positions.chosen(
      of: targets, entropies: targets.map { made[$0]?.entropy ?? 0 }, choices: choices)
  }
}
