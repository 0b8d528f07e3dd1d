#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// `MixtureDivergence` of one row, by the definitions.
  ///
  /// - Parameters:
  ///   - logits: `(V)`.
  ///   - targets: `(V)` logarithms of probabilities up to a constant; -infinity is probability 0.
  public static func mixtureDivergence(
    _ kind: MixtureDivergence.Kind, logits: [Double], targets: [Double], token: Int,
    temperature T: Double, mix: Double
  ) -> (sums: LossSums, gradient: [Double]) {
    let logQ = logSoftmax(logits)
    let q = logSoftmax(logits.map { $0 / T }).map(exp)
    let p = logSoftmax(targets.map { $0 / T }).map(exp)
    /// a log (a / b), 0 for a = 0.
    func term(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * log(a / b) }
    var found = 0.0
    var slopes: [Double] = []
    var size = T * T
    for (p, q) in zip(p, q) {
      switch kind {
      case .jensenShannon(let share):
        let beta = Double(share)
        let m = beta * p + (1 - beta) * q
        found += beta * term(p, m) + (1 - beta) * term(q, m)
        slopes.append((1 - beta) * log(q / m))
      case .skewForward(let share):
        let m = Double(share) * p + (1 - Double(share)) * q
        found += term(p, m)
        slopes.append(-(1 - Double(share)) * p / m)
      case .skewReverse(let share):
        let m = Double(share) * q + (1 - Double(share)) * p
        found += term(q, m)
        slopes.append(log(q / m) + 1 - Double(share) * q / m)
      case .totalVariation:
        size = T
        found += abs(p - q) / 2
        slopes.append(q > p ? 0.5 : q < p ? -0.5 : 0)
      }
    }
    let mean = zip(q, slopes).reduce(0) { $0 + $1.0 * $1.1 }
    let sums = LossSums(
      loss: mix * size * found - (1 - mix) * logQ[token], crossEntropy: -logQ[token],
      divergence: divergence(logSoftmax(targets), logQ))
    let gradient = logits.indices.map { v in
      mix * size / T * q[v] * (slopes[v] - mean)
        + (1 - mix) * (exp(logQ[v]) - (v == token ? 1 : 0))
    }
    return (sums, gradient)
  }
}
