/// `SplitExpression.llama3` and `.qwen2`:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
///     | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
enum WordScanner {
  /// - Parameter numerals: maximum numerals per piece.
  @inline(__always)
  static func end(of bytes: [UInt8], from start: Int, numerals: Int) -> Int {
    let (first, length) = ScalarCategory.at(bytes, start)
    let next = start + length
    if first.isLetter { return ScalarRun.endOfLetters(bytes, next) }
    if first == .number { return endOfNumerals(bytes, next, more: numerals - 1) }
    if bytes[start] == UInt8(ascii: "'"),
      let end = Contraction.end(of: bytes, from: start, ignoringCase: true)
    {
      return end
    }
    guard next < bytes.count else { return next }
    let isLineEnd = bytes[start] == 0x0A || bytes[start] == 0x0D
    let (second, secondLength) = ScalarCategory.at(bytes, next)
    if second.isLetter, !isLineEnd { return ScalarRun.endOfLetters(bytes, next + secondLength) }
    if first != .space { return endOfSymbols(bytes, next) }
    if bytes[start] == 0x20, second == .other || second == .mark {
      return endOfSymbols(bytes, next + secondLength)
    }
    return ScalarRun.endOfSpace(bytes, start, lineEnds: true)
  }

  private static func endOfNumerals(_ bytes: [UInt8], _ start: Int, more: Int) -> Int {
    var at = start
    for _ in 0..<more {
      guard at < bytes.count else { break }
      let (found, length) = ScalarCategory.at(bytes, at)
      if found != .number { break }
      at += length
    }
    return at
  }

  /// `[^\s\p{L}\p{N}]*[\r\n]*`
  private static func endOfSymbols(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = ScalarRun.endOfSymbols(bytes, start)
    while at < bytes.count, bytes[at] == 0x0A || bytes[at] == 0x0D { at += 1 }
    return at
  }
}
