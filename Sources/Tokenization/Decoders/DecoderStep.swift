/// One step in decoding token texts to bytes.
enum DecoderStep: Sendable, Equatable {
  /// Maps characters of the byte alphabet to their bytes.
  case byteLevel
  case replace([UInt8], with: [UInt8])
  /// Maps `<0xNN>` to that byte.
  case byteFallback
  /// Joins the token texts into one text for the following steps.
  case fuse
  /// Strips up to `start` and `end` occurrences of a character from the two ends.
  case strip([UInt8], start: Int, end: Int)

  /// Maximum factor by which a text may grow.
  var growth: Int {
    guard case .replace(let old, let new) = self else { return 1 }
    return (new.count + old.count - 1) / max(1, old.count)
  }

  /// - Parameter text: of one token, or of all tokens after `fuse`.
  func apply(to text: [UInt8]) -> [UInt8] {
    switch self {
    case .byteLevel: ByteAlphabet.bytes(of: text) ?? text
    case .replace(let old, let new):
      old.isEmpty ? text : NormalizerStep.replacing(old, with: new, in: text)
    case .byteFallback: FallbackToken.byte(of: text).map { [$0] } ?? text
    case .fuse: text
    case .strip(let character, let start, let end): Self.strip(character, start, end, text)
    }
  }

  private static func strip(
    _ character: [UInt8], _ start: Int, _ end: Int, _ text: [UInt8]
  ) -> [UInt8] {
    var first = 0
    for _ in 0..<start {
      guard NormalizerStep.begins(text, first, with: character) else { break }
      first += character.count
    }
    var last = text.count
    for _ in 0..<end {
      guard last - character.count >= first,
        NormalizerStep.begins(text, last - character.count, with: character)
      else { break }
      last -= character.count
    }
    return Array(text[first..<last])
  }
}

/// Tokens for single bytes in a character vocabulary: `<0x00>`…`<0xFF>`.
enum FallbackToken {
  static func text(of byte: UInt8) -> [UInt8] {
    let hex = String(byte, radix: 16, uppercase: true)
    return Array("<0x\(hex.count == 1 ? "0" : "")\(hex)>".utf8)
  }

  static func byte(of text: [UInt8]) -> UInt8? {
    guard text.count == 6, text.starts(with: "<0x".utf8), text[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: text[3..<5], as: UTF8.self), radix: 16)
  }
}
