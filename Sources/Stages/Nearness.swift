/// Suggests a known word for a misspelt one.
package enum Nearness {
  /// ` -- did you mean X?` for the nearest of `known` within three edits; else nothing.
  package static func hint(_ word: String, among known: [String]) -> String {
    let near = known.map { (word: $0, edits: distance($0, word)) }.min { $0.edits < $1.edits }
    guard let near, near.edits <= 3, near.edits < max(word.utf8.count, 2) else { return "" }
    return " -- did you mean \(near.word)?"
  }

  /// Edits (insert, delete, replace) between two words (Levenshtein 1966).
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b.utf8)
    var row = Array(0...b.count)
    for (i, x) in a.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
