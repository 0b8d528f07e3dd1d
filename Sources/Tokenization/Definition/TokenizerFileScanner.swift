internal import Files

/// Finds and reads the two long values of a `tokenizer.json`, `model.vocab` and `model.merges`, as
/// bytes: hundreds of thousands of strings whose bytes differ even where Swift's strings are equal.
///
/// It accepts only well-formed JSON; the strict parser reports the fault in anything it refuses.
struct TokenizerFileScanner {
  let bytes: [UInt8]
  private(set) var at = 0

  init(_ bytes: [UInt8], at place: Int = 0) {
    self.bytes = bytes
    at = place
  }

  /// Thrown for anything but the JSON expected here.
  struct Malformed: Error {}

  /// Locates the values of `model.vocab` and `model.merges`.
  static func places(
    in bytes: [UInt8]
  ) throws(Malformed) -> (vocabulary: Range<Int>?, merges: Range<Int>?) {
    var scanner = TokenizerFileScanner(bytes)
    var vocabulary: Range<Int>?
    var merges: Range<Int>?
    try scanner.members { (scanner, key) throws(Malformed) in
      guard key == Array("model".utf8), scanner.next == UInt8(ascii: "{") else {
        try scanner.skipValue()
        return
      }
      try scanner.members { (scanner, key) throws(Malformed) in
        let start = scanner.at
        try scanner.skipValue()
        if key == Array("vocab".utf8) { vocabulary = start..<scanner.at }
        if key == Array("merges".utf8) { merges = start..<scanner.at }
      }
    }
    return (vocabulary, merges)
  }

  /// The next byte after any space, if there is one.
  var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func expect(_ byte: UInt8) throws(Malformed) {
    guard next == byte else { throw Malformed() }
    at += 1
  }

  /// Calls `body` at the value of each member of the object that begins here; it must skip the
  /// value.
  mutating func members(
    _ body: (inout Self, [UInt8]) throws(Malformed) -> Void
  ) throws(Malformed) {
    skipSpace()
    try expect(UInt8(ascii: "{"))
    skipSpace()
    if next == UInt8(ascii: "}") {
      at += 1
      return
    }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      try expect(UInt8(ascii: ":"))
      skipSpace()
      try body(&self, key)
      skipSpace()
      if next == UInt8(ascii: "}") {
        at += 1
        return
      }
      try expect(UInt8(ascii: ","))
    }
  }

  /// Calls `body` at each element of the array that begins here; it must skip the element.
  mutating func elements(_ body: (inout Self) throws(Malformed) -> Void) throws(Malformed) {
    skipSpace()
    try expect(UInt8(ascii: "["))
    skipSpace()
    if next == UInt8(ascii: "]") {
      at += 1
      return
    }
    while true {
      skipSpace()
      try body(&self)
      skipSpace()
      if next == UInt8(ascii: "]") {
        at += 1
        return
      }
      try expect(UInt8(ascii: ","))
    }
  }

  /// The bytes of the string that begins here.
  mutating func string() throws(Malformed) -> [UInt8] {
    let start = at
    try expect(UInt8(ascii: "\""))
    var isPlain = true
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw Malformed() }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        at += 1
      }
      at += 1
    }
    try expect(UInt8(ascii: "\""))
    if isPlain {
      let text = Array(bytes[(start + 1)..<(at - 1)])
      guard UTF8Scalar.isValid(text) else { throw Malformed() }
      return text
    }
    guard let parsed = try? JSON.parse(Array(bytes[start..<at])), let text = parsed.stringValue
    else { throw Malformed() }
    return Array(text.utf8)
  }

  /// Skips the value that begins here; returns its range.
  @discardableResult
  mutating func skipValue() throws(Malformed) -> Range<Int> {
    let start = at
    var depth = 0
    repeat {
      guard let byte = next else { throw Malformed() }
      switch byte {
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw Malformed() }
        depth -= 1
        at += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
        guard depth > 0 else { throw Malformed() }
        at += 1
      default:
        let word = at
        while let byte = next, Self.isWordByte(byte) { at += 1 }
        // A byte that begins no value must not cause an endless loop.
        guard at > word else { throw Malformed() }
      }
    } while depth > 0
    return start..<at
  }

  /// Letters, digits, signs and points: numbers, true, false and null.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
  }

  private mutating func skipString() throws(Malformed) {
    at += 1
    while let byte = next, byte != UInt8(ascii: "\"") {
      at += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    try expect(UInt8(ascii: "\""))
  }
}
