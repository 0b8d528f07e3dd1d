public import Randomness

/// Changes of one text, made without knowledge of families.
public enum Mutations {
  /// Every typed change of a solution, each kind at a few random places.
  public static func typed(
    _ solution: [UInt8], using stream: inout RandomStream
  ) -> [(kind: String, text: [UInt8])] {
    var mutants: [(String, [UInt8])] = []
    for _ in 0..<3 {
      mutants += characters(solution, using: &stream)
      mutants += spaces(solution, using: &stream)
    }
    mutants += lines(solution, using: &stream)
    return mutants
  }

  /// Replaces a byte of the text by another of the alphabet: every pair, or `limit` random ones.
  public static func blind(
    _ text: [UInt8], alphabet: [UInt8], limit: Int, using stream: inout RandomStream
  ) -> [[UInt8]] {
    func replaced(_ place: Int, _ byte: UInt8) -> [UInt8] {
      var mutant = text
      mutant[place] = byte
      return mutant
    }
    if text.count * alphabet.count <= limit {
      return text.indices.flatMap { place in
        alphabet.filter { $0 != text[place] }.map { replaced(place, $0) }
      }
    }
    return (0..<limit).map { _ in
      replaced(stream.uniform(text.count), alphabet[stream.uniform(alphabet.count)])
    }
  }

  /// Digits, signs, operators, letters, look-alikes, inserted and lost bytes.
  private static func characters(
    _ text: [UInt8], using stream: inout RandomStream
  ) -> [(String, [UInt8])] {
    var mutants: [(String, [UInt8])] = []
    /// Replaces a random byte among those in `set` by one of `others` (a string each).
    func replace(
      _ kind: String, _ set: String, by others: (UInt8) -> [String], _ stream: inout RandomStream
    ) {
      let places = text.indices.filter { set.utf8.contains(text[$0]) }
      guard !places.isEmpty else { return }
      let place = places[stream.uniform(places.count)]
      for other in others(text[place]) {
        mutants.append((kind, Array(text[..<place]) + Array(other.utf8) + text[(place + 1)...]))
      }
    }
    func pick(_ set: String, _ stream: inout RandomStream) -> String {
      String(Array(set)[stream.uniform(set.count)])
    }
    let digit = pick("0123456789", &stream)
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    replace("digit", "0123456789", by: { _ in [digit] }, &stream)
    replace(
      "number", "0123456789",
      by: { byte in
        let digit = String(UnicodeScalar(byte))
        return ["0" + digit, digit + "0", digit + digit, "", "+" + digit, digit + ".0"]
      }, &stream)
    replace("sign", "0123456789x", by: { ["-" + String(UnicodeScalar($0))] }, &stream)
    replace("sign", "-", by: { _ in ["", "+", "--", "- "] }, &stream)
    replace("operator", "+-=/:,;", by: { _ in ["+", "-", "=", "/", ":", "*", ",", ""] }, &stream)
    replace("bracket", "{}", by: { _ in ["{", "}", "(", "", "{}", "{,"] }, &stream)
    let letter = pick(letters, &stream)
    replace("letter", letters, by: { _ in [letter, ""] }, &stream)
    replace("case", letters, by: { [String(UnicodeScalar($0 ^ 0x20))] }, &stream)
    replace(
      "look-alike", "0123456789",
      by: { byte in
        [0xFF10, 0x0660, 0x1D7CE, 0x2080].compactMap {
          UnicodeScalar(UInt32($0) + UInt32(byte - 0x30)).map(String.init)
        } + ["O", "l"]
      }, &stream)
    replace("look-alike", "-", by: { _ in ["\u{2212}", "\u{2013}", "\u{FF0D}"] }, &stream)
    replace("look-alike", "+=:", by: { _ in ["\u{FF0B}", "\u{FF1D}", "\u{FF1A}"] }, &stream)
    replace("look-alike", "Aex", by: { _ in ["\u{410}", "\u{435}", "\u{445}"] }, &stream)
    replace("look-alike", " ", by: { _ in ["\u{A0}", "\t", "\u{2003}", "\u{200B} "] }, &stream)
    replace("line end", "\n", by: { _ in ["\r\n", "\r", "\n\n", " ", "\u{2028}"] }, &stream)
    let place = stream.uniform(text.count + 1)
    let inserted: [[UInt8]] = [
      [0], [9], [10], [13], [0x20], [0x7F], [0x80], [0xFF], [0xC3, 0x28], [0xEF, 0xBB, 0xBF],
      [UInt8(stream.uniform(256))], Array(pick("0123456789+-=xA", &stream).utf8),
    ]
    for bytes in inserted {
      mutants.append(("inserted byte", Array(text[..<place]) + bytes + text[place...]))
    }
    if !text.isEmpty {
      var shorter = text
      shorter.remove(at: stream.uniform(text.count))
      mutants.append(("lost byte", shorter))
      mutants.append(("cut", Array(text.prefix(stream.uniform(text.count)))))
    }
    return mutants
  }

  /// Spaces between lexemes, at line ends, inside words: often without effect on meaning.
  private static func spaces(
    _ text: [UInt8], using stream: inout RandomStream
  ) -> [(String, [UInt8])] {
    var wide: [UInt8] = []
    for (index, byte) in text.enumerated() {
      wide.append(byte)
      let next = index + 1 < text.count ? text[index + 1] : 0x0A
      let isInside = isWordByte(byte) && isWordByte(next)
      if !isInside, stream.uniform(2) == 0 {
        wide += Array(repeating: 0x20, count: 1 + stream.uniform(3))
      }
    }
    let place = stream.uniform(text.count + 1)
    return [
      ("spaces", wide), ("spaces", wide + [0x0A]), ("spaces", [0x20] + text),
      ("spaces", Array(text[..<place]) + [0x20] + text[place...]),
      ("spaces", text.filter { $0 != 0x20 }),
    ]
  }

  /// The text with spaces added between lexemes, at line ends, and as far as that goes between all
  /// of them: the same trace.
  static func spaced(_ text: [UInt8], using stream: inout RandomStream) -> [[UInt8]] {
    func widened(_ chance: Int, _ stream: inout RandomStream) -> [UInt8] {
      var wide: [UInt8] = stream.uniform(2) == 0 ? [0x20] : []
      for (index, byte) in text.enumerated() {
        wide.append(byte)
        let next = index + 1 < text.count ? text[index + 1] : 0x0A
        if !(isWordByte(byte) && isWordByte(next)), stream.uniform(chance) == 0 {
          wide.append(0x20)
        }
      }
      return wide
    }
    return [widened(1, &stream), widened(4, &stream), text + [0x0A]]
  }

  /// Steps dropped, repeated, swapped, joined, cut off; answers changed, repeated, added.
  private static func lines(
    _ text: [UInt8], using stream: inout RandomStream
  ) -> [(String, [UInt8])] {
    let whole = text.last == 0x0A ? text.dropLast() : text[...]
    let lines = whole.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    var mutants: [(String, [UInt8])] = []
    func add(_ kind: String, _ lines: [[UInt8]]) {
      mutants.append((kind, Array(lines.joined(separator: [0x0A]))))
    }
    for index in lines.indices {
      var changed = lines
      changed.remove(at: index)
      add("dropped step", changed)
      changed = lines
      changed.insert(lines[index], at: index)
      add("repeated step", changed)
      changed = lines
      changed.swapAt(index, stream.uniform(lines.count))
      add("swapped steps", changed)
      add("truncated", Array(lines[..<index]))
      add("truncated", Array(lines[..<index]) + [lines[lines.count - 1]])
      changed = lines
      changed[index] = []
      add("emptied step", changed)
      changed = lines
      changed.insert(index == 0 ? [0x20] : [], at: index)
      add("inserted empty line", changed)
      if index > 0 {
        let joined = lines[index - 1] + [0x20] + lines[index]
        add("joined steps", lines[..<(index - 1)] + [joined] + lines[(index + 1)...])
      }
      add("numbered step", lines.enumerated().map { $0 == index ? Array("1. ".utf8) + $1 : $1 })
    }
    let answer = lines[lines.count - 1]
    let value = Array(answer.dropFirst(8))
    let body = Array(lines.dropLast())
    let answers: [[UInt8]] = [
      [], Array("-".utf8) + value, value + value, value + Array("/1".utf8), Array("0".utf8) + value,
      Array("-0".utf8), Array("0".utf8), Array("1".utf8), Array("A".utf8), Array("B".utf8),
      value + Array(".".utf8), value + Array(" ".utf8) + value, value.reversed(),
    ]
    for other in answers { add("answer", body + [Array("Answer: ".utf8) + other]) }
    for word in ["answer: ", "Answer ", "Answer:", "Answer : ", "ANSWER: ", "Answer:: ", "", "So "]
    {
      add("answer word", body + [Array(word.utf8) + value])
    }
    add("line after answer", lines + [answer])
    add("line after answer", lines + [[], []])
    add("line after answer", lines + [[0x20]])
    add("line after answer", lines + (body.last.map { [$0] } ?? [[0x41]]))
    add("trailing newline", lines + [[]])
    return mutants
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
