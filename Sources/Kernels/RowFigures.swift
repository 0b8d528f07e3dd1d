internal import CKernels

/// How well one kept row q keeps the distribution p that it was made from, in nats: what a
/// certificate is made of, whatever the encoding. `Reference.rowFigures` is the slow twin.
public struct RowFigures: Sendable, Equatable {
  /// Whether both rows define distributions: no NaN, no +infinity.
  public var isDistribution: Bool
  /// `-log p[next token]`.
  public var crossEntropy: Double
  /// `-log q[next token]`; 0 where it is not measured.
  public var keptCrossEntropy: Double
  /// Entropy of p.
  public var entropy: Double
  /// p on tokens that are not kept as impossible.
  public var massKept: Double
  /// `KL(p || q)`, q renormalised.
  public var divergence: Double

  /// Figures of a row of weight 0.
  public static let unmeasured = RowFigures(
    isDistribution: true, crossEntropy: 0, keptCrossEntropy: 0, entropy: 0, massKept: 0,
    divergence: 0)
}

extension RowFigures {
  init(_ found: ck_row_figures) {
    self.init(
      isDistribution: found.isDistribution != 0, crossEntropy: found.crossEntropy,
      keptCrossEntropy: found.keptCrossEntropy, entropy: found.entropy, massKept: found.massKept,
      divergence: found.divergence)
  }
}
