/// What the rows of a batch are trained towards: one kind of loss each, over raw rows.
///
/// Row t of every array belongs to row t of the batch; rows of weight 0 are not read.
public enum TargetRows: Sendable {
  /// The next token.
  case hard
  /// The next token with probability 1 - epsilon, mixed with the uniform distribution.
  case smoothed(epsilon: Float)
  /// A whole distribution: `(T, V)` logarithms of probabilities, up to a constant in each row;
  /// -infinity is probability 0.
  case logProbabilities([Float])
  /// A whole distribution: `(T, V)` probabilities, renormalised.
  case probabilities([Float])
  /// A whole distribution as hidden states `(T, width)` and a readout `(V, width)`, whose product
  /// is the row of logits: rebuilt tile by tile.
  case hidden(states: [Float], readout: Floats, width: Int)
}

/// How soft targets are weighed.
///
///     loss = mix T^2 KL(p_T || q_T) + (1 - mix) CE
public struct SoftTargetOptions: Sendable, Equatable {
  /// T, at which both distributions are compared.
  public var temperature: Float
  /// Weight of the soft part, 0 … 1.
  public var mix: Float

  public init(temperature: Float = 1, mix: Float = 1) {
    self.temperature = temperature
    self.mix = mix
  }
}
