import Files
import Foundation
import Kernels
import SoftLabels
import Stages
import Testing

/// A teacher's batch of two samples, as an inference pass hands it over.
struct TaughtBatch {
  static let vocabulary = 40
  static let width = 12
  let readout: Readout
  let states: [Float]
  /// The teacher's own logarithms of probabilities, `(rows, V)`.
  let truth: [Float]
  let samples: [(rows: Range<Int>, tokens: [Int32], mask: [UInt8])]

  init() {
    let (V, C) = (Self.vocabulary, Self.width)
    readout = Readout(Floats(normals(V * C, seed: 100)), vocabulary: V, width: C)
    states = normals(16 * C, seed: 3)
    let rows = Floats(zeros: 16 * V)
    matrixProduct(
      c: rows, a: Floats(states), b: readout.weights, .transposed, m: 16, n: V, k: C)
    logSoftmax(y: rows, x: rows, rows: 16, vocabulary: V)
    let truth = rows.array
    self.truth = truth
    samples = [0..<7, 7..<16].map { rows in
      let tokens = drawnTokens(
        from: Array(truth[(rows.lowerBound * V)..<(rows.upperBound * V)]), vocabulary: V)
      return (rows, tokens, tokens.indices.map { UInt8($0 > 2 ? 1 : 0) })
    }
  }

  /// Both samples in one slice, logits in tiles of five rows.
  func hand(to capture: any LabelCapture, states: [Float]? = nil) {
    let (V, C) = (Self.vocabulary, Self.width)
    let states = Floats(states ?? self.states)
    let next = samples.flatMap { $0.tokens.dropFirst() }
    let weights = samples.flatMap { $0.mask.dropFirst().map { Float($0) } }
    let targets = weights.indices.filter { weights[$0] > 0 }.map { Int32($0) }
    let tile = Floats(zeros: 5 * V)
    let readout = readout.weights
    capture.begin(16)
    capture.take(
      CapturedRows(
        rows: 0..<16, states: states, width: C, readout: readout, vocabulary: V,
        engine: .openBLAS, nextTokens: next[...], weights: weights[...], targetRows: targets,
        targetBatchRows: targets, targetTokens: targets.map { next[Int($0)] },
        targetWeights: targets.map { weights[Int($0)] }, tile: tile, tileRows: 5,
        scratch: Floats(zeros: V)
      ) { body in
        for first in stride(from: 0, to: 16, by: 5) {
          let count = min(5, 16 - first)
          MatrixEngine.openBLAS.product(
            c: tile, a: states[(first * C)..<((first + count) * C)], b: readout, .transposed,
            m: count, n: V, k: C)
          body(first, count, tile[0..<(count * V)])
        }
      })
  }

  /// Every encoding's codec for the batch's teacher.
  func codec(
    _ encoding: any LabelEncoding.Type, _ positions: LabelledPositions? = nil
  ) -> (any LabelCodec)? {
    var settings = Settings([:])
    var made = try? encoding.init(&settings)
    made?.positions = positions
    return made?.codec(
      writing: LabelledRows(
        vocabulary: Self.vocabulary, readout: readout, student: student))
  }

  /// The members of a sample that no encoding writes.
  func own(_ sample: (rows: Range<Int>, tokens: [Int32], mask: [UInt8])) -> [String: [UInt8]] {
    [
      TokenMembers.tokensField: TokenMembers.encode(
        tokens: sample.tokens, vocabulary: Self.vocabulary),
      TokenMembers.maskField: TokenMembers.encode(mask: sample.mask),
    ]
  }

  /// That of a student of another width.
  var student: Readout {
    Readout(Floats(normals(Self.vocabulary * 5, seed: 7)), vocabulary: Self.vocabulary, width: 5)
  }
}

extension LabelCodec {
  fileprivate var isDrawn: Bool { (self as? SparseCodec)?.form.draws != nil }
}

/// What every encoding owes its writer and its readers.
struct `The encodings of label sets` {
  private let batch = TaughtBatch()
  private let V = TaughtBatch.vocabulary

  private func codec(_ name: String) throws -> any LabelCodec {
    let encoding = try #require(Encodings.named(name))
    return try #require(batch.codec(encoding))
  }

  @Test func `have names and members of their own, and a line for people`() {
    #expect(Set(Encodings.names).count == Encodings.all.count)
    #expect(Set(Encodings.all.map { $0.field }).count == Encodings.all.count)
    for encoding in Encodings.all {
      #expect(Encodings.named(encoding.name)?.field == encoding.field && !encoding.about.isEmpty)
      #expect(Encodings.areStored(in: ["json", encoding.field]))
    }
    #expect(!Encodings.areStored(in: ["json"]) && Encodings.named("none") == nil)
  }

  /// The whole road: what a teacher's pass hands over, written, read, aligned, decoded, trained on.
  @Test(arguments: Encodings.names)
  func `give back what a teacher said`(name: String) throws {
    let codec = try codec(name)
    let capture = codec.capture(20)
    batch.hand(to: capture)
    var certificate = Certificate.Accumulator(probed: codec.probeEvery)
    let rows = codec.rows(20)
    #expect(rows.count == 20)
    var members: [[String: [UInt8]]] = []
    for sample in batch.samples {
      let encoded = try capture.encode(
        sample.rows, tokens: sample.tokens, mask: sample.mask, sample: "s")
      certificate.add(encoded.figures)
      #expect(encoded.members.map(\.name).sorted() == codec.fields.sorted())
      members.append(
        Dictionary(uniqueKeysWithValues: encoded.members.map { ($0.name, $0.bytes) }))
      let size = try #require(members.last?[codec.encoding.field]).count
      #expect(codec.rowCount(ofBytes: size) == sample.rows.count)
    }
    var check = AlignmentCheck()
    for (position, sample) in batch.samples.enumerated() {
      // From row 2 on: rows of a sample may lie anywhere.
      let first = sample.rows.lowerBound + 2
      try rows.read(
        { members[position][$0] }, at: first, count: sample.rows.count, sample: "s")
      check.add(
        try rows.alignment(
          from: first, at: position, tokens: sample.tokens, mask: sample.mask, sample: "s"))
    }
    try check.finish(against: certificate.certificate)
    let targets = rows.targets((2..<18).map { Int32($0) })
    #expect(targets.misfit(rows: 16, vocabulary: V) == nil)
    #expect(targets.scratchWidth == codec.targetWidth)
    if codec.encoding.name == Projected.name {
      #expect(throws: SoftLabelError.self) { try rows.logProbabilities(2..<18, sample: "s") }
      return
    }
    let decoded = try rows.logProbabilities(2..<18, sample: "s")
    #expect(decoded.count == batch.truth.count)
    // Logits of 12 terms of about one, each off by half a last place of a half. Draws give back
    // what they are only on average; forms of a few tokens keep no rows of given ones.
    for sample in codec.isDrawn ? [] : batch.samples {
      for t in 0..<sample.rows.count where codec.encoding.isExact || sample.mask[t + 1] == 1 {
        for place in ((sample.rows.lowerBound + t) * V)..<((sample.rows.lowerBound + t + 1) * V) {
          #expect(abs(decoded[place] - batch.truth[place]) < 0.02)
        }
      }
    }
  }

  /// A pass that was given labels of the wrong sample must not pass unseen.
  @Test(arguments: Encodings.names)
  func `are refused beside other tokens`(name: String) throws {
    let codec = try codec(name)
    let capture = codec.capture(16)
    batch.hand(to: capture)
    var certificate = Certificate.Accumulator(probed: codec.probeEvery)
    let sample = batch.samples[0]
    let encoded = try capture.encode(
      sample.rows, tokens: sample.tokens, mask: sample.mask, sample: "s")
    certificate.add(encoded.figures)
    let rows = codec.rows(7)
    try rows.read(
      { name in encoded.members.first { $0.name == name }?.bytes }, at: 0, count: 7, sample: "s")
    var check = AlignmentCheck()
    let shifted = Array(sample.tokens.dropFirst()) + [sample.tokens[0]]
    // Some see it in a row, others in the mean over all.
    #expect(throws: SoftLabelError.self) {
      check.add(
        try rows.alignment(from: 0, at: 0, tokens: shifted, mask: sample.mask, sample: "s"))
      try check.finish(against: certificate.certificate)
    }
    #expect(throws: SoftLabelError.self) {
      try rows.read({ _ in nil }, at: 0, count: 7, sample: "s")
    }
    #expect(throws: SoftLabelError.self) {
      try capture.encode(0..<6, tokens: sample.tokens, mask: sample.mask, sample: "s")
    }
  }

  /// Fault injection poisons a row, the loss refuses it, and the message says what it saw.
  @Test(arguments: Encodings.names)
  func `show a poisoned row`(name: String) throws {
    let codec = try codec(name)
    let rows = codec.rows(1)
    let capture = codec.capture(16)
    batch.hand(to: capture)
    let encoded = try capture.encode(0..<1, tokens: [1, 2], mask: [0, 0], sample: "s")
    try rows.read(
      { name in encoded.members.first { $0.name == name }?.bytes }, at: 0, count: 1, sample: "s")
    rows.poison(0)
    #expect(rows.flaw(of: 0).lowercased().contains("nan"))
    let logits = Floats(zeros: V)
    let distributions = rows.targets([0]).distributions(
      of: [0], vocabulary: V, room: Floats(zeros: V),
      scratch: Floats(zeros: max(1, codec.targetWidth)), engine: .openBLAS)
    let found = ForwardDivergence()(
      LossTile(
        logits: logits, vocabulary: V, tokens: [2], weights: [1], distributions: distributions,
        gradientScale: 1, hidden: Floats(zeros: 5), scratch: Floats(zeros: 3 * V)))
    #expect(found.badRow == 0)
  }

  @Test func `say which cannot hold rows of no model`() throws {
    let exact = LabelledRows(vocabulary: 3, readout: nil)
    let hasHidden = Hidden().codec(writing: exact) != nil
    #expect(!hasHidden)
    let full = try #require(Full().codec(writing: exact))
    let rows: [Float] = [-.infinity, 0, -.infinity]
    let encoded = try full.encode(rows, tokens: [0, 1], mask: [0, 1], sample: "s")
    let read = try LabelReader(full).rows(
      { name in encoded.members.first { $0.name == name }?.bytes }, count: 1, sample: "s")
    #expect(try read.logProbabilities(0..<1, sample: "s") == rows)
    let hidden = try #require(batch.codec(Hidden.self))
    #expect(throws: SoftLabelError.self) {
      try hidden.encode(rows, tokens: [0, 1], mask: [0, 1], sample: "s")
    }
  }

  /// A half ends at 65504: the set must not be written with an infinity in it.
  @Test func `refuse a state that its stored form cannot hold`() throws {
    let codec = try #require(batch.codec(Hidden.self))
    let capture = codec.capture(16)
    var states = batch.states
    states[8 * TaughtBatch.width + 1] = 1e6
    batch.hand(to: capture, states: states)
    let sample = batch.samples[1]
    #expect(throws: SoftLabelError.range(sample: "s", row: 1)) {
      try capture.encode(sample.rows, tokens: sample.tokens, mask: sample.mask, sample: "s")
    }
  }
}
