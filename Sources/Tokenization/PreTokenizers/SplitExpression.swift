/// The supported regular expressions, each by its exact text, implemented by hand-written scanners.
///
/// The matches of each cover the whole text. A byte that is not part of valid UTF-8 counts as a
/// symbol.
package enum SplitExpression: String, Sendable, CaseIterable {
  /// GPT-2 (Radford et al. 2019); used by `ByteLevel` with `use_regex`.
  case gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  /// Llama 3.
  case llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// Qwen 2 and 3: Llama 3's with single numerals.
  case qwen2 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// Mistral's Tekken, from Nemo on: words end before the next upper-case letter.
  case tekken =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// End of the match that begins at `start`.
  ///
  /// - Precondition: `start < bytes.count`, and a match ended there.
  @inline(__always)
  package func end(of bytes: [UInt8], from start: Int) -> Int {
    switch self {
    case .gpt2: GPT2Scanner.end(of: bytes, from: start)
    case .llama3: WordScanner.end(of: bytes, from: start, numerals: 3)
    case .qwen2: WordScanner.end(of: bytes, from: start, numerals: 1)
    case .tekken: CasedWordScanner.end(of: bytes, from: start)
    }
  }
}

/// Character runs shared by several expressions.
enum ScalarRun {
  /// End of the run of scalars of one category from `start` on.
  @inline(__always)
  static func end(of category: ScalarCategory, _ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if found != category { break }
      at += length
    }
    return at
  }

  /// `\p{L}*`
  @inline(__always)
  static func endOfLetters(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if !found.isLetter { break }
      at += length
    }
    return at
  }

  /// `[^\s\p{L}\p{N}]*`
  @inline(__always)
  static func endOfSymbols(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if found != .other && found != .mark { break }
      at += length
    }
    return at
  }

  /// `\s+(?!\S)|\s+`, or `\s*[\r\n]+|\s+(?!\S)|\s+` with `lineEnds`: white space leaves its last
  /// character to what follows, unless it has only one; with line ends it ends after the last of
  /// them.
  static func endOfSpace(_ bytes: [UInt8], _ start: Int, lineEnds: Bool) -> Int {
    var at = start
    var last = start
    var lineEnd: Int?
    while at < bytes.count {
      let (found, length) = ScalarCategory.at(bytes, at)
      if found != .space { break }
      if lineEnds, bytes[at] == 0x0A || bytes[at] == 0x0D { lineEnd = at + 1 }
      last = at
      at += length
    }
    if let lineEnd { return lineEnd }
    return at == bytes.count || last == start ? at : last
  }
}

/// `SplitExpression.gpt2`.
enum GPT2Scanner {
  @inline(__always)
  static func end(of bytes: [UInt8], from start: Int) -> Int {
    let (first, length) = ScalarCategory.at(bytes, start)
    if bytes[start] == 0x20, start + 1 < bytes.count {
      let (second, secondLength) = ScalarCategory.at(bytes, start + 1)
      if second != .space { return endOfRun(second, bytes, start + 1 + secondLength) }
    } else if bytes[start] == UInt8(ascii: "'"),
      let end = Contraction.end(of: bytes, from: start, ignoringCase: false)
    {
      return end
    }
    if first == .space { return ScalarRun.endOfSpace(bytes, start, lineEnds: false) }
    return endOfRun(first, bytes, start + length)
  }

  @inline(__always)
  private static func endOfRun(_ kind: ScalarCategory, _ bytes: [UInt8], _ at: Int) -> Int {
    switch kind {
    case .number: ScalarRun.end(of: .number, bytes, at)
    case .other, .mark: ScalarRun.endOfSymbols(bytes, at)
    default: ScalarRun.endOfLetters(bytes, at)
    }
  }
}

/// `'s 't 'm 'd 're 've 'll`.
enum Contraction {
  /// - Parameter start: position of the apostrophe.
  static func end(of bytes: [UInt8], from start: Int, ignoringCase: Bool) -> Int? {
    guard start + 1 < bytes.count else { return nil }
    func letter(_ at: Int) -> UInt8 {
      guard at < bytes.count else { return 0 }
      let byte = bytes[at]
      return ignoringCase && byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
    switch letter(start + 1) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return letter(start + 2) == UInt8(ascii: "e") ? start + 3 : nil
    case UInt8(ascii: "l"):
      return letter(start + 2) == UInt8(ascii: "l") ? start + 3 : nil
    case 0xC5:
      // U+017F, the long s, matches s when case is ignored.
      return ignoringCase && letter(start + 2) == 0xBF ? start + 3 : nil
    default: return nil
    }
  }
}
