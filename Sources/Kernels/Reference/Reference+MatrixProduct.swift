extension Reference {
  /// `(m, k) (k, n)`.
  public static func matrixProduct(
    _ a: [Double], _ b: [Double], m: Int, n: Int, k: Int
  ) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for p in 0..<k {
        for j in 0..<n { c[i * n + j] += a[i * k + p] * b[p * n + j] }
      }
    }
    return c
  }

  /// `(rows, columns)` to `(columns, rows)`.
  public static func transposed(_ a: [Double], rows: Int, columns: Int) -> [Double] {
    (0..<columns).flatMap { j in (0..<rows).map { i in a[i * columns + j] } }
  }
}
