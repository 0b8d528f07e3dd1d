#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// Entropy of `softmax(logits)`, in nats.
  public static func entropy(_ logits: [Double]) -> Double {
    logSoftmax(logits).reduce(0) { $1 == -.infinity ? $0 : $0 - exp($1) * $1 }
  }

  /// `EntropyRoutedDivergence` of one row, by the definitions.
  ///
  /// - Parameters:
  ///   - logits: `(V)`.
  ///   - targets: `(V)` logarithms of probabilities up to a constant; -infinity is probability 0.
  public static func entropyRouted(
    _ loss: EntropyRoutedDivergence, logits: [Double], targets: [Double], token: Int
  ) -> (sums: LossSums, gradient: [Double]) {
    let (T, mix) = (Double(loss.temperature), Double(loss.mix))
    let judged = entropy(loss.judge == .teacher ? targets : logits)
    if judged >= Double(loss.threshold) {
      return softCrossEntropy(
        logits: logits, targets: targets, token: token, temperature: T, mix: mix)
    }
    switch loss.settled {
    case .reverse:
      return reverseDivergence(
        logits: logits, targets: targets, token: token, temperature: T, mix: mix,
        floor: Double(loss.floor))
    case .nextToken:
      return softCrossEntropy(
        logits: logits, targets: targets, token: token, temperature: 1, mix: 0)
    }
  }
}
