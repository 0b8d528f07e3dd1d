extension TerminalText {
  /// Terminal columns that the text occupies: two for a wide character, none for a combining mark.
  public static func columns(of text: some StringProtocol) -> Int {
    // Fast path for ASCII, the common case in tables.
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + columns(of: $1) }
  }

  /// The longest prefix of `text` of at most `columns` columns.
  public static func prefix(of text: Substring, columns limit: Int) -> Substring {
    var used = 0
    var end = text.startIndex
    while end < text.endIndex {
      let width = columns(of: text[end])
      guard used + width <= limit else { break }
      used += width
      end = text.index(after: end)
    }
    return text[..<end]
  }

  /// `text` padded with spaces to `columns` columns.
  public static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - self.columns(of: text)))
  }

  /// Terminals size a grapheme cluster by its first scalar that has a width.
  private static func columns(of character: Character) -> Int {
    for scalar in character.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: continue
      default: break
      }
      if isWide(scalar) { return 2 }
      // A character with an emoji presentation selector.
      return character.unicodeScalars.contains("\u{FE0F}") ? 2 : 1
    }
    return 0
  }

  /// Wide or full-width by Unicode's annex 11, in ranges that cover every wide script.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2E80...0x303E,
      0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF,
      0x20000...0x3FFFD:
      return true
    default: return scalar.properties.isEmojiPresentation
    }
  }
}
