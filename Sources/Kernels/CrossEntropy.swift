internal import CKernels

/// Losses of some rows, each times the row's weight, summed in double.
public struct LossSums: Sendable, Equatable {
  /// The minimised loss, in nats.
  public var loss = 0.0
  /// `-log q[token]` at temperature 1, in nats.
  public var crossEntropy = 0.0
  /// `KL(target distribution || q)` at temperature 1, in nats; for a hard target the cross-entropy.
  public var divergence = 0.0

  /// Sums over some rows, in nats.
  public init(loss: Double = 0, crossEntropy: Double = 0, divergence: Double = 0) {
    self.loss = loss
    self.crossEntropy = crossEntropy
    self.divergence = divergence
  }

  /// Adds the sums of further rows, field by field.
  public static func += (a: inout LossSums, b: LossSums) {
    a.loss += b.loss
    a.crossEntropy += b.crossEntropy
    a.divergence += b.divergence
  }
}

/// Cross-entropy on the next token with probability 1 - epsilon, mixed with the uniform
/// distribution.
public struct NextToken: RowLoss, Equatable {
  /// 0 ..< 1; 0 is the next token alone.
  public var epsilon: Float

  /// - Parameter epsilon: share of the target spread over the whole vocabulary.
  public init(epsilon: Float = 0) { self.epsilon = epsilon }

  public var readsDistributions: Bool { false }

  public func misfit(_ targets: (any TargetRows)?) -> String? {
    epsilon >= 0 && epsilon < 1 ? nil : "label smoothing of \(epsilon); expected 0..<1"
  }

  public func callAsFunction(_ tile: LossTile) -> SoftLossSums {
    SoftLossSums(
      hardCrossEntropy(
        logits: tile.logits, vocabulary: tile.vocabulary, tokens: tile.tokens.span,
        weights: tile.weights.span, epsilon: epsilon, gradientScale: tile.gradientScale))
  }
}

/// Cross-entropy against the next token, possibly smoothed, and its gradient.
///
///     target = (1 - epsilon) onehot(token) + epsilon / V
///     loss   = -sum_v target[v] log q[v]
///     logits[v] <- gradientScale weight (q[v] - target[v])
///
/// - Parameters:
///   - logits: `(R, V)`, overwritten with the gradient; 0 where the weight is 0.
///   - tokens: `(R)`; weights: `(R)`.
/// - Returns: sums over the rows.
public func hardCrossEntropy(
  logits: Floats, vocabulary V: Int, tokens: Span<Int32>, weights: Span<Float>,
  epsilon: Float = 0, gradientScale: Float
) -> LossSums {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  var sums = ck_loss()
  tokens.withUnsafeBufferPointer { tokens in
    weights.withUnsafeBufferPointer { weights in
      ck_cross_entropy_hard(
        R, V, logits.pointer, tokens.baseAddress, weights.baseAddress, epsilon, gradientScale,
        &sums)
    }
  }
  return LossSums(sums)
}

/// `log softmax` of rows.
///
/// - Parameters:
///   - y: `(R, V)`, overwritten; may be `x`.
public func logSoftmax(y: Floats, x: Floats, rows R: Int, vocabulary V: Int) {
  precondition(V > 0 && x.count >= R * V && y.count >= R * V)
  ck_log_softmax(R, V, x.pointer, y.pointer)
}

extension LossSums {
  init(_ sums: ck_loss) {
    self.init(
      loss: sums.loss, crossEntropy: sums.crossEntropy, divergence: sums.divergence)
  }
}

func check(logits: Floats, V: Int, tokens: Span<Int32>, weights: Span<Float>) {
  precondition(V > 0 && logits.count >= tokens.count * V && weights.count == tokens.count)
  for t in tokens.indices { precondition(tokens[t] >= 0 && Int(tokens[t]) < V, "no such token") }
}
