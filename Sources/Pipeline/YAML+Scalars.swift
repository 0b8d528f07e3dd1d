internal import Files

extension YAML {
  /// Meaning of a scalar without quotes, or why it is refused.
  enum PlainScalar {
    case value(JSON)
    case refused(String)
  }

  /// Reads a plain scalar: null, true, false, a decimal number, else a string.
  ///
  /// Scalars that versions of YAML read differently (`yes`, `012`, `1_000`, `.inf`) are refused,
  /// not guessed.
  static func plain(_ text: String) -> PlainScalar {
    switch text {
    case "", "~", "null": return .value(.null)
    case "true": return .value(.bool(true))
    case "false": return .value(.bool(false))
    default: break
    }
    let lower = text.lowercased()
    if ["true", "yes", "on"].contains(lower) { return .refused(words(text, "true")) }
    if ["false", "no", "off"].contains(lower) { return .refused(words(text, "false")) }
    if lower == "null" { return .refused(words(text, "null")) }
    if [".nan", ".inf", "+.inf", "-.inf"].contains(lower) {
      return .refused("expected a finite number, found \(text) -- leave the key out instead")
    }
    guard let shape = NumberShape(text) else { return .value(.string(text)) }
    switch shape {
    case .integer:
      guard let number = Int64(text) else {
        return .refused("expected an integer of at most 64 bits, found \(text)")
      }
      return .value(.int(number))
    case .decimal:
      guard let number = Double(text), number.isFinite else {
        return .refused("expected a finite number, found \(text)")
      }
      return .value(.double(number))
    case .ambiguous:
      return .refused(
        "expected a plain decimal number, found \(text) -- write it like 12, -3 or 4.5e-3, or put "
          + "it in quotes if it is a text")
    }
  }

  private static func words(_ found: String, _ meant: String) -> String {
    "expected true, false, null or a text in quotes, found \(found) -- write \(meant), or \"\(found)\""
  }
}

/// Form of a word that starts like a number.
private enum NumberShape {
  case integer
  case decimal
  /// A number only to some YAML readers: `012`, `0x10`, `1_000`, `+1`, `.5`, `1:30`.
  case ambiguous

  /// `nil` for text that no reader takes for a number.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    var at = 0
    if bytes[0] == UInt8(ascii: "-") { at += 1 }
    let start = at
    while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    let whole = at - start
    let isCanonical = whole == 1 || whole > 1 && bytes[start] != 0x30
    if isCanonical, at == bytes.count {
      self = .integer
      return
    }
    if isCanonical {
      var end = at
      if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
        let fraction = end + 1
        end = fraction
        while end < bytes.count, isDigit(bytes[end]) { end += 1 }
        if end == fraction { end = bytes.count + 1 }
      }
      if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
        end += 1
        if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") {
          end += 1
        }
        let exponent = end
        while end < bytes.count, isDigit(bytes[end]) { end += 1 }
        if end == exponent { end = bytes.count + 1 }
      }
      if end == bytes.count {
        self = .decimal
        return
      }
    }
    // Only digits and the marks that some YAML reader accepts in a number.
    let body = bytes.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard body.count > bytes.count - 2, let first = body.first else { return nil }
    let isHex = first == 0x30 && body.dropFirst().first.map { $0 | 0x20 } == UInt8(ascii: "x")
    let marks = Array("_.:".utf8)
    let isNumberLike =
      isHex
      ? body.dropFirst(2).allSatisfy { isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) }
      : body.allSatisfy { isDigit($0) || marks.contains($0) } && body.contains(where: isDigit)
    let dots = body.count { $0 == UInt8(ascii: ".") }
    guard isNumberLike, dots <= 1 else { return nil }
    self = .ambiguous
  }
}
