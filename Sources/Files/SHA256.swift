internal import CCrypto

/// A SHA-256 digest (FIPS 180-4).
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads 64 lower-case hexadecimal characters; `nil` for anything else.
  public init?(hex: String) { self.init(hexDigits: Array(hex.utf8).span) }

  /// The same from bytes.
  public init?(hexDigits digits: Span<UInt8>) {
    guard digits.count == 64 else { return nil }
    func nibble(_ c: UInt8) -> UInt8? {
      switch c {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): c - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): c - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    var bytes = [UInt8](repeating: 0, count: 32)
    for i in 0..<32 {
      guard let high = nibble(digits[2 * i]), let low = nibble(digits[2 * i + 1]) else {
        return nil
      }
      bytes[i] = high << 4 | low
    }
    self.bytes = bytes
  }

  /// 64 lower-case hexadecimal characters.
  public var hexDigits: [UInt8] {
    func digit(_ value: UInt8) -> UInt8 {
      value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
    var text = [UInt8](repeating: 0, count: 64)
    for (i, byte) in bytes.enumerated() {
      text[2 * i] = digit(byte >> 4)
      text[2 * i + 1] = digit(byte & 15)
    }
    return text
  }

  /// The same as text.
  public var hex: String { String(decoding: hexDigits, as: UTF8.self) }

  public var description: String { hex }

  public static func < (a: Digest, b: Digest) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

/// SHA-256 over bytes that arrive in pieces (libcrypto, which uses the processor's instructions).
public struct SHA256: ~Copyable {
  private let context: OpaquePointer?

  public init() {
    context = EVP_MD_CTX_new()
    let ready = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(ready == 1, "libcrypto offers no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  public mutating func update(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  public mutating func update(_ text: String) { update(Array(text.utf8)) }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Ends the digest; the hasher is used up.
  public consuming func finalize() -> Digest {
    var out = [UInt8](repeating: 0, count: 32)
    _ = out.withUnsafeMutableBufferPointer { EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
    return Digest(bytes: out)
  }

  public static func hash(_ bytes: [UInt8]) -> Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  public static func hash(_ bytes: ArraySlice<UInt8>) -> Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  public static func hash(_ text: String) -> Digest { hash(Array(text.utf8)) }
}
