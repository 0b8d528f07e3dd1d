/// Whether a text could state a number at all.
enum AnswerDigits {
  /// Whether the digits of a number appear anywhere in a text, even if only across spaces and
  /// marks, or whether the text contains anything that could be a number in words.
  ///
  /// Texts without them are rejected in any case: the result only describes the text further and
  /// accepts nothing.
  static func mayStand(_ number: Int, in text: [UInt8]) -> Bool {
    guard number > 0, text.count <= ChatLexer.byteLimit,
      text.allSatisfy({ (0x20...0x7E).contains($0) || $0 == LineReader.newline })
    else { return true }
    let words = text.split { !isLetter($0) }
      .map { String(decoding: $0, as: UTF8.self).lowercased() }
    guard !words.contains(where: { word in numberWords.contains { word.hasPrefix($0) } }) else {
      return true
    }
    let joined = text.filter { isLetter($0) || (0x30...0x39).contains($0) }
    let digits = Array(String(number).utf8)
    return joined.indices.dropLast(digits.count - 1).contains { start in
      joined[start..<(start + digits.count)].elementsEqual(digits)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Prefixes of number words.
  private static let numberWords = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
    "twent", "thirt", "fort", "fift", "nint", "hundred", "thousand", "million", "dozen", "score",
    "half", "twice", "thrice", "double", "triple", "single", "pair", "couple",
  ]
}
