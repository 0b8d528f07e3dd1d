/// The text rules of traces, written for the tests from the format's description alone.
///
/// A lexeme is a maximal run of ASCII letters and digits, or any other single byte; runs of
/// spaces separate lexemes and mean nothing else. The normal form of a line puts one space
/// between any two lexemes, so two lines mean the same if and only if their normal forms are equal.
public enum NormalText {
  /// The lines of a text, one newline at the very end forgiven.
  public static func lines(_ text: [UInt8]) -> [[UInt8]] {
    let whole = text.last == 0x0A ? text.dropLast() : text[...]
    return whole.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
  }

  public static func lexemes(_ line: [UInt8]) -> [[UInt8]] {
    var lexemes: [[UInt8]] = []
    var word: [UInt8] = []
    for byte in line {
      if isWordByte(byte) {
        word.append(byte)
        continue
      }
      if !word.isEmpty { lexemes.append(word) }
      word = []
      if byte != 0x20 { lexemes.append([byte]) }
    }
    return word.isEmpty ? lexemes : lexemes + [word]
  }

  public static func normal(_ line: [UInt8]) -> [UInt8] {
    Array(lexemes(line).joined(separator: [0x20]))
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
