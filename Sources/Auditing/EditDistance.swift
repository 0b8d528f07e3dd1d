/// Levenshtein's distance (1966): the least number of bytes to insert, drop or replace.
enum EditDistance {
  /// - Parameter limit: distances of this or more are given as any number not below it.
  /// - Complexity: O(a b) time, O(b) memory.
  static func between(_ a: [UInt8], _ b: [UInt8], below limit: Int) -> Int {
    var row = Array(0...b.count)
    for (i, byte) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      var least = row[0]
      for j in 0..<b.count {
        let replaced = diagonal + (byte == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(row[j], row[j + 1]) + 1)
        least = min(least, row[j + 1])
      }
      // Distances only grow along a path.
      if least >= limit { return least }
    }
    return row[b.count]
  }
}
