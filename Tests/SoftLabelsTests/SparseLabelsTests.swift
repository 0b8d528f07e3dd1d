import Files
import Foundation
import Kernels
import SoftLabels
import Stages
import Testing

/// Rows of given logits, as a pass of a teacher whose readout is the unit matrix hands them over.
struct FixedRows {
  let vocabulary: Int
  let logits: [Float]
  var count: Int { logits.count / vocabulary }

  /// The codec, with the rows in memory as it read them back, each of a sample of its own.
  func rows(_ codec: SparseCodec) throws -> (rows: any LabelRows, certificate: Certificate) {
    let V = vocabulary
    var unit = [Float](repeating: 0, count: V * V)
    for v in 0..<V { unit[v * V + v] = 1 }
    let capture = codec.capture(count)
    let tokens = (0..<count).map { _ in Int32(1) }
    let weights = tokens.map { _ in Float(1) }
    let all = tokens.indices.map { Int32($0) }
    capture.begin(count)
    capture.name(all.map { CapturedSample(id: "s\($0)", rows: Int($0)..<(Int($0) + 1)) })
    capture.take(
      CapturedRows(
        rows: 0..<count, states: Floats(logits), width: V, readout: Floats(unit), vocabulary: V,
        engine: .openBLAS, nextTokens: tokens[...], weights: weights[...], targetRows: all,
        targetBatchRows: all, targetTokens: tokens, targetWeights: weights,
        tile: Floats(zeros: 8 * V), tileRows: 8, scratch: Floats(zeros: V)
      ) { _ in })
    let rows = codec.rows(count)
    var certificate = Certificate.Accumulator(probed: codec.probeEvery)
    for row in 0..<count {
      let encoded = try capture.encode(row..<(row + 1), tokens: [0, 1], mask: [0, 1], sample: "s")
      certificate.add(encoded.figures)
      try rows.read(
        { name in encoded.members.first { $0.name == name }?.bytes }, at: row, count: 1,
        sample: "s")
    }
    return (rows, certificate.certificate)
  }

  /// Gradients of the student's logits against the rows, and the mean one.
  func gradients(_ rows: any LabelRows, student: [Float]) -> (each: [[Double]], mean: [Double]) {
    let V = vocabulary
    var mean = [Double](repeating: 0, count: V)
    var each: [[Double]] = []
    for row in 0..<rows.count {
      let logits = Floats(student)
      let distributions = rows.targets([Int32(row)]).distributions(
        of: [0], vocabulary: V, room: Floats(zeros: V), scratch: Floats(zeros: 1),
        engine: .openBLAS)
      _ = ForwardDivergence()(
        LossTile(
          logits: logits, vocabulary: V, tokens: [1], weights: [1], distributions: distributions,
          gradientScale: 1, scratch: Floats(zeros: 3 * V)))
      let found = logits.array.map { Double($0) }
      each.append(found)
      for v in 0..<V { mean[v] += found[v] / Double(rows.count) }
    }
    return (each, mean)
  }
}

struct `Labels of a few tokens` {
  static let V = 64
  /// A peaked row: e^-(v/6), in an order that hides it.
  static let row = (0..<V).map { v in -Float((v * 29 + 7) % V) / 6 }
  static var probabilities: [Double] {
    let powers = row.map { exp(Double($0)) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  private func codec(_ form: SparseForm, _ encoding: any LabelEncoding.Type) -> SparseCodec {
    SparseCodec(encoding, form, vocabulary: Self.V)
  }
  private func fixed(_ count: Int) -> FixedRows {
    FixedRows(vocabulary: Self.V, logits: Array(repeatElement(Self.row, count: count).joined()))
  }
  private func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
  private let student = (0..<V).map { Float(($0 * 13) % 11) / 5 }
  /// The gradient against the whole distribution.
  private var exact: [Double] {
    Reference.softCrossEntropy(
      logits: student.map { Double($0) }, targets: Self.row.map { Double($0) }, token: 1,
      temperature: 1, mix: 1
    ).gradient
  }
  private func drawn(
    _ count: Int, _ method: SparseForm.Method, proposal: Double = 1, head: Int = 0, seed: UInt64 = 3
  ) -> SparseCodec {
    let draws = SparseForm.Draws(count: count, method: method, proposal: proposal, seed: seed)
    return head == 0
      ? codec(SparseForm(head: nil, draws: draws), Sampled.self)
      : codec(SparseForm(head: .init(count: head), draws: draws), TopKSampled.self)
  }

  /// The unit proof: with N rows of draws of one and the same distribution the error of the mean
  /// gradient falls as 1 / sqrt(N). A bias would stop it, as it does where the likeliest tokens
  /// alone are kept.
  @Test(arguments: [
    (SparseForm.Method.independent, 1.0, 0), (.systematic, 1, 0), (.independent, 0.5, 0),
    (.systematic, 0.7, 0), (.systematic, 1, 4), (.independent, 1, 4),
  ])
  func `the error of the mean gradient of draws falls as one over the root of their number`(
    how: (method: SparseForm.Method, proposal: Double, head: Int)
  ) throws {
    // Root of the mean over repetitions of the squared error of means of `count` rows.
    func error(_ count: Int) throws -> Double {
      var squares = 0.0
      let repetitions = 24
      for repetition in 0..<repetitions {
        let (rows, _) = try fixed(count).rows(
          drawn(
            5, how.method, proposal: how.proposal, head: how.head, seed: UInt64(repetition)))
        squares += squaredDistance(fixed(count).gradients(rows, student: student).mean, exact)
      }
      return (squares / Double(repetitions)).squareRoot()
    }
    let (few, many) = (try error(16), try error(256))
    // sqrt(16) = 4. A mean of 24 squared errors, most of it in a handful of tokens, is good to
    // about sqrt(2 / (24 * 5)) = 13 %, and its root to 7 %: three times that for each of the two.
    #expect((3.1...5.1) ~= few / many, "\(few) and \(many)")
  }

  @Test(arguments: [TailPolicy.renormalise])
  func `the error of the likeliest tokens alone stays`(tail: TailPolicy) throws {
    func error(_ count: Int) throws -> Double {
      let form = SparseForm(head: .init(count: 8), draws: nil, tail: tail)
      let (rows, _) = try fixed(count).rows(codec(form, TopK.self))
      return squaredDistance(fixed(count).gradients(rows, student: student).mean, exact)
        .squareRoot()
    }
    let (few, many) = (try error(16), try error(256))
    #expect(few > 0.1 && abs(few - many) < 1e-6)
  }

  /// Each count is floor(N p) or ceil(N p): its variance is f (1 - f) / N^2, f the fraction of N p,
  /// where independent draws have p (1 - p) / N.
  @Test func `equally spaced points have the variance of fractions`() throws {
    let (N, rows) = (10, 4000)
    let p = Self.probabilities
    let f = p.map { Double(N) * $0 - (Double(N) * $0).rounded(.down) }
    let expected = [
      SparseForm.Method.independent: p.reduce(0) { $0 + $1 * (1 - $1) } / Double(N),
      .systematic: f.reduce(0) { $0 + $1 * (1 - $1) } / Double(N * N),
    ]
    for (method, variance) in expected {
      let (found, certificate) = try fixed(rows).rows(drawn(N, method))
      let gradients = fixed(rows).gradients(found, student: student)
      let mean = gradients.each.reduce(0) { $0 + squaredDistance($1, exact) } / Double(rows)
      // The mean of 4000 squared lengths, whose own spread is about their size: 1.6 %.
      #expect(abs(mean / variance - 1) < 0.06, "\(method): \(mean), expected \(variance)")
      let measured = try #require(certificate.gradient)
      #expect(abs(measured.error * measured.error / mean - 1) < 0.01)
      // Half of sum_v sqrt(2 p (1 - p) / (pi N rows)), which is 0.01 for independent draws.
      #expect(measured.bias < 0.02)
      #expect(certificate.divergenceMean == .infinity)
    }
    #expect((expected[.independent] ?? 0) > 2 * (expected[.systematic] ?? 1))
  }

  /// What training sees at every temperature of the grid is the teacher's own probability.
  @Test func `kept tokens are exact at the temperatures of the grid`() throws {
    let temperatures: [Float] = [1, 1.5, 4]
    let form = SparseForm(
      head: .init(count: 8), draws: nil, tail: .ghost, temperatures: temperatures)
    let (rows, certificate) = try fixed(1).rows(codec(form, TopK.self))
    for T in temperatures.map({ Double($0) }) {
      let tempered = Reference.logSoftmax(Self.row.map { Double($0) / T }).map { exp($0) }
      let head = Self.probabilities.indices.sorted {
        Self.probabilities[$0] > Self.probabilities[$1]
      }
      .prefix(8)
      // A student that is uniform: the gradient of a kept token is T (1 / V - p_T).
      let logits = Floats(zeros: Self.V)
      let distributions = rows.targets([0]).distributions(
        of: [0], vocabulary: Self.V, room: Floats(zeros: Self.V), scratch: Floats(zeros: 1),
        engine: .openBLAS)
      let found = ForwardDivergence(temperature: Float(T))(
        LossTile(
          logits: logits, vocabulary: Self.V, tokens: [1], weights: [1],
          distributions: distributions, gradientScale: 1, scratch: Floats(zeros: 3 * Self.V)))
      #expect(found.badRow == nil)
      for id in head {
        let p = 1 / Double(Self.V) - Double(logits[id]) / T
        // A logarithm of at most 5 as a half: 2^-9, so a probability within a hundredth.
        #expect(abs(p / tempered[id] - 1) < 0.004, "\(T): \(p), expected \(tempered[id])")
      }
    }
    let kept = Self.probabilities.sorted(by: >).prefix(8).reduce(0, +)
    #expect(abs(certificate.massKept - kept) < 1e-6)
    #expect(certificate.divergenceMean > 0.01 && certificate.divergenceMean < 1)
  }

  /// Rounding is what the settings say, and the certificate measures it.
  @Test func `rounded values are off by at most half a step`() throws {
    func certificate(_ values: SparseForm.Values, step: Double = 0.0625) throws -> Certificate {
      let form = SparseForm(
        head: .init(count: Self.V, values: values, step: step), draws: nil, tail: .ghost)
      let (rows, certificate) = try fixed(1).rows(codec(form, TopK.self))
      let decoded = try rows.logProbabilities(0..<1, sample: "s")
      let truth = Reference.logSoftmax(Self.row.map { Double($0) })
      for (a, b) in zip(decoded, truth) {
        // Both ends of a step, and what renormalising adds.
        #expect(abs(Double(a) - b) <= (values == .exact ? 0.005 : step + 1e-5))
      }
      return certificate
    }
    let (exact, fine, coarse) = (
      try certificate(.exact), try certificate(.rounded), try certificate(.rounded, step: 0.5)
    )
    #expect(exact.divergenceMean < 1e-6)
    // step^2 / 24, within a factor: these logits are multiples of a sixth.
    #expect((1e-5...6e-4) ~= fine.divergenceMean && coarse.divergenceMean > 4 * fine.divergenceMean)
  }

  @Test func `the same seed draws the same, another does not`() throws {
    func rows(_ seed: UInt64) throws -> [Float] {
      try fixed(4).rows(drawn(5, .systematic, seed: seed)).rows
        .logProbabilities(0..<4, sample: "s")
    }
    let (four, again, other) = (try rows(1), try rows(1), try rows(2))
    #expect(four == again && four != other)
    // Rows of other samples have streams of their own.
    #expect(Array(four[0..<Self.V]) != Array(four[Self.V..<(2 * Self.V)]))
  }

  @Test
  func `settings have defaults, and a k beyond the vocabulary is refused where it was asked for`()
    throws
  {
    let source = LabelledRows(
      vocabulary: 10, readout: Readout(Floats(zeros: 20), vocabulary: 10, width: 2))
    var settings = Settings([:])
    let byDefault = try TopK(&settings)
    #expect(byDefault.misfit(source) == nil)
    #expect(byDefault.codec(writing: source)?.details["k"] == 10)
    settings = Settings(["k": 12])
    let asked = try TopK(&settings)
    #expect(asked.misfit(source)?.contains("10 tokens, found 12") == true)
    settings = Settings(["k": 10, "tail": "to-label", "temperatures": [3, 1]])
    let codec = try #require(try TopK(&settings).codec(writing: source))
    #expect(codec.details["temperatures"] == [1.0, 3.0] && codec.details["tail"] == "to-label")
    for wrong: JSONObject in [["temperatures": [0]], ["tail": "none"], ["k": 0], ["draws": 3]] {
      #expect(throws: ConfigurationError.self) {
        var settings = Settings(wrong)
        _ = try TopK(&settings)
        try settings.finish()
      }
    }
    let isOracle =
      TopK(SparseForm(head: .init(count: 1), draws: nil))
      .codec(writing: LabelledRows(vocabulary: 3, readout: nil)) == nil
    #expect(isOracle)
  }

  /// Bytes that no writer made are refused, and nothing else happens.
  @Test func `damaged streams are refused`() throws {
    let codec = drawn(5, .systematic, head: 4)
    let batch = TaughtBatch()
    let small = SparseCodec(
      TopKSampled.self, codec.form, vocabulary: TaughtBatch.vocabulary)
    let taught = small.capture(16)
    batch.hand(to: taught)
    let sample = batch.samples[0]
    let encoded = try taught.encode(
      sample.rows, tokens: sample.tokens, mask: sample.mask, sample: "s")
    func read(_ change: (String, inout [UInt8]) -> Void) throws {
      let rows = small.rows(7)
      try rows.read(
        { name in
          var bytes = encoded.members.first { $0.name == name }?.bytes ?? []
          change(name, &bytes)
          return bytes
        }, at: 0, count: 7, sample: "s")
      _ = try rows.alignment(
        from: 0, at: 0, tokens: sample.tokens, mask: sample.mask, sample: "s")
    }
    try read { _, _ in }
    // A stream cut short, halves that are no numbers.
    #expect(throws: SoftLabelError.self) {
      try read { name, bytes in
        if name.contains("tokens") { bytes.removeLast() }
      }
    }
    #expect(throws: SoftLabelError.self) {
      try read { name, bytes in
        if !name.contains("tokens") {
          bytes.replaceSubrange((bytes.count - 2)..., with: [1, 0x7E])
        }
      }
    }
    // Any other byte: refused, or another row; never a trap.
    for place in 128..<(encoded.members[1].bytes.count) {
      try? read { name, bytes in
        if name.contains("tokens") { bytes[place] ^= 0x55 }
      }
    }
  }
}
