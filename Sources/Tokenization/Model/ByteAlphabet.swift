/// The visible character for each byte in a tokenizer file (GPT-2's alphabet, Radford et al. 2019):
/// bytes that print as Latin-1 map to themselves, the other 68, in ascending order, to U+0100,
/// U+0101, … So a token's text in JSON has one character per byte.
package enum ByteAlphabet {
  /// The character of each byte.
  package static let scalars: [Unicode.Scalar] = {
    var next: UInt16 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "?"
      }
    }
  }()

  /// The byte of each character up to U+0143; `nil` if there is none.
  private static let bytes: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = UInt8(byte) }
    return table
  }()

  /// Each byte as its printable character.
  package static func text(of bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(scalars[Int(byte)]) }
    return String(text)
  }

  /// - Parameter text: UTF-8.
  /// - Returns: `nil` if a character stands for no byte.
  package static func bytes(of text: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard let (scalar, length) = UTF8Scalar.decode(text, at), scalar < bytes.count,
        let byte = bytes[Int(scalar)]
      else { return nil }
      out.append(byte)
      at += length
    }
    return out
  }

  /// - Returns: `nil` if a character stands for no byte.
  package static func bytes(of text: String) -> [UInt8]? { bytes(of: Array(text.utf8)) }
}
