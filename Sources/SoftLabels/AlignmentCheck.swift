internal import Checkpoints

/// The reader's proof that rows and tokens belong together.
///
/// Labels shifted by one position against their tokens train without complaint towards the wrong
/// thing. So the writer records the teacher's cross-entropy on the next token, and the reader finds
/// it again from what it is about to train on, or refuses the set. On the way every value is
/// checked to be the logarithm of a probability and every row to be a distribution.
public struct AlignmentCheck: Sendable {
  /// What one sample adds: sums over its targets.
  public struct Part: Sendable, Equatable {
    public var crossEntropy: Double
    public var targets: Int
  }

  private var crossEntropy = 0.0
  private var targets = 0

  public init() {}

  /// Reads one sample's rows; may run on any thread.
  ///
  /// - Parameters:
  ///   - halves: `(L-1, vocabulary)` as `FullLabels.readHalves` gives them.
  ///   - tokens, mask: `(L)`.
  /// - Throws: `SoftLabelError` naming sample, row and token.
  public static func part(
    halves: [UInt16], tokens: [Int32], mask: [UInt8], vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> Part {
    try part(
      halves: halves.span, tokens: tokens, mask: mask, vocabulary: vocabulary, sample: sample)
  }

  /// The same for rows that lie among others.
  public static func part(
    halves: Span<UInt16>, tokens: [Int32], mask: [UInt8], vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> Part {
    try FullLabels.checkTokens(tokens, mask, vocabulary, sample)
    try FullLabels.checkShape(halves.count, tokens.count - 1, vocabulary, sample)
    let masses = try FullLabels.storedMasses(of: halves, vocabulary: vocabulary, sample: sample)
    var part = Part(crossEntropy: 0, targets: 0)
    for t in masses.indices where mask[t + 1] != 0 {
      let next = Int(tokens[t + 1])
      let logNext = Double(Float16Bits.decode(halves[t * vocabulary + next]))
      guard logNext.isFinite else { throw .impossible(sample: sample, row: t, token: next) }
      part.crossEntropy += logarithm(Double(masses[t])) - logNext
      part.targets += 1
    }
    return part
  }

  /// Takes in one sample, in the order of the set.
  public mutating func add(_ part: Part) {
    crossEntropy += part.crossEntropy
    targets += part.targets
  }

  /// Compares with the certificate, once the whole set has been added.
  ///
  /// Tolerance: a half is off by at most 2^-11 of the logarithm it stores, so the mean over targets
  /// of -log p moves by at most 2^-11 times itself, and the rows' normalisers by 2^-11 times the mean
  /// entropy; 1e-5 covers float32 in the exponentials and sums.
  /// - Throws: `SoftLabelError.misaligned` or `.targets`.
  public func finish(against certificate: Certificate) throws(SoftLabelError) {
    guard targets == certificate.targets else {
      throw .targets(recorded: certificate.targets, found: targets)
    }
    let found = targets == 0 ? 0 : crossEntropy / Double(targets)
    let tolerance =
      FullLabels.halfPrecision * (certificate.teacherCrossEntropy + certificate.meanEntropy) + 1e-5
    guard abs(found - certificate.teacherCrossEntropy) <= tolerance else {
      throw .misaligned(
        recorded: certificate.teacherCrossEntropy, found: found, tolerance: tolerance)
    }
  }
}
