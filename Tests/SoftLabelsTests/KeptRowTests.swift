import Files
import Kernels
import SoftLabels
import Tensors
import Testing

/// Rows of which a source gave the likeliest tokens alone, as a label set.
struct `Kept rows` {
  private let batch = TaughtBatch()
  private let V = TaughtBatch.vocabulary
  private let k = 6
  private var codec: SparseCodec {
    SparseCodec(
      TopK.self, SparseForm(head: .init(count: k), draws: nil), vocabulary: V)
  }

  /// The first `count` tokens of a teacher's row, in no order.
  private func row(_ r: Int, _ count: Int) -> KeptRow {
    let truth = batch.truth[(r * V)..<((r + 1) * V)]
    let order = truth.indices.sorted { truth[$0] > truth[$1] }.prefix(count).reversed()
    return KeptRow(ids: order.map { Int32($0 - r * V) }, logs: order.map { truth[$0] })
  }

  private func check(
    _ encoded: [EncodedRows], _ certificate: Certificate, _ codec: SparseCodec, shift: Int = 0
  ) throws -> any LabelRows {
    let rows = codec.rows(16)
    var check = AlignmentCheck()
    for (position, sample) in batch.samples.enumerated() {
      try rows.read(
        { name in encoded[position].members.first { $0.name == name }?.bytes },
        at: sample.rows.lowerBound, count: sample.rows.count, sample: "s")
      var tokens = sample.tokens
      for _ in 0..<shift { tokens = Array(tokens.dropFirst()) + [tokens[0]] }
      check.add(
        try rows.alignment(
          from: sample.rows.lowerBound, at: position, tokens: tokens, mask: sample.mask,
          sample: "s"))
    }
    try check.finish(against: certificate)
    return rows
  }

  /// The same members as if the teacher had been at hand; its figures, where they can be known.
  @Test func `are stored as a teacher's own likeliest are`() throws {
    let capture = codec.capture(16)
    batch.hand(to: capture)
    var (own, given) = (
      Certificate.Accumulator(probed: codec.probeEvery),
      Certificate.Accumulator(probed: codec.probeEvery)
    )
    var all: [EncodedRows] = []
    for sample in batch.samples {
      let due = try capture.encode(
        sample.rows, tokens: sample.tokens, mask: sample.mask, sample: "s")
      // Three more than are kept: a next token among them is known.
      let found = try codec.encode(
        kept: sample.rows.map { row($0, k + 3) }, tokens: sample.tokens, mask: sample.mask,
        sample: "s")
      #expect(found.members.map(\.name) == due.members.map(\.name))
      // The streams hold ids and logarithms; beside them stands an entropy that is not known whole.
      #expect(found.members[1].bytes == due.members[1].bytes)
      own.add(due.figures)
      given.add(found.figures)
      all.append(found)
    }
    let (a, b) = (own.certificate, given.certificate)
    #expect(abs(a.massKept - b.massKept) < 1e-6 && a.targets == b.targets)
    #expect(b.divergenceMean == .infinity && b.gradient == nil && b.positions == nil)
    #expect(b.meanEntropy < a.meanEntropy && b.meanEntropy > 0)
    let stored = try #require(a.probe?.crossEntropy)
    #expect(abs(stored - (b.probe?.crossEntropy ?? 0)) < 2e-3)
    _ = try check(all, b, codec)
    #expect(throws: SoftLabelError.self) { try check(all, b, codec, shift: 1) }
  }

  @Test func `with too few tokens get no label, and are counted`() throws {
    var accumulator = Certificate.Accumulator(probed: codec.probeEvery)
    var all: [EncodedRows] = []
    var labelled = 0
    for sample in batch.samples {
      let rows = sample.rows.map { r -> KeptRow? in
        r % 3 == 0 ? nil : row(r, r % 3 == 1 ? k - 1 : k)
      }
      labelled += sample.rows.count {
        $0 % 3 == 2 && sample.mask[$0 - sample.rows.lowerBound + 1] == 1
      }
      all.append(
        try codec.encode(
          kept: rows, tokens: sample.tokens, mask: sample.mask, sample: "s"))
      accumulator.add(all[all.count - 1].figures)
    }
    let certificate = accumulator.certificate
    #expect(certificate.positions?.labelled == labelled && certificate.targets > labelled)
    let rows = try check(all, certificate, codec)
    for r in 0..<16 where r % 3 != 2 { #expect(!rows.isLabelled(r)) }
    // Means are over what is known, not over all targets.
    #expect(certificate.teacherCrossEntropy > 0.5)
  }

  /// One sample whole, the other in part: both count.
  @Test func `are counted over samples of both kinds`() throws {
    var accumulator = Certificate.Accumulator(probed: codec.probeEvery)
    var due = 0
    for (number, sample) in batch.samples.enumerated() {
      let last = sample.rows.upperBound - 1
      let rows = sample.rows.map { number == 1 && $0 == last ? nil : row($0, k) }
      due += sample.mask.count { $0 == 1 } - number
      accumulator.add(
        try codec.encode(kept: rows, tokens: sample.tokens, mask: sample.mask, sample: "s").figures)
    }
    #expect(accumulator.certificate.positions?.labelled == due)
  }

  /// Ids beyond the vocabulary, repeats, NaN and sums above 1 come from outside.
  @Test func `of nonsense are what is sound in them`() throws {
    let good = row(3, k)
    let bad = KeptRow(
      ids: good.ids + [-1, Int32(V), good.ids[0], 7], logs: good.logs + [-0.1, -0.1, -9, .nan])
    let (tokens, mask): ([Int32], [UInt8]) = ([0, 1], [0, 1])
    let (a, b) = (
      try codec.encode(kept: [good], tokens: tokens, mask: mask, sample: "s"),
      try codec.encode(kept: [bad], tokens: tokens, mask: mask, sample: "s")
    )
    #expect(a.members.map(\.bytes) == b.members.map(\.bytes))
    let heavy = KeptRow(ids: Array(0..<6), logs: [Float](repeating: -0.5, count: 6))
    let encoded = try codec.encode(kept: [heavy], tokens: tokens, mask: mask, sample: "s")
    let rows = codec.rows(1)
    try rows.read(
      { name in encoded.members.first { $0.name == name }?.bytes }, at: 0, count: 1, sample: "s")
    let logs = try rows.logProbabilities(0..<1, sample: "s")
    for v in 0..<6 { #expect(abs(Double(logs[v]) + 1.791759) < 2e-3) }
    #expect(codec.gap(of: heavy, next: 9)?.isNextOutside == true)
    #expect((codec.gap(of: heavy, next: 9)?.tail ?? 1) < 1e-6)
    #expect(codec.gap(of: KeptRow(ids: [1], logs: [0]), next: 1) == nil)
  }
}
