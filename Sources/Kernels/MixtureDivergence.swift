internal import CKernels

/// A divergence that stays finite where the target's probability is 0, mixed with cross-entropy on
/// the next token.
///
///     loss = mix S D(p_T, q_T) + (1 - mix) CE,   S = T^2, but T for total variation
///     logits[v] <- gradientScale weight (mix S / T q_T[v] (g[v] - sum_u q_T[u] g[u])
///                                        + (1 - mix) (q[v] - onehot[v])),   g = dD / dq_T
///
/// S keeps the size of gradients at high temperatures, where D falls as 1 / T^2 and total variation
/// as 1 / T. Reads whole distributions only.
public struct MixtureDivergence: RowLoss, Equatable {
  /// Shares are 0.01 to 0.99: smaller ones lose digits.
  public enum Kind: Sendable, Equatable {
    /// `beta KL(p || M) + (1 - beta) KL(q || M)`, M = beta p + (1 - beta) q.
    case jensenShannon(beta: Float)
    /// `KL(p || alpha p + (1 - alpha) q)`.
    case skewForward(alpha: Float)
    /// `KL(q || alpha q + (1 - alpha) p)`.
    case skewReverse(alpha: Float)
    /// `sum_v |p - q| / 2`; its slope where both are equal is taken as 0.
    case totalVariation
  }

  /// The divergence D, with its share where it has one.
  public var kind: Kind
  /// T, at which both distributions are compared.
  public var temperature: Float
  /// Weight of the divergence, 0 … 1.
  public var mix: Float

  /// - Parameters:
  ///   - temperature: divides the logarithms of both distributions; positive.
  ///   - mix: weight of the divergence, the rest is the next token's.
  public init(_ kind: Kind, temperature: Float = 1, mix: Float = 1) {
    self.kind = kind
    self.temperature = temperature
    self.mix = mix
  }

  public var readsDistributions: Bool { true }

  public func misfit(_ targets: (any TargetRows)?) -> String? {
    targets?.areWhole == false
      ? "labels without every token's probability, which this divergence compares" : nil
  }

  /// - Returns: sums over the rows; `divergence` is the forward divergence, as for every loss.
  public func callAsFunction(_ tile: LossTile) -> SoftLossSums {
    let (kind, share) =
      switch self.kind {
      case .jensenShannon(let beta): (ck_jensen_shannon, beta)
      case .skewForward(let alpha): (ck_skew_forward, alpha)
      case .skewReverse(let alpha): (ck_skew_reverse, alpha)
      case .totalVariation: (ck_total_variation, Float(0))
      }
    return tile.withPointers { tile in
      ck_mixture_divergence(
        Int32(kind.rawValue), tile.R, tile.V, tile.logits, tile.targets, tile.halves, tile.rows,
        tile.tokens, tile.weights, share, temperature, mix, tile.gradientScale, tile.scratch,
        &tile.sums, &tile.bad)
    }
  }
}
