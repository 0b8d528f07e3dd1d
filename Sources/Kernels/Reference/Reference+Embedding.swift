extension Reference {
  /// Rows `(T, C)` of `table` `(V, C)`.
  public static func embeddingForward(table: [Double], tokens: [Int], width C: Int) -> [Double] {
    tokens.flatMap { table[($0 * C)..<($0 * C + C)] }
  }

  /// Gradient `(V, C)` of `embeddingForward` for `dY` `(T, C)`.
  public static func embeddingBackward(
    dY: [Double], tokens: [Int], vocabulary V: Int, width C: Int
  ) -> [Double] {
    var d = [Double](repeating: 0, count: V * C)
    for (t, token) in tokens.enumerated() {
      for j in 0..<C { d[token * C + j] += dY[t * C + j] }
    }
    return d
  }
}
