import Files
import Kernels
import SoftLabels
import Stages
import Tensors
import Testing

/// Sets that label some targets, in every encoding: what the others are, and what sees damage.
struct `Labels at selected positions` {
  private let batch = TaughtBatch()
  private let V = TaughtBatch.vocabulary
  private static let positions = LabelledPositions(.entropy, share: 0.4)

  private struct Written {
    let rows: any LabelRows
    let certificate: Certificate
    /// Of each sample, its own members too.
    let members: [[String: [UInt8]]]
  }

  /// Writes the batch and reads it back, with the reader's own check.
  private func written(_ name: String, _ positions: LabelledPositions?) throws -> Written {
    let encoding = try #require(Encodings.named(name))
    let codec = try #require(batch.codec(encoding, positions))
    let capture = codec.capture(16)
    // Draws follow from the samples' names.
    batch.hand(to: Named(capture, batch.samples.map(\.rows)))
    var accumulator = Certificate.Accumulator(probed: codec.probeEvery)
    let rows = codec.rows(16)
    var all: [[String: [UInt8]]] = []
    for sample in batch.samples {
      let encoded = try capture.encode(
        sample.rows, tokens: sample.tokens, mask: sample.mask, sample: "s")
      accumulator.add(encoded.figures)
      #expect(encoded.members.map(\.name).sorted() == codec.fields.sorted())
      var members = batch.own(sample)
      for (name, bytes) in encoded.members { members[name] = bytes }
      all.append(members)
      try rows.read(
        { members[$0] }, at: sample.rows.lowerBound, count: sample.rows.count, sample: "s")
    }
    let certificate = accumulator.certificate
    var check = AlignmentCheck()
    for (position, sample) in batch.samples.enumerated() {
      check.add(
        try rows.alignment(
          from: sample.rows.lowerBound, at: position, tokens: sample.tokens, mask: sample.mask,
          sample: "s"))
    }
    try check.finish(against: certificate)
    return Written(rows: rows, certificate: certificate, members: all)
  }

  /// The gradient of some logits towards the rows.
  private func gradient(_ targets: any TargetRows, mix: Float) -> [Float] {
    let logits = Floats(normals(16 * V, seed: 21))
    let next = batch.samples.flatMap { $0.tokens.dropFirst() }
    let found = targets.distributions(
      of: (0..<16).map { Int32($0) }[...], vocabulary: V, room: Floats(zeros: 16 * V),
      scratch: Floats(zeros: max(1, targets.scratchWidth) * 16), engine: .openBLAS)
    _ = ForwardDivergence(mix: mix)(
      LossTile(
        logits: logits, vocabulary: V, tokens: next[...],
        weights: [Float](repeating: 1, count: 16)[...], distributions: found, gradientScale: 1,
        hidden: Floats(zeros: 16 * 5), scratch: Floats(zeros: 3 * V)))
    return logits.array
  }

  @Test(arguments: Encodings.names.filter { $0 != Projected.name })
  func `teach what the whole set teaches there, and the next token elsewhere`(
    name: String
  ) throws {
    let (whole, some) = (try written(name, nil), try written(name, Self.positions))
    let places = (0..<16).map { Int32($0) }
    let soft = gradient(whole.rows.targets(places), mix: 1)
    let hard = gradient(whole.rows.targets(places), mix: 0)
    let found = gradient(some.rows.targets(places), mix: 1)
    var labelled = 0
    for sample in batch.samples {
      for t in 0..<sample.rows.count {
        let row = sample.rows.lowerBound + t
        let isLabelled = some.rows.isLabelled(row)
        // Given tokens have none.
        if isLabelled {
          #expect(sample.mask[t + 1] == 1)
          labelled += 1
        }
        for place in (row * V)..<((row + 1) * V) {
          #expect(abs(found[place] - (isLabelled ? soft : hard)[place]) < 1e-6)
        }
      }
    }
    // Of 5 and of 7 targets two fifths, rounded up.
    #expect(labelled == 2 + 3)
    #expect(some.certificate.positions?.labelled == labelled)
    #expect(some.certificate.targets == whole.certificate.targets)
    // Said of the teacher, whatever is stored of it.
    #expect(some.certificate.teacherCrossEntropy == whole.certificate.teacherCrossEntropy)
    #expect(some.certificate.meanEntropy == whole.certificate.meanEntropy)
  }

  /// Where a student's readout makes the rows, the mean row is that of the next token.
  @Test func `of projected rows are the readout's own rows elsewhere`() throws {
    let (whole, some) = (try written("projected", nil), try written("projected", Self.positions))
    let width = batch.student.width
    let readout = batch.student.weights.array
    for (position, sample) in batch.samples.enumerated() {
      func halves(_ all: Written) throws -> [UInt16] {
        let bytes = try #require(all.members[position][Projected.field])
        guard case .float16bits(let bits) = try NPY.decode(bytes, named: "rows").elements else {
          return []
        }
        return bits
      }
      let (own, due) = (try halves(some), try halves(whole))
      for t in 0..<sample.rows.count {
        let next = Int(sample.tokens[t + 1])
        let row = Array(own[(t * width)..<((t + 1) * width)])
        #expect(
          row
            == (some.rows.isLabelled(sample.rows.lowerBound + t)
              ? Array(due[(t * width)..<((t + 1) * width)])
              : Float16Bits.encode(Array(readout[(next * width)..<((next + 1) * width)]))))
      }
    }
    #expect(some.certificate.positions?.labelled == 5)
  }

  /// The flags are part of the set: without them, or with others, it is not read.
  @Test(arguments: [Full.name, Hidden.name, Projected.name])
  func `are refused without the member that says which they are`(name: String) throws {
    let encoding = try #require(Encodings.named(name))
    let codec = try #require(batch.codec(encoding, Self.positions))
    let made = try written(name, Self.positions)
    let (members, sample) = (made.members[0], batch.samples[0])
    func read(_ change: (inout [String: [UInt8]]) -> Void) throws -> any LabelRows {
      var changed = members
      change(&changed)
      let rows = codec.rows(sample.rows.count)
      try rows.read({ changed[$0] }, at: 0, count: sample.rows.count, sample: "s")
      return rows
    }
    _ = try read { _ in }
    #expect(throws: SoftLabelError.self) { try read { $0["labelled.npy"] = nil } }
    #expect(throws: SoftLabelError.self) {
      try read { $0["labelled.npy"]?[(members["labelled.npy"]?.count ?? 1) - 1] = 2 }
    }
    #expect(throws: SoftLabelError.self) { try read { $0["labelled.npy"]?.removeLast() } }
    #expect(throws: SoftLabelError.self) { try read { $0[TokenMembers.tokensField] = nil } }
    // One flag more: the certificate knows how many targets were labelled.
    let rows = try read {
      guard var flags = $0["labelled.npy"] else { return }
      let last = flags.count - 1
      flags[last] ^= 1
      $0["labelled.npy"] = flags
    }
    func check() throws {
      var check = AlignmentCheck()
      check.add(
        try rows.alignment(from: 0, at: 0, tokens: sample.tokens, mask: sample.mask, sample: "s"))
      check.add(
        try made.rows.alignment(
          from: batch.samples[1].rows.lowerBound, at: 1, tokens: batch.samples[1].tokens,
          mask: batch.samples[1].mask, sample: "s"))
      try check.finish(against: made.certificate)
    }
    #expect(throws: SoftLabelError.self) { try check() }
  }

  @Test func `can be asked of every encoding, and of the smallest`() throws {
    for name in Encodings.names + [EncodingChoice.smallest] {
      var settings = Settings([
        "encoding": ["name": JSON(name), "positions": ["select": "entropy", "share": 0.5]]
      ])
      let choice = try EncodingChoice(&settings)
      try settings.finish()
      let codec = try #require(
        choice.codec(
          writing: LabelledRows(vocabulary: V, readout: batch.readout, student: batch.student)))
      #expect(codec.positions == LabelledPositions(.entropy, share: 0.5))
      #expect(codec.details["positions"] != nil)
    }
    var settings = Settings(["encoding": ["name": "full", "positions": "all"]])
    _ = try EncodingChoice(&settings)
    // What changes no byte is in no key.
    #expect(settings.resolved["positions"] == nil)
    #expect(settings.resolved["encoding"]?["positions"] == nil)
  }

  /// Rows that come from no model have no entropy at hand.
  @Test func `are of one teacher's rows in its own tokens`() throws {
    var full = Full()
    full.positions = Self.positions
    let exact = LabelledRows(vocabulary: 3, readout: nil)
    #expect(full.misfit(exact)?.contains("one teacher") == true)
    let isRefused = full.codec(writing: exact) == nil
    #expect(isRefused)
  }
}

/// A capture whose samples are named as soon as a batch begins.
private struct Named: LabelCapture {
  let inner: any LabelCapture
  let rows: [Range<Int>]

  init(_ inner: any LabelCapture, _ rows: [Range<Int>]) {
    self.inner = inner
    self.rows = rows
  }

  func begin(_ rowCount: Int) {
    inner.begin(rowCount)
    inner.name(rows.map { CapturedSample(id: "s\($0.lowerBound)", rows: $0) })
  }
  func take(_ all: CapturedRows) { inner.take(all) }
  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows {
    try inner.encode(rows, tokens: tokens, mask: mask, sample: sample)
  }
}
