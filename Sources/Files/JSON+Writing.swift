extension JSON {
  /// The JSON text of this value: keys in order, no insignificant space (or two-space indentation
  /// when `pretty`), UTF-8 unescaped, `"`, `\` and control characters escaped.
  public func serialized(pretty: Bool = false) -> [UInt8] {
    var writer = Writer(pretty: pretty)
    writer.write(self, depth: 0)
    return writer.out
  }

  /// `serialized()` as a string.
  public var text: String { String(decoding: serialized(), as: UTF8.self) }
}

extension JSONObject {
  /// The object as `JSON.serialized` writes it.
  public func serialized(pretty: Bool = false) -> [UInt8] {
    JSON.object(self).serialized(pretty: pretty)
  }
}

private struct Writer {
  let pretty: Bool
  var out: [UInt8] = []

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ value: JSON, depth: Int) {
    switch value {
    case .null: write("null")
    case .bool(let flag): write(flag ? "true" : "false")
    case .int(let number): write(String(number))
    case .double(let number): write(Self.text(of: number))
    case .string(let string): write(quoting: string)
    case .array(let elements):
      write(elements, open: "[", close: "]", depth: depth) { writer, element in
        writer.write(element, depth: depth + 1)
      }
    case .object(let object):
      write(object.members, open: "{", close: "}", depth: depth) { writer, member in
        writer.write(quoting: member.key)
        writer.write(writer.pretty ? ": " : ":")
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  /// Shortest text that reads back as the same Double, always with a fraction or exponent, so that
  /// it reads back as a Double. Not finite: `null` (JSON has no other form).
  static func text(of number: Double) -> String {
    guard number.isFinite else { return "null" }
    return number.description
  }

  mutating func write<T>(
    _ elements: [T], open: String, close: String, depth: Int, _ one: (inout Self, T) -> Void
  ) {
    write(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { write(",") }
      newline(depth + 1)
      one(&self, element)
    }
    if !elements.isEmpty { newline(depth) }
    write(close)
  }

  mutating func newline(_ depth: Int) {
    guard pretty else { return }
    out.append(0x0A)
    for _ in 0..<(2 * depth) { out.append(0x20) }
  }

  mutating func write(_ text: String) { out.append(contentsOf: text.utf8) }

  mutating func write(quoting string: String) { out.append(quoting: string) }
}

extension [UInt8] {
  /// Appends a string as JSON text, in quotes. Runs of bytes that need no escape are copied whole.
  mutating func append(quoting string: String) {
    append(UInt8(ascii: "\""))
    let isWhole: Void? = string.utf8.withContiguousStorageIfAvailable { append(escaping: $0) }
    if isWhole == nil { Array(string.utf8).withUnsafeBufferPointer { append(escaping: $0) } }
    append(UInt8(ascii: "\""))
  }

  private mutating func append(escaping bytes: UnsafeBufferPointer<UInt8>) {
    var start = 0
    for (place, byte) in bytes.enumerated() {
      guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
      append(contentsOf: bytes[start..<place])
      start = place + 1
      append(UInt8(ascii: "\\"))
      switch byte {
      case 0x22, 0x5C: append(byte)
      case 0x0A: append(UInt8(ascii: "n"))
      case 0x0D: append(UInt8(ascii: "r"))
      case 0x09: append(UInt8(ascii: "t"))
      default:
        append(contentsOf: "u00".utf8)
        append(0x30 + byte >> 4)
        append(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
      }
    }
    append(contentsOf: bytes[start...])
  }
}

/// Writes the members of one object, key by key, without building it first: for lines that are
/// written by the hundred thousand. Gives the bytes that `JSON.object(…).serialized()` gives.
public struct JSONObjectWriter {
  private var out: [UInt8] = []

  /// - Parameter capacity: bytes that the object will take, about.
  public init(capacity: Int) {
    out.reserveCapacity(capacity)
    out.append(UInt8(ascii: "{"))
  }

  private mutating func begin(_ key: String) {
    if out.count > 1 { out.append(UInt8(ascii: ",")) }
    out.append(quoting: key)
    out.append(UInt8(ascii: ":"))
  }

  /// Appends a member whose value is a string, escaped as in any JSON text.
  ///
  /// Whether the key is new is not checked: a key added twice is written twice.
  public mutating func add(_ key: String, _ text: String) {
    begin(key)
    out.append(quoting: text)
  }

  /// Appends a member whose value is an integer; whether the key is new is not checked.
  public mutating func add(_ key: String, _ number: Int) {
    begin(key)
    out.append(contentsOf: String(number).utf8)
  }

  /// Appends a member with any value; whether the key is new is not checked.
  public mutating func add(_ key: String, _ value: JSON) {
    begin(key)
    out += value.serialized()
  }

  /// The bytes of the whole object.
  public consuming func finish() -> [UInt8] {
    out.append(UInt8(ascii: "}"))
    return out
  }
}
