internal import CKernels

/// Loss sums over rows, and the first row whose target is no distribution.
public struct SoftLossSums: Sendable, Equatable {
  /// Of the rows that are not bad.
  public var sums: LossSums
  /// The first row whose target is no distribution; it adds nothing to sums and gradient, and must
  /// not be trained on.
  public var badRow: Int?

  /// Sums of rows that are all distributions.
  public init(_ sums: LossSums = LossSums()) { self.sums = sums }

  /// Adds the sums of further rows, and keeps the lower of two bad rows: both count from one row.
  public static func += (a: inout SoftLossSums, b: SoftLossSums) {
    a.sums += b.sums
    if let row = b.badRow { a.badRow = min(a.badRow ?? row, row) }
  }

  init(_ sums: ck_loss, bad: Int) {
    self.sums = LossSums(sums)
    badRow = bad < 0 ? nil : bad
  }
}

/// Forward divergence from a target distribution, mixed with cross-entropy on the next token.
///
///     loss = mix T^2 KL(p_T || q_T) + (1 - mix) CE
public struct ForwardDivergence: RowLoss, Equatable {
  /// T, at which both distributions are compared.
  public var temperature: Float
  /// Weight of the divergence, 0 … 1.
  public var mix: Float

  /// - Parameters:
  ///   - temperature: divides the logarithms of both distributions; positive.
  ///   - mix: weight of the divergence, the rest is the next token's.
  public init(temperature: Float = 1, mix: Float = 1) {
    self.temperature = temperature
    self.mix = mix
  }

  public var readsDistributions: Bool { true }
  public var projectionShare: Float { mix }

  public func misfit(_ targets: (any TargetRows)?) -> String? {
    guard let targets, !targets.areKnown(at: temperature) else { return nil }
    return
      "labels of a few tokens at temperature \(temperature), where what they leave out is not known"
  }

  public func callAsFunction(_ tile: LossTile) -> SoftLossSums {
    switch tile.distributions {
    case .halves(let all, let rows):
      return softCrossEntropy(
        logits: tile.logits, vocabulary: tile.vocabulary, targets: all, rows: rows.span,
        tokens: tile.tokens.span, weights: tile.weights.span, options: self,
        gradientScale: tile.gradientScale, scratch: tile.scratch)
    case .logits(let all):
      return softCrossEntropy(
        logits: tile.logits, vocabulary: tile.vocabulary, targets: all,
        tokens: tile.tokens.span, weights: tile.weights.span, options: self,
        gradientScale: tile.gradientScale, scratch: tile.scratch)
    case .top(let all, let rows):
      return topCrossEntropy(
        logits: tile.logits, vocabulary: tile.vocabulary, targets: all, rows: rows.span,
        tokens: tile.tokens.span, weights: tile.weights.span, mix: mix,
        gradientScale: tile.gradientScale, scratch: tile.scratch)
    case .sparse(let all, let rows, _):
      return sparseCrossEntropy(
        logits: tile.logits, vocabulary: tile.vocabulary, targets: all, rows: rows.span,
        tokens: tile.tokens.span, weights: tile.weights.span, options: self,
        gradientScale: tile.gradientScale, scratch: tile.scratch)
    case .projected(let rows, let entropies): return projected(tile, rows, entropies)
    case nil: preconditionFailure("a loss on distributions without any")
    }
  }
}

/// Cross-entropy against whole distributions, and its gradient.
///
///     loss = mix T^2 KL(p_T || q_T) + (1 - mix) CE,   p_T = softmax(target / T), q_T alike
///     logits[v] <- gradientScale weight (mix T (q_T[v] - p_T[v]) + (1 - mix) (q[v] - onehot[v]))
///
/// - Parameters:
///   - logits: `(R, V)`, overwritten with the gradient; 0 where the weight is 0.
///   - targets: `(R, V)` logarithms of probabilities up to a constant; -infinity is probability 0.
///     A row with NaN, +infinity or nothing but -infinity is bad.
///   - scratch: at least 3 V floats.
/// - Returns: sums over the rows.
public func softCrossEntropy(
  logits: Floats, vocabulary V: Int, targets: Floats, tokens: Span<Int32>, weights: Span<Float>,
  options: ForwardDivergence, gradientScale: Float, scratch: Floats
) -> SoftLossSums {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(targets.count >= R * V && scratch.count >= 3 * V && options.temperature > 0)
  var sums = ck_loss()
  var bad = -1
  tokens.withUnsafeBufferPointer { tokens in
    weights.withUnsafeBufferPointer { weights in
      ck_cross_entropy_soft(
        R, V, logits.pointer, targets.pointer, tokens.baseAddress, weights.baseAddress,
        options.temperature, options.mix, gradientScale, scratch.pointer, &sums, &bad)
    }
  }
  return SoftLossSums(sums, bad: bad)
}

/// Same loss against distributions stored as halves; no float32 copy of a row is made.
///
/// - Parameters:
///   - targets: `(…, V)` logarithms of probabilities; a row whose probabilities do not sum to 1
///     within rounding is bad, and so is one with NaN, +infinity or logits in it.
///   - rows: `(R)`, the row of `targets` for each row of the logits.
public func softCrossEntropy(
  logits: Floats, vocabulary V: Int, targets: Halves, rows: Span<Int32>, tokens: Span<Int32>,
  weights: Span<Float>, options: ForwardDivergence, gradientScale: Float, scratch: Floats
) -> SoftLossSums {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(scratch.count >= 3 * V && options.temperature > 0)
  check(rows: rows, of: targets.count / V, R: R)
  var sums = ck_loss()
  var bad = -1
  tokens.withUnsafeBufferPointer { tokens in
    rows.withUnsafeBufferPointer { rows in
      weights.withUnsafeBufferPointer { weights in
        ck_cross_entropy_halves(
          R, V, logits.pointer, targets.pointer, rows.baseAddress, tokens.baseAddress,
          weights.baseAddress, options.temperature, options.mix, gradientScale, scratch.pointer,
          &sums, &bad)
      }
    }
  }
  return SoftLossSums(sums, bad: bad)
}

func check(rows: Span<Int32>, of count: Int, R: Int) {
  precondition(rows.count == R)
  for r in rows.indices { precondition(rows[r] >= 0 && Int(rows[r]) < count, "no such row") }
}
