internal import Randomness

// How an input is changed.
extension Fuzzing {
  /// Numbers at the edges of what readers hold.
  private static let edges = [
    "0", "-0", "-1", "1", "00", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "18446744073709551616", "99999999999999999999999999", "1/0", "0/0",
    "2147483648", "1e9", "0x10",
  ].map { Array($0.utf8) }

  /// One random change of a text: of bytes, of numbers, of words, of lines, or by another text.
  static func change(
    _ text: inout [UInt8], _ other: [UInt8], using stream: inout RandomStream
  ) {
    let place = stream.uniform(text.count + 1)
    let end = min(text.count, place + 1 + stream.uniform(12))
    switch stream.uniform(14) {
    case 0: text.insert(UInt8(stream.uniform(256)), at: place)
    case 1: if place < text.count { text[place] = UInt8(stream.uniform(256)) }
    case 2:
      // A byte that the text has already is one that its reader knows.
      if place < text.count { text[place] = text[stream.uniform(text.count)] }
    case 3: text.removeSubrange(place..<end)
    case 4: text.insert(contentsOf: Array(text[place..<end]), at: place)
    case 5:
      if text.count > 1 { text.swapAt(stream.uniform(text.count), stream.uniform(text.count)) }
    case 6: replaceNumber(&text, near: place, by: edges[stream.uniform(edges.count)])
    case 7:
      let cut = stream.uniform(other.count + 1)
      text = Array(text[..<place]) + other[cut...]
    case 8:
      var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
      lines.swapAt(stream.uniform(lines.count), stream.uniform(lines.count))
      text = Array(lines.joined(separator: [0x0A]))
    case 9:
      let run = Array(repeating: text[place..<end], count: 1 << stream.uniform(8)).flatMap { $0 }
      text.insert(contentsOf: run, at: place)
    case 10:
      if place < text.count, (0x30...0x39).contains(text[place]) {
        text[place] = 0x30 + UInt8(stream.uniform(10))
      }
    default: changeWord(&text, other, using: &stream)
    }
  }

  /// Removes a word, writes it twice, or puts another in its place, from the same line as often as
  /// from all of both texts: a reader that looks for a word may find it where it never stands.
  private static func changeWord(
    _ text: inout [UInt8], _ other: [UInt8], using stream: inout RandomStream
  ) {
    let words = words(of: text)
    guard !words.isEmpty else { return }
    let chosen = words[stream.uniform(words.count)]
    switch stream.uniform(4) {
    case 0: text.removeSubrange(chosen)
    case 1: text.insert(contentsOf: text[chosen] + [0x20], at: chosen.lowerBound)
    case 2:
      let line = words.filter { !text[lines(from: $0, to: chosen)].contains(0x0A) }
      text.replaceSubrange(chosen, with: Array(text[line[stream.uniform(line.count)]]))
    default:
      let others = Self.words(of: other)
      let pick = stream.uniform(words.count + others.count)
      let word = pick < words.count ? text[words[pick]] : other[others[pick - words.count]]
      text.replaceSubrange(chosen, with: Array(word))
    }
  }

  private static func lines(from a: Range<Int>, to b: Range<Int>) -> Range<Int> {
    min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
  }

  /// The maximal runs of bytes other than spaces and newlines.
  private static func words(of text: [UInt8]) -> [Range<Int>] {
    text.split { $0 == 0x20 || $0 == 0x0A }.map { $0.startIndex..<$0.endIndex }
  }

  /// Replaces the first run of digits from a place on.
  private static func replaceNumber(_ text: inout [UInt8], near place: Int, by number: [UInt8]) {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard let start = text[place...].firstIndex(where: isDigit) else { return }
    let end = text[start...].firstIndex { !isDigit($0) } ?? text.count
    text.replaceSubrange(start..<end, with: number)
  }
}
