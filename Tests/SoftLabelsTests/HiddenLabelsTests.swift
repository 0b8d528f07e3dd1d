import Files
import Foundation
import Kernels
import Randomness
import SoftLabels
import Stages
import Tensors
import Testing

/// A set of samples of hidden states with a readout, labelled as a writer would.
struct HiddenSet {
  static let vocabulary = 40
  static let width = 12
  let readout: Readout
  let format: HiddenStates.Format
  struct Sample {
    var tokens: [Int32]
    var mask: [UInt8]
    var members: [String: [UInt8]]
  }
  var samples: [Sample] = []
  var certificate: Certificate

  init(_ format: HiddenStates.Format, count: Int = 20) throws {
    let (V, C) = (Self.vocabulary, Self.width)
    self.format = format
    readout = Readout(Floats(normals(V * C, seed: 100)), vocabulary: V, width: C)
    var accumulator = Certificate.Accumulator(probed: AlignmentCheck.probeEvery)
    for number in 0..<count {
      let rowCount = 9 + number
      let x = Floats(normals(rowCount * C, seed: UInt64(number)))
      let states = HiddenStates(format, rowCount: rowCount + 1, width: C)
      _ = states.store(1..<(rowCount + 1), from: x)
      let logits = Floats(zeros: rowCount * V)
      matrixProduct(c: logits, a: x, b: readout.weights, .transposed, m: rowCount, n: V, k: C)
      let rounded = Floats(zeros: rowCount * C)
      states.read(1..<(rowCount + 1), into: rounded)
      let rebuilt = Floats(zeros: rowCount * V)
      matrixProduct(
        c: rebuilt, a: rounded, b: readout.weights, .transposed, m: rowCount, n: V, k: C)
      let rows = Floats(zeros: rowCount * V)
      logSoftmax(y: rows, x: logits, rows: rowCount, vocabulary: V)
      let tokens = drawnTokens(from: rows.array, vocabulary: V)
      let mask = tokens.indices.map { UInt8($0 > 3 ? 1 : 0) }
      let next = Array(tokens.dropFirst())
      let weights = mask.dropFirst().map { Float($0) }
      let figures = rebuiltRows(
        logits: logits, rebuilt: rebuilt, vocabulary: V, tokens: next.span, weights: weights.span)
      let encoded = try HiddenLabels.encode(
        rows: 1..<(rowCount + 1), of: states, figures: [.unmeasured] + figures, tokens: tokens,
        mask: mask, vocabulary: V, sample: "s\(number)")
      accumulator.add(encoded.figures)
      samples.append(
        Sample(
          tokens: tokens, mask: mask,
          members: Dictionary(uniqueKeysWithValues: encoded.members.map { ($0.name, $0.bytes) })))
    }
    certificate = accumulator.certificate
  }

  var reader: LabelReader { LabelReader(HiddenCodec(readout, format)) }

  func check() throws {
    var check = AlignmentCheck()
    for (number, sample) in samples.enumerated() {
      check.add(
        try reader.rows(
          { sample.members[$0] }, count: sample.tokens.count - 1, sample: "s\(number)"
        ).alignment(
          from: 0, at: number, tokens: sample.tokens, mask: sample.mask, sample: "s\(number)"))
    }
    try check.finish(against: certificate)
  }
}

func normals(_ count: Int, seed: UInt64) -> [Float] {
  // Rows of one token each are log-softmaxes; the raw draws are what is wanted here.
  let rows = randomRows(1, count, seed: seed, spread: 1)
  let mean = rows.reduce(0, +) / Float(count)
  return rows.map { $0 - mean }
}

struct `Hidden labels` {
  @Test(arguments: HiddenStates.Format.allCases)
  func `come back as the distributions of their states`(format: HiddenStates.Format) throws {
    let set = try HiddenSet(format)
    let (V, C) = (HiddenSet.vocabulary, HiddenSet.width)
    for (number, sample) in set.samples.enumerated() {
      let rowCount = sample.tokens.count - 1
      let rows = try set.reader.rows(
        { sample.members[$0] }, count: rowCount, sample: "s"
      ).logProbabilities(0..<rowCount, sample: "s")
      let x = normals(rowCount * C, seed: UInt64(number))
      for row in 0..<rowCount {
        let logits = (0..<V).map { v in
          (0..<C).reduce(0.0) {
            $0 + Double(x[row * C + $1]) * Double(set.readout.weights[v * C + $1])
          }
        }
        let top = logits.max() ?? 0
        let logSum = top + log(logits.reduce(0) { $0 + exp($1 - top) })
        for v in 0..<V {
          // A logit of 12 terms, each off by half a last place of the format.
          let bound = format == .float16 ? 0.02 : 0.3
          #expect(abs(Double(rows[row * V + v]) - (logits[v] - logSum)) < bound)
        }
      }
    }
  }

  /// Rounding to halves costs next to nothing, to bytes a little, and the certificate says so.
  @Test func `certify what the rounding keeps`() throws {
    let half = try HiddenSet(.float16).certificate
    let byte = try HiddenSet(.int8).certificate
    #expect(half.divergenceMean > 0 && half.divergenceMaximum < 1e-5)
    #expect(byte.divergenceMean > 10 * half.divergenceMean && byte.divergenceMaximum < 1e-2)
    for certificate in [half, byte] {
      #expect(certificate.massKept == 1)
      #expect(try Certificate(json: certificate.json) == certificate)
      let probe = try #require(certificate.probe)
      #expect(probe.every == 16 && probe.targets > 0 && probe.targets < certificate.targets)
    }
  }

  @Test(arguments: HiddenStates.Format.allCases)
  func `pass the alignment check as they were written`(format: HiddenStates.Format) throws {
    try HiddenSet(format).check()
  }

  /// The commonest bug of distillation, in the samples that are looked at.
  @Test(arguments: [HiddenStates.Format.float16, .int8])
  func `shifted by one row are refused`(format: HiddenStates.Format) throws {
    var set = try HiddenSet(format)
    for i in set.samples.indices {
      let bytes = try #require(set.samples[i].members[HiddenLabels.field])
      let row = HiddenSet.width * format.width
      let head = bytes.count - (set.samples[i].tokens.count - 1) * row
      set.samples[i].members[HiddenLabels.field] =
        Array(bytes[..<head] + bytes[(head + row)...] + bytes[head..<(head + row)])
    }
    #expect {
      try set.check()
    } throws: {
      if case SoftLabelError.misaligned = $0 { true } else { false }
    }
  }

  /// Every number comes back, whatever the sizes of the channels; no byte of the stream may change.
  @Test(arguments: [1, 3, 576])
  func `on a grid are what was rounded, or refused`(width: Int) throws {
    var random = Seed(UInt64(width)).stream()
    let rows = 7
    let states = HiddenStates(.grid, rowCount: rows, width: width, step: 0.5)
    let x = (0..<(rows * width)).map { place -> Float in
      let spread = [0, 3, 16_000][place % 3]
      return Float(random.uniform(2 * spread + 1) - spread)
    }
    #expect(states.store(0..<rows, from: Floats(x)) == nil)
    let tokens = [Int32](repeating: 1, count: rows + 1)
    let mask = [UInt8](repeating: 0, count: rows + 1)
    let (members, _) = try HiddenLabels.encode(
      rows: 0..<rows, of: states,
      figures: [RowFigures](repeating: .unmeasured, count: rows), tokens: tokens, mask: mask,
      vocabulary: 2, sample: "s")
    func read(_ members: [String: [UInt8]]) throws -> [Float] {
      let back = HiddenStates(.grid, rowCount: rows, width: width, step: 0.5)
      try HiddenLabels.read({ members[$0] }, into: back, at: 0, rowCount: rows, sample: "s")
      let y = Floats(zeros: rows * width)
      back.read(0..<rows, into: y)
      return y.array
    }
    let whole = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.bytes) })
    #expect(try read(whole) == x)
    #expect(
      HiddenLabels.rowCount(
        ofBytes: whole[HiddenLabels.field]?.count ?? 0, format: .grid, width: width) == rows)
    // A changed byte that still gives all check bytes would be luck of one in 256 a row.
    var passed = 0
    let bytes = try #require(whole[HiddenLabels.gridField])
    for place in bytes.indices.suffix(bytes.count - NPY.header(.uint8, shape: [1]).count).prefix(
      200)
    {
      var damaged = whole
      damaged[HiddenLabels.gridField]?[place] ^= 0x55
      if (try? read(damaged)) != nil { passed += 1 }
    }
    #expect(passed <= 2, "\(passed)")
    for cut in [1, 5, bytes.count / 2] where bytes.count - cut > 128 {
      var damaged = whole
      damaged[HiddenLabels.gridField] = Array(bytes.dropLast(cut))
      #expect(throws: SoftLabelError.self) { _ = try read(damaged) }
    }
  }

  @Test func `of a sample too few or too many are refused`() throws {
    let set = try HiddenSet(.float16)
    var short = set
    short.samples[5].members = set.samples[4].members
    #expect(throws: SoftLabelError.self) { try short.check() }
    var missing = set
    missing.samples[5].members = [:]
    #expect(throws: SoftLabelError.self) { try missing.check() }
    var scaled = try HiddenSet(.int8)
    scaled.samples[3].members[HiddenLabels.scaleField] = nil
    #expect(throws: SoftLabelError.self) { try scaled.check() }
  }

  @Test func `with a NaN are named`() throws {
    var set = try HiddenSet(.float16)
    var bytes = try #require(set.samples[7].members[HiddenLabels.field])
    bytes[bytes.count - 1] = 0x7E
    bytes[bytes.count - 2] = 0x01
    set.samples[7].members[HiddenLabels.field] = bytes
    let error = #expect(throws: SoftLabelError.self) { try set.check() }
    #expect("\(error.map { "\($0)" } ?? "")".contains("s7"))
  }

  private func smallest(
    vocabulary: Int, width: Int, _ given: JSONObject = [:]
  ) throws -> String? {
    var settings = Settings(given)
    let readout = Readout(
      Floats(zeros: vocabulary * width), vocabulary: vocabulary, width: width)
    return try EncodingChoice(&settings).codec(
      writing: LabelledRows(vocabulary: vocabulary, readout: readout))?.encoding.name
  }

  /// Both exact encodings take two bytes a number.
  @Test func `are the smallest exact encoding where states are narrower than the vocabulary`()
    throws
  {
    #expect(try smallest(vocabulary: 1024, width: 1023) == Hidden.name)
    #expect(try smallest(vocabulary: 64, width: 64) == Full.name)
    #expect(try smallest(vocabulary: 64, width: 128) == Full.name)
    // Two bytes for each of 100 and 4 for the scale: what is stored is compared.
    #expect(try smallest(vocabulary: 64, width: 100, ["hidden_type": "int8"]) == Hidden.name)
    #expect(try smallest(vocabulary: 64, width: 124, ["hidden_type": "int8"]) == Full.name)
  }
}
