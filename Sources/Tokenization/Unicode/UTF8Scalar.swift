/// Decodes scalars from bytes that may be invalid UTF-8.
package enum UTF8Scalar {
  /// The scalar at `at`, and its length in bytes; `nil` for a byte that is not part of valid UTF-8
  /// (Unicode 15, table 3-7).
  package static func decode(_ bytes: [UInt8], _ at: Int) -> (value: UInt32, length: Int)? {
    let first = bytes[at]
    let length: Int
    // The second byte's legal range excludes overlong forms, surrogates and values past U+10FFFF.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0..<0x80: return (UInt32(first), 1)
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return nil }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for i in 1..<length {
      let byte = bytes[at + i]
      guard byte & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    return (scalar, length)
  }

  /// Start of the scalar, or invalid byte, that ends at `end`.
  ///
  /// - Precondition: `end > 0`.
  package static func start(of bytes: [UInt8], endingAt end: Int) -> Int {
    for length in 1...4 where end - length >= 0 {
      if let (_, found) = decode(bytes, end - length), found == length { return end - length }
    }
    return end - 1
  }

  /// Appends a scalar's bytes.
  package static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(scalar))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    default:
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}

extension UTF8Scalar {
  /// Whether bytes are valid UTF-8.
  package static func isValid(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while at < bytes.count {
      guard bytes[at] >= 0x80 else {
        at += 1
        continue
      }
      guard let (_, length) = decode(bytes, at) else { return false }
      at += length
    }
    return true
  }
}
