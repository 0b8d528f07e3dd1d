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
  /// A whole distribution as it is stored: row t of the batch goes with row `rows[t]` of the halves
  /// `(…, V)`, logarithms of probabilities that sum to 1.
  case halves(Halves, rows: [Int32])
  /// The likeliest tokens and the mass of all others, at temperature 1.
  case top(TopRows)
  /// A whole distribution as a teacher's hidden state and its readout `(V, width)`, whose product is
  /// the row of logits, rebuilt tile by tile: row t of the batch goes with row `rows[t]` of the
  /// states.
  case hidden(HiddenStates, rows: [Int32], readout: Floats)
}

/// Rows of the k likeliest tokens.
public struct TopRows: Sendable, Equatable {
  /// What the tokens outside the head are to the loss.
  public enum Tail: Sendable, Equatable {
    /// One outcome: only their sum is compared.
    case bucket
    /// All alike: each has its share of the tail's mass.
    case spread
  }

  /// Tokens a row.
  public let k: Int
  /// `(T, k)`, different within a row.
  public let ids: [Int32]
  /// `(T, k)` natural logarithms of probabilities; -infinity is probability 0.
  public let logProbabilities: [Float]
  /// `(T)`: probability of all other tokens together. With the head's it sums to 1 within 0.001;
  /// the loss divides by the sum.
  public let tails: [Float]
  public let tail: Tail

  /// - Precondition: as many ids and logarithms as k times the tails.
  public init(
    k: Int, ids: [Int32], logProbabilities: [Float], tails: [Float], tail: Tail = .bucket
  ) {
    precondition(k >= 1 && ids.count == k * tails.count && logProbabilities.count == ids.count)
    self.k = k
    self.ids = ids
    self.logProbabilities = logProbabilities
    self.tails = tails
    self.tail = tail
  }
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
