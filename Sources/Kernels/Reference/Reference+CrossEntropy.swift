#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// `log softmax` of one row `(V)`.
  public static func logSoftmax(_ x: [Double]) -> [Double] {
    let top = x.max() ?? 0
    let logSum = log(x.reduce(0) { $0 + exp($1 - top) })
    return x.map { $0 - top - logSum }
  }

  /// `sum p (log p - log q)`, as `sum p (d + e^-d - 1)` with d = log p - log q: equal because p and
  /// q both sum to 1, and no term is negative, so nothing cancels where p and q are alike.
  static func divergence(_ logP: [Double], _ logQ: [Double]) -> Double {
    zip(logP, logQ).reduce(0) { sum, pair in
      let d = pair.0 - pair.1
      return sum + (pair.0 == -.infinity ? exp(pair.1) : exp(pair.0) * max(0, d + expm1(-d)))
    }
  }

  /// Losses and gradient `(V)` of one row with a hard or smoothed target.
  public static func hardCrossEntropy(
    logits: [Double], token: Int, epsilon: Double
  ) -> (sums: LossSums, gradient: [Double]) {
    let V = Double(logits.count)
    let logQ = logSoftmax(logits)
    var target = logits.map { _ in epsilon / V }
    target[token] += 1 - epsilon
    let loss = -zip(target, logQ).reduce(0.0) { $0 + $1.0 * $1.1 }
    let sums = LossSums(
      loss: loss, crossEntropy: -logQ[token],
      divergence: divergence(target.map { $0 == 0 ? -.infinity : log($0) }, logQ))
    return (sums, zip(logQ, target).map { exp($0) - $1 })
  }

  /// Losses and gradient `(V)` of one row with a whole distribution `(V)` as target.
  public static func softCrossEntropy(
    logits: [Double], targets: [Double], token: Int, temperature T: Double, mix: Double
  ) -> (sums: LossSums, gradient: [Double]) {
    let logQ = logSoftmax(logits)
    let logQT = logSoftmax(logits.map { $0 / T })
    let logPT = logSoftmax(targets.map { $0 / T })
    let sums = LossSums(
      loss: mix * T * T * divergence(logPT, logQT) - (1 - mix) * logQ[token],
      crossEntropy: -logQ[token], divergence: divergence(logSoftmax(targets), logQ))
    let gradient = logits.indices.map { v in
      mix * T * (exp(logQT[v]) - exp(logPT[v]))
        + (1 - mix) * (exp(logQ[v]) - (v == token ? 1 : 0))
    }
    return (sums, gradient)
  }

  /// Losses and gradient `(V)` of one row with its k likeliest tokens and the mass of all others as
  /// target.
  public static func topCrossEntropy(
    logits: [Double], ids: [Int], probabilities: [Double], tailMass: Double, tail: TopRows.Tail,
    token: Int, mix: Double
  ) -> (sums: LossSums, gradient: [Double]) {
    let logQ = logSoftmax(logits)
    let total = probabilities.reduce(tailMass, +)
    let isTail = logits.indices.map { !ids.contains($0) }
    let P = tailMass / total
    let Q = logits.indices.reduce(0) { isTail[$1] ? $0 + exp(logQ[$1]) : $0 }
    let each = P / Double(logits.count - ids.count)
    func term(_ p: Double, _ logQ: Double) -> Double { p == 0 ? 0 : p * (log(p) - logQ) }
    var target = [Double](repeating: 0, count: logits.count)
    var divergence = 0.0
    for (id, p) in zip(ids, probabilities) {
      target[id] = p / total
      divergence += term(p / total, logQ[id])
    }
    if tail == .bucket { divergence += term(P, log(Q)) }
    for v in logits.indices where isTail[v] {
      target[v] = tail == .bucket ? P * exp(logQ[v]) / Q : each
      if tail == .spread { divergence += term(each, logQ[v]) }
    }
    let gradient = logits.indices.map { v in
      mix * (exp(logQ[v]) - target[v]) + (1 - mix) * (exp(logQ[v]) - (v == token ? 1 : 0))
    }
    let sums = LossSums(
      loss: mix * divergence - (1 - mix) * logQ[token], crossEntropy: -logQ[token],
      divergence: divergence)
    return (sums, gradient)
  }
}
