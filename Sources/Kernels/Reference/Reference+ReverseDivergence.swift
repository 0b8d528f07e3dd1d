#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// `ReverseDivergence` of one row.
  ///
  /// - Parameters:
  ///   - logits: `(V)`.
  ///   - targets: `(V)` logarithms of probabilities up to a constant; -infinity is probability 0.
  public static func reverseDivergence(
    logits: [Double], targets: [Double], token: Int, temperature T: Double, mix: Double,
    floor: Double
  ) -> (sums: LossSums, gradient: [Double]) {
    let logQ = logSoftmax(logits)
    let logQT = logSoftmax(logits.map { $0 / T })
    let logPT = logSoftmax(logSoftmax(targets).map { max($0, floor) / T })
    let found = divergence(logQT, logPT)
    let sums = LossSums(
      loss: mix * T * T * found - (1 - mix) * logQ[token], crossEntropy: -logQ[token],
      divergence: divergence(logSoftmax(targets), logQ))
    let gradient = logits.indices.map { v in
      mix * T * exp(logQT[v]) * (logQT[v] - logPT[v] - found)
        + (1 - mix) * (exp(logQ[v]) - (v == token ? 1 : 0))
    }
    return (sums, gradient)
  }
}
