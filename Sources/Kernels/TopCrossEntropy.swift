internal import CKernels

/// Rows of the k likeliest tokens.
public struct TopRows: Sendable, Equatable {
  /// How the loss treats the tokens outside the head.
  public enum Tail: Sendable, Equatable {
    /// One outcome: only their sum is compared.
    case bucket
    /// All alike: each has an equal share of the tail's mass.
    case spread
  }

  /// Tokens per row.
  public let k: Int
  /// `(T, k)`, different within a row.
  public let ids: [Int32]
  /// `(T, k)` natural logarithms of probabilities; -infinity is probability 0.
  public let logProbabilities: [Float]
  /// `(T)`: probability of all other tokens together. With the head's it sums to 1 within 0.001;
  /// the loss divides by the sum.
  public let tails: [Float]
  /// Of all the rows; the default of `init` is `bucket`.
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

/// Cross-entropy against the likeliest tokens of each row and the mass of all others, at
/// temperature 1, and its gradient.
///
///     loss = mix KL(p || q) + (1 - mix) CE
///     bucket: logits[v] <- s (q[v] - mix P q[v] / Q),  spread: s (q[v] - mix P / (V - k)),  v in the tail
///
/// - Parameters:
///   - targets: rows of k tokens; a row that is no distribution over different tokens is bad.
///   - rows: `(R)`, the row of `targets` for each row of the logits.
///   - scratch: at least 2 k floats.
public func topCrossEntropy(
  logits: Floats, vocabulary V: Int, targets: TopRows, rows: Span<Int32>, tokens: Span<Int32>,
  weights: Span<Float>, mix: Float, gradientScale: Float, scratch: Floats
) -> SoftLossSums {
  let R = tokens.count
  let k = targets.k
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(k <= V && scratch.count >= 2 * k)
  check(rows: rows, of: targets.tails.count, R: R)
  var sums = ck_loss()
  var bad = -1
  tokens.withUnsafeBufferPointer { tokens in
    rows.withUnsafeBufferPointer { rows in
      weights.withUnsafeBufferPointer { weights in
        targets.ids.withUnsafeBufferPointer { ids in
          targets.logProbabilities.withUnsafeBufferPointer { logP in
            targets.tails.withUnsafeBufferPointer { tails in
              ck_cross_entropy_top(
                R, V, k, logits.pointer, ids.baseAddress, logP.baseAddress, tails.baseAddress,
                targets.tail == .spread ? 1 : 0, rows.baseAddress, tokens.baseAddress,
                weights.baseAddress, mix, gradientScale, scratch.pointer, &sums, &bad)
            }
          }
        }
      }
    }
  }
  return SoftLossSums(sums, bad: bad)
}
