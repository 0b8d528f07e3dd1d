/// Makes untrusted text safe for a terminal: characters that could control it, or hide or reorder
/// text, are shown as escapes.
///
/// Everything this program prints for people passes through here, in `StandardOutput` and
/// `StandardError`, so no command has to take care of it. Escapes are spelt as in JSON (`\u001b`),
/// so that JSON shown on a terminal stays the same JSON; an invalid UTF-8 byte is `\xff`.
public enum TerminalText {
  /// Maximum bytes of a line for people; longer ones lose their middle and say so.
  public static let lineLimit = 16 << 10
  /// Maximum bytes of a name, an id or another untrusted word inside a message.
  public static let wordLimit = 200

  /// Escapes every control character, every invisible or reordering character and every invalid
  /// UTF-8 byte. Tabs are kept, and newlines if `keepingNewlines`.
  public static func shown(_ bytes: [UInt8], keepingNewlines: Bool = true) -> [UInt8] {
    guard let first = bytes.firstIndex(where: { !isPlain($0, keepingNewlines) }) else {
      return bytes
    }
    var out = Array(bytes[..<first])
    out.reserveCapacity(bytes.count + 16)
    var at = first
    while at < bytes.count {
      let byte = bytes[at]
      if byte < 0x80 {
        if isPlain(byte, keepingNewlines) {
          out.append(byte)
        } else {
          escape(Unicode.Scalar(byte), into: &out)
        }
        at += 1
      } else if let (scalar, length) = scalar(of: bytes, at: at) {
        if isVisible(scalar) {
          out.append(contentsOf: bytes[at..<(at + length)])
        } else {
          escape(scalar, into: &out)
        }
        at += length
      } else {
        out.append(contentsOf: "\\x".utf8)
        out.append(hexDigits[Int(byte >> 4)])
        out.append(hexDigits[Int(byte & 15)])
        at += 1
      }
    }
    return out
  }

  /// Text as one line: newlines are escaped too; beyond `limit` bytes it loses its middle.
  public static func line(_ text: String, limit: Int = lineLimit) -> String {
    String(decoding: line(Array(text.utf8), limit: limit), as: UTF8.self)
  }

  /// An untrusted word for use inside a message: one line, short.
  public static func word(_ text: String) -> String { line(text, limit: wordLimit) }

  /// Bytes as one line.
  static func line(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    guard bytes.count > limit else { return shown(bytes, keepingNewlines: false) }
    // Keep both ends: the beginning says what it is, the end often why.
    let tail = limit / 4
    let head = scalarBoundary(of: bytes, near: limit - tail)
    let rest = scalarBoundary(of: bytes, near: bytes.count - tail)
    let cut = Array(" … (\(rest - head) bytes more) … ".utf8)
    return shown(Array(bytes[..<head]), keepingNewlines: false) + cut
      + shown(Array(bytes[rest...]), keepingNewlines: false)
  }

  /// Text of several lines, each as in `line`; only the first `lines` are kept.
  static func text(_ text: String, limit: Int, lines: Int) -> [UInt8] {
    let all = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    var out = all.prefix(lines).map { line(Array($0), limit: limit) }
    if all.count > lines { out.append(Array("… (\(all.count - lines) lines more)".utf8)) }
    return Array(out.joined(separator: [0x0A]))
  }

  // MARK: Scalars

  /// Whether a terminal shows a scalar as itself without moving the text around it.
  public static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    // Format characters are the bidirectional marks, zero-width characters and tags.
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
    default: break
    }
    // The two presentation selectors only choose between a character's shapes.
    return !scalar.properties.isDefaultIgnorableCodePoint || (0xFE0E...0xFE0F) ~= scalar.value
  }

  private static func isPlain(_ byte: UInt8, _ keepingNewlines: Bool) -> Bool {
    (byte >= 0x20 && byte < 0x7F) || byte == 0x09 || (keepingNewlines && byte == 0x0A)
  }

  /// The scalar at `at` with its bytes; `nil` if it is not valid UTF-8.
  private static func scalar(of bytes: [UInt8], at: Int) -> (Unicode.Scalar, Int)? {
    let length: Int
    switch bytes[at] {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return nil
    }
    guard at + length <= bytes.count else { return nil }
    var value = UInt32(bytes[at]) & (0xFF >> UInt32(length + 1))
    for byte in bytes[(at + 1)..<(at + length)] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let least: [UInt32] = [0x80, 0x800, 0x10000]
    guard value >= least[length - 2], let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  private static func escape(_ scalar: Unicode.Scalar, into out: inout [UInt8]) {
    switch scalar {
    case "\n": out.append(contentsOf: "\\n".utf8)
    case "\r": out.append(contentsOf: "\\r".utf8)
    default:
      for unit in String(scalar).utf16 {
        out.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] { out.append(hexDigits[Int(unit >> UInt16(shift)) & 15]) }
      }
    }
  }

  private static func scalarBoundary(of bytes: [UInt8], near index: Int) -> Int {
    var index = index
    while index > 0, index < bytes.count, bytes[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}
