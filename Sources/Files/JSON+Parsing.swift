/// Why bytes are not valid JSON for our parser.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Byte offset of the first fault, from 0.
  public let offset: Int
  /// What is wrong there, in words, without the offset.
  public let reason: String

  public var description: String { "byte \(offset): \(reason)" }
}

extension JSON {
  /// Limits for untrusted text.
  public struct Limits: Sendable {
    /// Most arrays and objects inside one another.
    public var depth: Int
    /// Longest text in bytes; a longer one is refused unread.
    public var bytes: Int

    /// 64 levels of nesting and 1 GiB of text.
    public static let `default` = Limits(depth: 64, bytes: 1 << 30)

    /// - Parameters:
    ///   - depth: most nested arrays and objects.
    ///   - bytes: longest text.
    public init(depth: Int, bytes: Int) {
      self.depth = depth
      self.bytes = bytes
    }
  }

  /// Reads one JSON text, strictly (RFC 8259).
  ///
  /// Refused: duplicate keys in one object, nesting deeper than the limit, lone surrogates, invalid
  /// UTF-8, control characters in strings, leading zeros, numbers beyond `Double`, a byte order
  /// mark, and anything after the value.
  ///
  /// - Throws: `JSONError` with the byte offset.
  public static func parse(_ bytes: [UInt8], limits: Limits = .default) throws(JSONError) -> JSON {
    guard bytes.count <= limits.bytes else {
      throw JSONError(offset: 0, reason: "\(bytes.count) bytes, at most \(limits.bytes) are read")
    }
    var parser = Parser(bytes: bytes, depthLimit: limits.depth)
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.at == bytes.count else {
      throw parser.error("expected the end, found \(parser.found)")
    }
    return value
  }

  /// Reads one JSON text from a string.
  public static func parse(_ text: String) throws(JSONError) -> JSON {
    try parse(Array(text.utf8))
  }
}

private struct Parser {
  let bytes: [UInt8]
  let depthLimit: Int
  var at = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  var found: String {
    guard let byte = peek else { return "the end" }
    return byte > 0x20 && byte < 0x7F
      ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
  }

  func error(_ reason: String) -> JSONError { JSONError(offset: at, reason: reason) }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  mutating func value(depth: Int) throws(JSONError) -> JSON {
    guard depth < depthLimit else { throw error("nested deeper than \(depthLimit)") }
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || byte >= 0x30 && byte <= 0x39:
      return try number()
    default: throw error("expected a value, found \(found)")
    }
  }

  mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
    let end = at + word.utf8.count
    guard end <= bytes.count, bytes[at..<end].elementsEqual(word.utf8) else {
      throw error("expected \(word)")
    }
    at = end
    return value
  }

  mutating func object(depth: Int) throws(JSONError) -> JSON {
    at += 1
    var members: [JSONObject.Member] = []
    // A few keys are compared with one another; more are looked up.
    var seen: Set<String> = []
    var isLong = false
    skipSpace()
    if peek == UInt8(ascii: "}") {
      at += 1
      return .object(JSONObject())
    }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("expected a key, found \(found)") }
      let keyStart = at
      let key = try string()
      // Swift's String equality is canonical equivalence, so two such keys count as the same key
      // here.
      if !isLong, members.count == Self.fewKeys {
        isLong = true
        seen = Set(members.map(\.key))
      }
      let isNew =
        isLong ? seen.insert(key).inserted : members.allSatisfy { $0.key != key }
      guard isNew else {
        throw JSONError(offset: keyStart, reason: "the key \"\(key)\" stands twice")
      }
      skipSpace()
      guard peek == UInt8(ascii: ":") else { throw error("expected ':', found \(found)") }
      at += 1
      skipSpace()
      members.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      switch peek {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "}"):
        at += 1
        return .object(JSONObject(uniqueMembers: members))
      default: throw error("expected ',' or '}', found \(found)")
      }
    }
  }

  private static let fewKeys = 16

  mutating func array(depth: Int) throws(JSONError) -> JSON {
    at += 1
    var elements: [JSON] = []
    skipSpace()
    if peek == UInt8(ascii: "]") {
      at += 1
      return .array([])
    }
    while true {
      skipSpace()
      elements.append(try value(depth: depth + 1))
      skipSpace()
      switch peek {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "]"):
        at += 1
        return .array(elements)
      default: throw error("expected ',' or ']', found \(found)")
      }
    }
  }

  mutating func string() throws(JSONError) -> String {
    let start = at
    at += 1
    var out: [UInt8] = []
    var isASCII = true
    while true {
      let first = at
      while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        if byte >= 0x80 { isASCII = false }
        at += 1
      }
      out.append(contentsOf: bytes[first..<at])
      guard let byte = peek else { throw error("the string of byte \(start) does not end") }
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        // Escapes stand for characters; only bytes beyond ASCII can be wrong.
        if isASCII { return String(decoding: out, as: UTF8.self) }
        guard let text = String(validating: out, as: UTF8.self) else {
          throw JSONError(offset: start, reason: "the string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &out)
      default: throw error("a control character (\(found)) in a string")
      }
    }
  }

  mutating func escape(into out: inout [UInt8]) throws(JSONError) {
    at += 1
    guard let byte = peek else { throw error("the escape does not end") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hex4()
      if code >= 0xD800, code < 0xDC00 {
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
          bytes[at + 1] == UInt8(ascii: "u")
        else { throw error("a lone surrogate") }
        at += 2
        let low = try hex4()
        guard low >= 0xDC00, low < 0xE000 else { throw error("a lone surrogate") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = UnicodeScalar(code) else { throw error("a lone surrogate") }
      out.append(contentsOf: Array(String(scalar).utf8))
    default:
      at -= 1
      throw error("no escape is written \\\(found)")
    }
  }

  mutating func hex4() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80
      else { throw error("expected four hexadecimal digits, found \(found)") }
      code = code << 4 | UInt32(digit)
      at += 1
    }
    return code
  }

  mutating func number() throws(JSONError) -> JSON {
    let start = at
    var isInteger = true
    if peek == UInt8(ascii: "-") { at += 1 }
    let firstDigit = at
    try digits()
    if at - firstDigit > 1, bytes[firstDigit] == UInt8(ascii: "0") {
      throw JSONError(offset: start, reason: "a number with a leading zero")
    }
    if peek == UInt8(ascii: ".") {
      isInteger = false
      at += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isInteger = false
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    guard at - start <= 400 else {
      throw JSONError(offset: start, reason: "a number of \(at - start) characters")
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .int(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(offset: start, reason: "the number \(text) is beyond Double")
    }
    return .double(value)
  }

  mutating func digits() throws(JSONError) {
    let start = at
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
    guard at > start else { throw error("expected a digit, found \(found)") }
  }
}
