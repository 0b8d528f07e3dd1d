/// A loss on rows of logits; the training pass calls it tile by tile.
///
/// One file of `Kernels` per loss, with the formula, the gradient and the C kernel behind it, and a
/// reference in `Double`.
public protocol RowLoss: Sendable {
  /// Whether rows are compared with distributions, or with next tokens alone.
  var readsDistributions: Bool { get }

  /// Why the loss cannot use these targets or its own parameters; `nil` if it can.
  func misfit(_ targets: (any TargetRows)?) -> String?

  /// How much of a projection the gradient of a hidden state lacks (`ProjectedTargets`), times
  /// scale and weight; 0 for a loss that reads none.
  var projectionShare: Float { get }

  /// Losses of the rows of a tile; the logits become the gradient.
  func callAsFunction(_ tile: LossTile) -> SoftLossSums
}

extension RowLoss {
  /// 0: the gradient of the logits is whole.
  public var projectionShare: Float { 0 }
}

/// Rows of logits and their targets.
public struct LossTile: Sendable {
  /// `(R, V)`, to be overwritten with the gradient of the weighed losses times `gradientScale`.
  public let logits: Floats
  /// V.
  public let vocabulary: Int
  /// `(R)`: the next tokens.
  public let tokens: ArraySlice<Int32>
  /// `(R)`: rows of weight 0 are not read, and their gradient is 0.
  public let weights: ArraySlice<Float>
  /// Target distribution of each row; `nil` for losses that read none.
  public let distributions: Distributions?
  /// Multiplies every gradient: one over the sum of the batch's weights makes the loss a mean.
  public let gradientScale: Float
  /// `(R, C)`: the states that the logits were made from; `nil` where only the logits are there.
  public let hidden: Floats?
  /// Scratch of at least 3 V floats.
  public let scratch: Floats

  /// A tile of T rows; the properties say the shapes.
  public init(
    logits: Floats, vocabulary: Int, tokens: ArraySlice<Int32>, weights: ArraySlice<Float>,
    distributions: Distributions? = nil, gradientScale: Float, hidden: Floats? = nil,
    scratch: Floats
  ) {
    self.logits = logits
    self.vocabulary = vocabulary
    self.tokens = tokens
    self.weights = weights
    self.distributions = distributions
    self.gradientScale = gradientScale
    self.hidden = hidden
    self.scratch = scratch
  }
}

/// Distributions of the rows of a tile, in the forms that kernels read.
public enum Distributions: Sendable {
  /// Row r is row `rows[r]` of `(…, V)`: logarithms of probabilities that sum to 1, as halves.
  case halves(Halves, rows: [Int32])
  /// `(R, V)`: logarithms of probabilities up to a constant in each row; -infinity is probability
  /// 0.
  case logits(Floats)
  /// Row r is row `rows[r]`: the likeliest tokens and the mass of all others.
  case top(TopRows, rows: ArraySlice<Int32>)
  /// Row r is row `rows[r]`, of a few tokens; `room` is `(R, V)` floats for a loss that needs rows
  /// whole.
  case sparse(SparseRows, rows: [Int32], room: Floats)
  /// `(R, C)`: mean rows of the readout, and the entropies of the rows.
  case projected(Floats, entropies: [Float])
}
