/// The words, numbers and marks (including new lines) of a chat model's text, or why it cannot be
/// read with certainty.
///
/// Printable ASCII and newlines, at most 4 096 bytes. Numbers are naturals without leading zeros,
/// plain (`1234`) or in groups (`1,234`); decimals, fractions, percentages, signs and units
/// attached to the digits cannot be read.
struct ChatLexer {
  struct Token: Equatable {
    enum Kind: Equatable {
      case number(Int)
      /// In lower case.
      case word(String)
      case mark(UInt8)
    }
    let kind: Kind
    /// Bytes from the start of the text.
    let offset: Int
  }

  /// Why a text cannot be read, and where.
  struct Doubt: Error {
    let offset: Int
    let reason: String
  }

  static let byteLimit = 4_096
  private static let digitLimit = 12

  private let bytes: [UInt8]
  private var at = 0
  private(set) var tokens: [Token] = []

  /// Reads all of `text`.
  init(_ text: [UInt8]) throws(Doubt) {
    bytes = text
    guard text.count <= Self.byteLimit else {
      throw Doubt(offset: 0, reason: "\(text.count) bytes, at most \(Self.byteLimit) are read")
    }
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case 0x20: at += 1
      case _ where Self.isDigit(byte): try number()
      case _ where Self.isLetter(byte): word()
      // Emphasis and headings are not part of the content.
      case UInt8(ascii: "*") where at + 1 < bytes.count && bytes[at + 1] == byte: at += 2
      case UInt8(ascii: "#"): at += 1
      case LineReader.newline, 0x21...0x7E:
        tokens.append(Token(kind: .mark(byte), offset: at))
        at += 1
      default:
        throw doubt("the byte \(byte) is neither printable ASCII nor a newline")
      }
    }
  }

  private func doubt(_ reason: String) -> Doubt { Doubt(offset: at, reason: reason) }

  private mutating func word() {
    let start = at
    while at < bytes.count, Self.isLetter(bytes[at]) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
    tokens.append(Token(kind: .word(text), offset: start))
  }

  private mutating func number() throws(Doubt) {
    let start = at
    // A sign belongs to the number unless another number precedes it.
    let before = start > 0 ? bytes[start - 1] : 0x20
    if before == UInt8(ascii: "-") || before == UInt8(ascii: "+") {
      guard tokens.count > 1, case .number = tokens[tokens.count - 2].kind else {
        throw doubt("a number with a sign")
      }
    } else if !" \n=(:*#\"".utf8.contains(before) {
      throw doubt("a number stuck to the byte \(before)")
    }
    var digits: [UInt8] = []
    while at < bytes.count, Self.isDigit(bytes[at]) {
      digits.append(bytes[at])
      at += 1
    }
    var isGrouped = false
    while at < bytes.count, bytes[at] == UInt8(ascii: ","), at + 1 < bytes.count,
      Self.isDigit(bytes[at + 1])
    {
      let group = bytes[(at + 1)...].prefix { Self.isDigit($0) }
      guard group.count == 3, isGrouped || digits.count <= 3 else {
        throw doubt("digits with a comma that do not stand in groups of three")
      }
      isGrouped = true
      digits += group
      at += 4
    }
    let after = at < bytes.count ? bytes[at] : 0x20
    let next = at + 1 < bytes.count ? bytes[at + 1] : 0x20
    let isStuck =
      Self.isLetter(after) || "%/^_$'\\~`".utf8.contains(after)
      || (".:".utf8.contains(after) && Self.isDigit(next))
    guard !isStuck else { throw doubt("a number stuck to the byte \(after)") }
    guard digits.count <= Self.digitLimit, digits.count == 1 || digits[0] != UInt8(ascii: "0"),
      let value = Lexer.value(of: digits[...])
    else { throw doubt("a number with leading zeros or more than \(Self.digitLimit) digits") }
    tokens.append(Token(kind: .number(value), offset: start))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
