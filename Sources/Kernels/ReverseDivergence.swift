internal import CKernels

/// Reverse divergence from a target distribution, mixed with cross-entropy on the next token.
///
///     loss = mix T^2 KL(q_T || p_T) + (1 - mix) CE,   KL = sum_v q_T[v] (log q_T[v] - log p_T[v])
///     logits[v] <- gradientScale weight (mix T q_T[v] (log q_T[v] - log p_T[v] - KL)
///                                        + (1 - mix) (q[v] - onehot[v]))
///
/// p is the target with logarithms of probabilities below `floor` raised to it, then renormalised:
/// a token of probability 0 costs about `-floor` nats times the student's probability of it. Reads
/// whole distributions only.
public struct ReverseDivergence: RowLoss, Equatable {
  /// T, at which both distributions are compared.
  public var temperature: Float
  /// Weight of the divergence, 0 … 1.
  public var mix: Float
  /// Least logarithm of a target's probability, in nats, below 0.
  public var floor: Float

  /// - Parameters:
  ///   - temperature: divides the logarithms of both distributions; positive.
  ///   - mix: weight of the divergence, the rest is the next token's.
  ///   - floor: least logarithm of a target's probability, in nats.
  public init(temperature: Float = 1, mix: Float = 1, floor: Float = -40) {
    self.temperature = temperature
    self.mix = mix
    self.floor = floor
  }

  public var readsDistributions: Bool { true }

  public func misfit(_ targets: (any TargetRows)?) -> String? {
    targets?.areWhole == false
      ? "labels without every token's probability, which a reverse divergence compares" : nil
  }

  /// - Returns: sums over the rows; `divergence` is the forward divergence, as for every loss.
  public func callAsFunction(_ tile: LossTile) -> SoftLossSums {
    tile.withPointers { tile in
      ck_reverse_divergence(
        tile.R, tile.V, tile.logits, tile.targets, tile.halves, tile.rows, tile.tokens,
        tile.weights, temperature, mix, floor, tile.gradientScale, tile.scratch, &tile.sums,
        &tile.bad)
    }
  }
}
