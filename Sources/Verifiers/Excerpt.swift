/// Makes hostile bytes safe for a message.
package enum Excerpt {
  /// Longer texts are cut: a reason stays one readable line whatever the text was.
  package static let byteLimit = 160

  /// The bytes of `range` between backquotes: printable ASCII as it is, every other byte (control
  /// characters, non-ASCII, the backslash) escaped, cut after `byteLimit` bytes.
  package static func quoted(_ bytes: [UInt8], in range: Range<Int>) -> String {
    let range = range.clamped(to: 0..<bytes.count)
    var text = "`"
    for byte in bytes[range].prefix(byteLimit) {
      switch byte {
      case UInt8(ascii: "\n"): text += "\\n"
      case UInt8(ascii: "\r"): text += "\\r"
      case UInt8(ascii: "\t"): text += "\\t"
      case UInt8(ascii: "\\"): text += "\\\\"
      case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x\(hexDigits[Int(byte >> 4)])\(hexDigits[Int(byte & 15)])"
      }
    }
    return range.count > byteLimit ? text + "`... (\(range.count) bytes)" : text + "`"
  }

  /// A reason from elsewhere, made safe for a message: cut, and printable ASCII.
  package static func printable(_ reason: String) -> String {
    let cut = reason.utf8.prefix(400).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
    return String(decoding: cut, as: UTF8.self)
  }

  /// A whole text.
  package static func quoted(_ bytes: [UInt8]) -> String { quoted(bytes, in: 0..<bytes.count) }

  /// Alternatives joined by "or": the first three, then the number of others.
  package static func alternatives(_ texts: [[UInt8]]) -> String {
    let shown = texts.prefix(3).map { quoted($0) }.joined(separator: " or ")
    return texts.count > 3 ? shown + " or \(texts.count - 3) more" : shown
  }

  private static let hexDigits: [Character] = Array("0123456789ABCDEF")
}
