internal import Files

/// Walks over untrusted JSON without building a tree: a header of 100 MB costs only the memory that
/// its reader keeps.
///
/// As strict as `JSON.parse`, which it calls for every string with an escape. The caller states
/// which kind of value it expects at each place, so nothing nests deeper than it asks for.
struct HeaderScanner {
  let bytes: UnsafeRawBufferPointer
  let file: String
  /// Offset of the JSON in the file.
  let start: Int
  private(set) var at = 0

  init(_ bytes: UnsafeRawBufferPointer, named file: String, startingAt start: Int) {
    self.bytes = bytes
    self.file = file
    self.start = start
  }

  func wrong(_ reason: String, at place: Int? = nil) -> CheckpointError {
    .header(file: file, at: start + (place ?? at), reason: reason)
  }

  var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  var found: String {
    guard let byte = peek else { return "the end" }
    return byte > 0x20 && byte < 0x7F
      ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
  }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  mutating func accept(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    at += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(CheckpointError) {
    guard accept(byte) else {
      throw wrong("expected '\(Character(UnicodeScalar(byte)))', found \(found)")
    }
  }

  /// Requires that only space is left.
  mutating func expectEnd() throws(CheckpointError) {
    skipSpace()
    guard at == bytes.count else { throw wrong("expected the end, found \(found)") }
  }

  /// The kind of the value that begins here, for messages.
  mutating func kindName() throws(CheckpointError) -> String {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return "an object"
    case UInt8(ascii: "["): return "an array"
    case UInt8(ascii: "\""): return "a string"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return "true or false"
    case UInt8(ascii: "n"): return "null"
    case let byte? where byte == UInt8(ascii: "-") || byte >= 0x30 && byte <= 0x39:
      return "a number"
    default: throw wrong("expected a value, found \(found)")
    }
  }

  /// Walks over the object that begins here: `body` gets each key and its place, and must walk over
  /// the value.
  mutating func object(
    keyLimit: Int,
    _ body: (inout HeaderScanner, _ key: String, _ place: Int) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect(UInt8(ascii: "{"))
    if accept(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw wrong("expected a key, found \(found)") }
      let place = at
      let key = try string("a key", limit: keyLimit)
      try expect(UInt8(ascii: ":"))
      try body(&self, key, place)
      if accept(UInt8(ascii: ",")) { continue }
      guard accept(UInt8(ascii: "}")) else {
        throw wrong("expected ',' or '}', found \(found)")
      }
      return
    }
  }

  /// The string that begins here, at most `limit` bytes as written.
  mutating func string(_ what: String, limit: Int) throws(CheckpointError) -> String {
    skipSpace()
    guard peek == UInt8(ascii: "\"") else { throw wrong("expected a string, found \(found)") }
    let first = at
    var isPlain = true
    at += 1
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw wrong("a control character (\(found)) in a string") }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        at += 1
      }
      at += 1
    }
    guard at < bytes.count else {
      at = bytes.count
      throw wrong("the string of byte \(start + first) does not end")
    }
    at += 1
    guard at - first - 2 <= limit else {
      throw wrong("\(what) of \(at - first - 2) bytes, at most \(limit) are read", at: first)
    }
    if isPlain {
      guard let text = String(validating: bytes[(first + 1)..<(at - 1)], as: UTF8.self) else {
        throw wrong("the string is not UTF-8", at: first)
      }
      return text
    }
    do throws(JSONError) {
      return try JSON.parse(Array(bytes[first..<at])).stringValue ?? ""
    } catch {
      throw wrong(error.reason, at: first + error.offset)
    }
  }

  /// The number that begins here as an integer; `nil` for one with fraction or exponent, with a
  /// leading zero, or beyond 64 bits.
  mutating func integer() -> (value: Int?, text: String) {
    skipSpace()
    let first = at
    skipNumber()
    let text = String(decoding: bytes[first..<min(at, first + 40)], as: UTF8.self)
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let isCanonical = !digits.hasPrefix("0") || digits == "0"
    return (at - first <= 20 && isCanonical && !text.hasPrefix("+") ? Int(text) : nil, text)
  }

  /// Skips all characters that can appear in a number.
  private mutating func skipNumber() {
    while let byte = peek {
      switch byte {
      case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
        UInt8(ascii: "E"):
        at += 1
      default: return
      }
    }
  }

  /// Skips any value, nested at most `depth` deep; numbers are checked only character by character.
  mutating func skipValue(depth: Int) throws(CheckpointError) {
    guard depth > 0 else { throw wrong("nested too deep") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"):
      try object(keyLimit: .max) { (scanner, _, _) throws(CheckpointError) in
        try scanner.skipValue(depth: depth - 1)
      }
    case UInt8(ascii: "["):
      at += 1
      if accept(UInt8(ascii: "]")) { return }
      repeat { try skipValue(depth: depth - 1) } while accept(UInt8(ascii: ","))
      guard accept(UInt8(ascii: "]")) else {
        throw wrong("expected ',' or ']', found \(found)")
      }
    case UInt8(ascii: "\""): _ = try string("a string", limit: 1 << 20)
    case let byte? where byte == UInt8(ascii: "-") || byte >= 0x30 && byte <= 0x39: skipNumber()
    default:
      let words = ["true", "false", "null"]
      guard let word = words.first(where: { bytes[at...].starts(with: $0.utf8) }) else {
        throw wrong("expected a value, found \(found)")
      }
      at += word.utf8.count
    }
  }
}
