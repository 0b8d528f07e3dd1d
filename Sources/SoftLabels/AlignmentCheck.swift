public import Kernels
internal import Tensors

/// Checks on reading that rows and tokens belong together.
///
/// A model trains without complaint on labels shifted by one position against their tokens, but
/// towards the wrong target. So the writer records the teacher's cross-entropy on the next token;
/// the reader recomputes it from the data it is about to train on, and refuses the set if the two
/// differ. Along the way every value is checked to be the logarithm of a probability and every row
/// to be a distribution.
public struct AlignmentCheck: Sendable {
  /// The contribution of one sample: sums over its targets.
  public struct Part: Sendable, Equatable {
    /// Sum of -log p(next token) over the measured targets, in nats.
    public var crossEntropy: Double
    /// Rows with `mask[t + 1]` of 1, measured or not.
    public var targets: Int
    /// Targets whose cross-entropy was computed: all, or none if the sample is not probed.
    public var measured: Int
    /// The same sum if the rows belonged one position earlier, and one later.
    var earlier = 0.0
    var later = 0.0

    /// - Parameters:
    ///   - crossEntropy: sum over the measured targets, in nats.
    ///   - measured: targets whose rows were read; all by default.
    public init(crossEntropy: Double, targets: Int, measured: Int? = nil) {
      self.crossEntropy = crossEntropy
      self.targets = targets
      self.measured = measured ?? targets
    }

    /// Adds the row of position `t`; `logarithm` gives that of a token's probability in it.
    mutating func add(at t: Int, of tokens: [Int32], logarithm: (Int) -> Double) {
      let own = logarithm(Int(tokens[t + 1]))
      crossEntropy -= own
      measured += 1
      func bounded(_ token: Int32) -> Double { max(logarithm(Int(token)), -Self.mostNats) }
      earlier -= bounded(tokens[t])
      // The last row has no token after the next; it says nothing about this shift.
      later -= t + 2 < tokens.count ? bounded(tokens[t + 2]) : own
    }

    /// What a token counts as at most that its row rules out, so that one row cannot decide.
    static let mostNats = 30.0
  }

  private var earlier = 0.0
  private var later = 0.0
  private var crossEntropy = 0.0
  private var targets = 0
  private var measured = 0

  /// Nothing checked yet.
  public init() {}

  /// Checks one sample's rows; may run on any thread.
  ///
  /// - Parameters:
  ///   - halves: `(L-1, vocabulary)`, as stored in `logp.npy`.
  ///   - tokens, mask: `(L)`.
  /// - Throws: `SoftLabelError` naming sample, row and token.
  public static func part(
    halves: Span<UInt16>, tokens: [Int32], mask: [UInt8], vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> Part {
    try FullLabels.checkTokens(tokens, mask, vocabulary, sample)
    try FullLabels.checkShape(halves.count, tokens.count - 1, vocabulary, sample)
    let masses = try FullLabels.storedMasses(of: halves, vocabulary: vocabulary, sample: sample)
    var part = Part(crossEntropy: 0, targets: 0)
    for t in masses.indices where mask[t + 1] != 0 {
      let next = Int(tokens[t + 1])
      guard Float16Bits.decode(halves[t * vocabulary + next]).isFinite else {
        throw .impossible(sample: sample, row: t, token: next)
      }
      part.add(at: t, of: tokens) { Double(Float16Bits.decode(halves[t * vocabulary + $0])) }
      part.crossEntropy += logarithm(Double(masses[t]))
      part.targets += 1
    }
    return part
  }

  /// Only every 16th sample of a hidden-state set is checked: rebuilding all rows would cost a
  /// product with the readout for every token each time a set is opened.
  public static let probeEvery = 16

  /// Checks one sample's rows of hidden states, L-1 of them from row `first` on.
  ///
  /// - Parameter position: of the sample in the set; its distributions are rebuilt if it is probed.
  public static func part(
    states: HiddenStates, from first: Int, readout: Readout, at position: Int, tokens: [Int32],
    mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> Part {
    try FullLabels.checkTokens(tokens, mask, readout.vocabulary, sample)
    let targets = (0..<(tokens.count - 1)).filter { mask[$0 + 1] != 0 }
    var part = Part(crossEntropy: 0, targets: targets.count, measured: 0)
    guard position.isMultiple(of: probeEvery) else { return part }
    let rows = targets.map { Int32(first + $0) }
    try readout.forEachTile(of: states, rows: rows) {
      (start, count, tile) throws(SoftLabelError) in
      for place in 0..<count {
        let t = targets[start + place]
        let next = Int(tokens[t + 1])
        guard tile[place * readout.vocabulary + next].isFinite else {
          throw .impossible(sample: sample, row: t, token: next)
        }
        part.add(at: t, of: tokens) { Double(tile[place * readout.vocabulary + $0]) }
      }
    }
    return part
  }

  /// Adds one sample, in the order of the set.
  public mutating func add(_ part: Part) {
    crossEntropy += part.crossEntropy
    targets += part.targets
    measured += part.measured
    earlier += part.earlier
    later += part.later
  }

  /// Checks samples that are only a part of their set. The certificate's mean covers all samples,
  /// and by choosing some a curriculum may move it to either side.
  ///
  /// Shifted rows do two things at once: they predict their own tokens worse than the certificate
  /// says, and those beside them better. Each alone is innocent: samples may be hard, and a teacher
  /// that has learnt nothing may repeat the token that it read. So both are asked for, by `lead`.
  /// - Throws: `SoftLabelError.shifted`.
  public func finishPart(of certificate: Certificate) throws(SoftLabelError) {
    guard measured > 0 else { return }
    let (own, count) = (crossEntropy / Double(measured), Double(measured))
    let expected = certificate.probe?.crossEntropy ?? certificate.teacherCrossEntropy
    guard own > expected + Self.lead else { return }
    for (shift, other) in [(-1, earlier / count), (1, later / count)]
    where other < own - Self.lead {
      throw .shifted(by: shift, own: own, other: other)
    }
  }

  /// Nats a token. A shift by one costs a teacher that has learnt anything several.
  static let lead = 0.5

  /// Compares with the certificate, once the whole set has been added.
  ///
  /// Tolerance: a half is off by at most 2^-11 of the logarithm it stores, so the mean over targets
  /// of -log p moves by at most 2^-11 times itself, and the rows' normalisers by 2^-11 times the
  /// mean entropy; 1e-5 covers float32 in the exponentials and sums. Rows of hidden states are
  /// compared with the writer's result from the same stored numbers, so only the order of float32
  /// sums differs, which is less.
  /// - Throws: `SoftLabelError.misaligned` or `.targets`.
  public func finish(against certificate: Certificate) throws(SoftLabelError) {
    guard targets == certificate.targets else {
      throw .targets(recorded: certificate.targets, found: targets)
    }
    let expected = certificate.probe?.crossEntropy ?? certificate.teacherCrossEntropy
    let probed = certificate.probe?.targets ?? certificate.targets
    guard measured == probed else { throw .targets(recorded: probed, found: measured) }
    let found = measured == 0 ? 0 : crossEntropy / Double(measured)
    let tolerance =
      FullLabels.halfPrecision * (certificate.teacherCrossEntropy + certificate.meanEntropy) + 1e-5
    guard abs(found - expected) <= tolerance else {
      throw .misaligned(recorded: expected, found: found, tolerance: tolerance)
    }
  }
}
