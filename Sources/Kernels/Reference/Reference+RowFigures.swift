#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// The figures of one row, given as logarithms of probabilities; d is p with errors delta in its
  /// logarithms:
  ///
  ///     KL = sum_v p[v] (delta[v] + expm1(-delta[v])) + (log1p(S) - S),  S = sum_v p[v] expm1(-delta[v])
  ///
  /// This avoids the cancellation of a difference of two logarithms of sums.
  ///
  /// - Parameters:
  ///   - row: `(V)`; -infinity is probability 0.
  ///   - kept: `(V)`, the same as they were kept; -infinity: kept as impossible.
  ///   - sum: `sum_v exp(row[v])`, near 1.
  ///   - token: the next one.
  /// - Returns: the figures; `keptCrossEntropy` is not measured.
  public static func rowFigures(
    row: ArraySlice<Float>, kept: ArraySlice<Float>, sum: Double, token: Int
  ) -> RowFigures {
    let logSum = log(sum)
    var figures = RowFigures.unmeasured
    figures.crossEntropy = logSum - Double(row[row.startIndex + token])
    var bend = 0.0
    var shift = 0.0
    for (value, decoded) in zip(row, kept) {
      let p = Double(exp(value)) / sum
      if p == 0 || decoded == -.infinity { continue }
      figures.massKept += p
      figures.entropy -= p * (Double(value) - logSum)
      let delta = Double(value) - Double(decoded)
      let grown = less(delta)
      bend += p * (delta + grown)
      shift += p * grown
    }
    figures.divergence = max(0, bend + log1p(shift) - shift)
    return figures
  }

  /// expm1(-x), by its series where five terms are exact to a double's 1e-13.
  private static func less(_ x: Double) -> Double {
    guard abs(x) < 0x1p-8 else { return expm1(-x) }
    return -x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5))))
  }
}
