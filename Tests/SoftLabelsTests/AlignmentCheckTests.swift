import Foundation
import SoftLabels
import Tensors
import Testing

/// A set of six samples, labelled as a writer would.
private struct Labelled {
  static let vocabulary = 64
  struct Sample {
    var tokens: [Int32]
    var mask: [UInt8]
    var halves: [UInt16]
  }
  var samples: [Sample] = []
  var certificate: Certificate

  init() throws {
    var accumulator = Certificate.Accumulator()
    for number in 0..<6 {
      let rows = randomRows(20 + number, Self.vocabulary, seed: UInt64(number))
      let tokens = drawnTokens(from: rows, vocabulary: Self.vocabulary)
      let mask = tokens.indices.map { UInt8($0 > 4 ? 1 : 0) }
      let (bytes, figures) = try FullLabels.encode(
        rows: rows, tokens: tokens, mask: mask, vocabulary: Self.vocabulary, sample: "s\(number)")
      accumulator.add(figures)
      let halves = try FullLabels.readHalves(
        bytes, rowCount: tokens.count - 1, vocabulary: Self.vocabulary, sample: "s\(number)")
      samples.append(Sample(tokens: tokens, mask: mask, halves: halves))
    }
    certificate = accumulator.certificate
  }

  func check() throws {
    var check = AlignmentCheck()
    for (number, sample) in samples.enumerated() {
      check.add(
        try AlignmentCheck.part(
          halves: sample.halves.span, tokens: sample.tokens, mask: sample.mask,
          vocabulary: Self.vocabulary, sample: "s\(number)"))
    }
    try check.finish(against: certificate)
  }
}

struct `The alignment check` {
  @Test func `lets a set pass as it was written`() throws {
    try Labelled().check()
  }

  /// No certificate speaks for some samples of a set, and their labels may be shifted all the same.
  @Test func `refuses shifted rows of a part of a set, and no others`() throws {
    let set = try Labelled()
    let V = Labelled.vocabulary
    func check(_ shift: Int) throws {
      var check = AlignmentCheck()
      for sample in set.samples.prefix(3) {
        let halves = sample.halves
        let moved =
          shift == 0
          ? halves
          : shift > 0
            ? Array(halves[V...] + halves[..<V]) : Array(halves.suffix(V) + halves.dropLast(V))
        check.add(
          try AlignmentCheck.part(
            halves: moved.span, tokens: sample.tokens, mask: sample.mask, vocabulary: V,
            sample: "s"))
      }
      try check.finishPart(of: set.certificate)
    }
    try check(0)
    for (moved, best) in [(1, 1), (-1, -1)] {
      #expect {
        try check(moved)
      } throws: {
        if case .shifted(let by, let own, let other)? = $0 as? SoftLabelError {
          return by == best && other < own
        }
        return false
      }
    }
  }

  /// A network that has learnt nothing gives the token it reads the highest logit where embedding
  /// and readout are one matrix; a curriculum may choose samples that are hard. Neither is a shift.
  @Test
  func `takes a part of a set whose teacher repeats what it reads, or whose samples are hard`()
    throws
  {
    let V = 8
    let tokens: [Int32] = [3, 1, 4, 1, 5, 2, 6, 5]
    let mask = tokens.indices.map { UInt8($0 > 0 ? 1 : 0) }
    func rows(peakAt place: (Int) -> Int32, _ top: Float) -> [Float] {
      (0..<(tokens.count - 1)).flatMap { t in
        (0..<V).map { Int32($0) == place(t) ? log(top) : log((1 - top) / Float(V - 1)) }
      }
    }
    func certified(_ rows: [Float]) throws -> (figures: LabelFigures, halves: [UInt16]) {
      let (bytes, figures) = try FullLabels.encode(
        rows: rows, tokens: tokens, mask: mask, vocabulary: V, sample: "s")
      let halves = try FullLabels.readHalves(
        bytes, rowCount: tokens.count - 1, vocabulary: V, sample: "s")
      return (figures, halves)
    }
    func check(_ used: [UInt16], against figures: [LabelFigures]) throws {
      var accumulator = Certificate.Accumulator()
      for each in figures { accumulator.add(each) }
      var check = AlignmentCheck()
      check.add(
        try AlignmentCheck.part(
          halves: used.span, tokens: tokens, mask: mask, vocabulary: V, sample: "s"))
      try check.finishPart(of: accumulator.certificate)
    }
    let repeating = try certified(rows(peakAt: { tokens[$0] }, 0.9))
    try check(repeating.halves, against: [repeating.figures])
    let (easy, hard) = (
      try certified(rows(peakAt: { tokens[$0 + 1] }, 0.99)),
      try certified(rows(peakAt: { _ in 7 }, 0.9))
    )
    try check(hard.halves, against: [easy.figures, hard.figures])
    // The same rows under a teacher that is known to predict what comes.
    #expect(throws: SoftLabelError.self) {
      try check(repeating.halves, against: [easy.figures, easy.figures])
    }
  }

  /// The commonest bug of distillation: it trains, and towards the wrong thing.
  @Test(arguments: [1, -1]) func `refuses rows shifted by one`(shift: Int) throws {
    var set = try Labelled()
    let V = Labelled.vocabulary
    for i in set.samples.indices {
      let halves = set.samples[i].halves
      set.samples[i].halves =
        shift > 0
        ? Array(halves[V...] + halves[..<V]) : Array(halves.suffix(V) + halves.dropLast(V))
    }
    #expect {
      try set.check()
    } throws: {
      if case SoftLabelError.misaligned = $0 { true } else { false }
    }
  }

  @Test func `refuses tokens shifted by one`() throws {
    var set = try Labelled()
    for i in set.samples.indices {
      let tokens = set.samples[i].tokens
      set.samples[i].tokens = Array(tokens[1...] + tokens[..<1])
    }
    #expect(throws: SoftLabelError.self) { try set.check() }
  }

  /// One sample of six with the labels of another text moves the mean well beyond half precision.
  @Test func `refuses one sample with foreign rows`() throws {
    var set = try Labelled()
    let rows = randomRows(20, Labelled.vocabulary, seed: 77)
    set.samples[0].halves = Float16Bits.encode(rows)
    #expect(throws: SoftLabelError.self) { try set.check() }
  }

  @Test func `refuses another number of targets`() throws {
    var set = try Labelled()
    set.samples[3].mask[5] = 0
    let recorded = set.certificate.targets
    #expect(throws: SoftLabelError.targets(recorded: recorded, found: recorded - 1)) {
      try set.check()
    }
  }

  @Test func `names a value that is no number`() throws {
    var set = try Labelled()
    set.samples[2].halves[64 * 3 + 7] = 0x7E00
    #expect(throws: SoftLabelError.value(sample: "s2", row: 3, token: 7, found: "nan")) {
      try set.check()
    }
  }
}
