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

  mutating func write(quoting string: String) {
    out.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case 0x0A: write("\\n")
      case 0x0D: write("\\r")
      case 0x09: write("\\t")
      case 0..<0x20, 0x7F:
        let hex = String(byte, radix: 16)
        write("\\u00" + (hex.count == 1 ? "0" : "") + hex)
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}
