/// `SplitExpression.tekken`. With U for `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]` and D for
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` it reads
///
///     [^\r\n\p{L}\p{N}]?U*D+|[^\r\n\p{L}\p{N}]?U+D*|\p{N}
///     | ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// Caseless letters and marks are in both U and D; a mark may also be the optional first character.
enum CasedWordScanner {
  static func end(of bytes: [UInt8], from start: Int) -> Int {
    let (first, length) = ScalarCategory.at(bytes, start)
    let next = start + length
    if first == .number { return next }
    let isLineEnd = bytes[start] == 0x0A || bytes[start] == 0x0D
    let canPrecede = !first.isLetter && !isLineEnd
    // Each alternative is tried first with the optional first character, then without.
    if canPrecede, let end = endOfLowerEnding(bytes, next) { return end }
    if !canPrecede || first == .mark, let end = endOfLowerEnding(bytes, start) { return end }
    if canPrecede, let end = endOfUpperStart(bytes, next) { return end }
    if let end = endOfUpperStart(bytes, start) { return end }

    if first == .other || first == .mark { return endOfSymbols(bytes, next) }
    if bytes[start] == 0x20, next < bytes.count {
      let (second, secondLength) = ScalarCategory.at(bytes, next)
      if second == .other || second == .mark { return endOfSymbols(bytes, next + secondLength) }
    }
    return ScalarRun.endOfSpace(bytes, start, lineEnds: true)
  }

  @inline(__always)
  private static func isUpper(_ category: ScalarCategory) -> Bool {
    category == .upper || category == .letter || category == .mark
  }

  @inline(__always)
  private static func isLower(_ category: ScalarCategory) -> Bool {
    category == .lower || category == .letter || category == .mark
  }

  /// `U*D+`: U* backtracks for D+.
  private static func endOfLowerEnding(_ bytes: [UInt8], _ start: Int) -> Int? {
    var at = start
    var lastInBoth: Int?
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if !isUpper(found) {
        return found == .lower ? endOfLower(bytes, at + length) : lastInBoth
      }
      at += length
      if found != .upper { lastInBoth = at }
    }
    return lastInBoth
  }

  /// `U+D*`
  private static func endOfUpperStart(_ bytes: [UInt8], _ start: Int) -> Int? {
    var at = start
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if !isUpper(found) { break }
      at += length
    }
    return at == start ? nil : endOfLower(bytes, at)
  }

  /// `D*`
  private static func endOfLower(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if !isLower(found) { break }
      at += length
    }
    return at
  }

  /// `[^\s\p{L}\p{N}]*[\r\n/]*`
  private static func endOfSymbols(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = ScalarRun.endOfSymbols(bytes, start)
    while at < bytes.count,
      bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == UInt8(ascii: "/")
    { at += 1 }
    return at
  }
}
