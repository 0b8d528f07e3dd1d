internal import CKernels

/// One divergence where a distribution is open, another where it is settled: each row goes by its
/// entropy (Jin et al. 2026, "Entropy-aware on-policy distillation of language models").
///
///     H >= threshold: mix T^2 KL(p_T || q_T) + (1 - mix) CE
///     H <  threshold: mix T^2 KL(q_T || p_T) + (1 - mix) CE, or CE alone
///
/// H is the entropy of the target or of the model, at temperature 1, in nats. Which way a row goes
/// is not differentiated. Reads whole distributions only.
public struct EntropyRoutedDivergence: RowLoss, Equatable {
  /// Whose entropy is looked at.
  public enum Judge: String, Sendable, CaseIterable { case teacher, student }

  /// What rows of low entropy are trained towards.
  public enum Settled: String, Sendable, CaseIterable {
    /// `ReverseDivergence` from the target, mixed with the next token.
    case reverse = "reverse-kl"
    /// Cross-entropy on the next token alone, whatever `mix` says.
    case nextToken = "hard"
  }

  /// Whose entropy is compared with `threshold`.
  public var judge: Judge
  /// The loss of rows below `threshold`.
  public var settled: Settled
  /// In nats; 0 or less sends every row to the forward divergence.
  public var threshold: Float
  /// T, at which both distributions are compared; entropies are always at 1.
  public var temperature: Float
  /// Weight of either divergence, 0 … 1; the rest is the next token's.
  public var mix: Float
  /// Of the reverse divergence: the least logarithm of a target's probability, in nats.
  public var floor: Float

  /// The properties say what each argument is.
  public init(
    judge: Judge = .teacher, settled: Settled = .reverse, threshold: Float = 0.8,
    temperature: Float = 1, mix: Float = 1, floor: Float = -40
  ) {
    self.judge = judge
    self.settled = settled
    self.threshold = threshold
    self.temperature = temperature
    self.mix = mix
    self.floor = floor
  }

  public var readsDistributions: Bool { true }

  public func misfit(_ targets: (any TargetRows)?) -> String? {
    targets?.areWhole == false
      ? "the likeliest tokens alone; an entropy is of all tokens" : nil
  }

  /// Runs of rows that go one way are one call each, in their order.
  ///
  /// - Returns: sums over the rows; `divergence` is the forward divergence, as for every loss.
  public func callAsFunction(_ given: LossTile) -> SoftLossSums {
    let tile = given.expanded()
    let entropies =
      judge == .teacher
      ? tile.targetEntropies()
      : rowEntropies(tile.logits, vocabulary: tile.vocabulary, rows: tile.tokens.count)
    let open = ForwardDivergence(temperature: temperature, mix: mix)
    let other: any RowLoss =
      switch settled {
      case .reverse: ReverseDivergence(temperature: temperature, mix: mix, floor: floor)
      case .nextToken: ForwardDivergence(mix: 0)
      }
    return tile.sums(ofRunsIn: entropies.map { $0 >= threshold }) { $1 ? open($0) : other($0) }
  }
}

extension LossTile {
  /// The tile with rows of a few tokens written out.
  func expanded() -> LossTile {
    guard case .sparse(let all, let rows, let room) = distributions else { return self }
    Kernels.check(rows: rows.span, of: all.rowCount, R: tokens.count)
    all.expand(rows, tokens: tokens.span, vocabulary: vocabulary, into: room)
    return LossTile(
      logits: logits, vocabulary: vocabulary, tokens: tokens, weights: weights,
      distributions: .logits(room), gradientScale: gradientScale, scratch: scratch)
  }

  /// Entropies of the rows' targets, in nats; NaN where a target is no distribution.
  ///
  /// - Precondition: whole distributions.
  func targetEntropies() -> [Float] {
    let R = tokens.count
    switch distributions {
    case .logits(let all): return rowEntropies(all, vocabulary: vocabulary, rows: R)
    case .halves(let all, let rows):
      Kernels.check(rows: rows.span, of: all.count / vocabulary, R: R)
      return [Float](unsafeUninitializedCapacity: R) { entropies, count in
        rows.withUnsafeBufferPointer { rows in
          ck_row_entropies(
            R, vocabulary, nil, all.pointer, rows.baseAddress, entropies.baseAddress)
        }
        count = R
      }
    default: preconditionFailure("a loss on whole distributions without any")
    }
  }
}

/// Entropies of `softmax(x)`, in nats.
///
/// - Parameter x: `(R, V)` logits; -infinity is probability 0.
public func rowEntropies(_ x: Floats, vocabulary V: Int, rows R: Int) -> [Float] {
  precondition(V > 0 && x.count >= R * V)
  return [Float](unsafeUninitializedCapacity: R) { entropies, count in
    ck_row_entropies(R, V, x.pointer, nil, nil, entropies.baseAddress)
    count = R
  }
}
