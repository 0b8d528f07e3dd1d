#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// Logarithms of `sum_i weight_i softmax(logits_i)`, by the definition.
  public static func mixture(of rows: [(weight: Double, logits: [Double])]) -> [Double] {
    let count = rows.first?.logits.count ?? 0
    var sum = [Double](repeating: 0, count: count)
    for (weight, logits) in rows {
      for (v, logarithm) in logSoftmax(logits).enumerated() { sum[v] += weight * exp(logarithm) }
    }
    return sum.map { log($0) }
  }
}
