#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// Losses and gradient `(V)` of one row whose target names a few tokens.
  ///
  /// - Parameters:
  ///   - ids, logs: the entries; none: the next token alone.
  ///   - odds: `log(tail / entries)` at temperature 1 and at T; `nil`: `exp(logs)` are weights as
  ///     they are, and T is 1.
  ///   - tail: what becomes of the mass of all other tokens.
  ///   - entropy: taken off the loss of weights as they are.
  public static func sparseCrossEntropy(
    logits: [Double], ids: [Int], logs: [Double], odds: (one: Double, atT: Double)?,
    tail: TailPolicy, entropy: Double = 0, token: Int, temperature T: Double, mix: Double
  ) -> (sums: LossSums, gradient: [Double]) {
    let logQ = logSoftmax(logits)
    func term(_ T: Double, _ odds: Double?) -> (loss: Double, gradient: [Double]) {
      let logQ = logSoftmax(logits.map { $0 / T })
      var target = [Double](repeating: 0, count: logits.count)
      var P = 0.0
      let isHard = ids.isEmpty
      if isHard { target[token] = 1 }
      if let odds, !isHard {
        let powers = logs.map { exp($0 / T) }
        let share = 1 / (1 + exp(odds))
        for (id, power) in zip(ids, powers) { target[id] = power / powers.reduce(0, +) * share }
        P = 1 - share
        if tail == .renormalise {
          for id in ids { target[id] /= share }
          P = 0
        } else if tail == .toLabel {
          target[token] += P
          P = 0
        }
      } else if !isHard {
        for (id, log) in zip(ids, logs) { target[id] = exp(log) }
      }
      let isKept = odds != nil || isHard
      var loss = isKept ? 0 : -entropy
      for (v, w) in target.enumerated() where w > 0 {
        loss += w * ((isKept ? log(w) : 0) - logQ[v])
      }
      let W = target.reduce(0, +)
      var gradient = logits.indices.map { (W + P) * exp(logQ[$0]) - target[$0] }
      if P > 0 {
        let outside = logits.indices.filter { !ids.contains($0) }
        let Q = outside.reduce(0) { $0 + exp(logQ[$1]) }
        loss += P * (log(P) - log(Q))
        for v in outside { gradient[v] -= P * exp(logQ[v]) / Q }
      }
      return (loss, gradient)
    }
    let one = term(1, odds?.one)
    let atT = ids.isEmpty ? one : term(T, odds?.atT)
    let scale = ids.isEmpty ? 1 : T
    let sums = LossSums(
      loss: mix * scale * scale * atT.loss - (1 - mix) * logQ[token], crossEntropy: -logQ[token],
      divergence: one.loss)
    let gradient = logits.indices.map { v in
      mix * scale * atT.gradient[v] + (1 - mix) * (exp(logQ[v]) - (v == token ? 1 : 0))
    }
    return (sums, gradient)
  }
}
