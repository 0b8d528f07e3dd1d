internal import CCrypto

/// A SHA-256 digest (FIPS 180-4), stored inline: sets hold one per member.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The bytes in order, eight per word, big-endian, so that words compare as bytes do.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameter byte: returns the byte at a position from 0 to 31.
  init(_ byte: (Int) -> UInt8) {
    func word(_ number: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 << 8 | UInt64(byte(8 * number + $1)) }
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// 32 bytes.
  public var bytes: [UInt8] { withBytes { Array($0) } }

  /// Calls `body` with the 32 bytes in place.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(
      of: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian), body)
  }

  /// Reads 64 lower-case hexadecimal characters; `nil` for anything else.
  public init?(hex: String) { self.init(hexDigits: Array(hex.utf8).span) }

  /// Same, from ASCII bytes.
  public init?(hexDigits digits: Span<UInt8>) {
    guard digits.count == 64 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let isRead = digits.withUnsafeBytes { text in
      withUnsafeMutableBytes(of: &words) { words in
        for number in 0..<8 {
          let eight = text.loadUnaligned(fromByteOffset: 8 * number, as: UInt64.self)
          guard let value = Self.value(ofDigits: UInt64(bigEndian: eight)) else { return false }
          // The second half of a word comes first.
          let half = number ^ 1
          words.storeBytes(of: value.littleEndian, toByteOffset: 4 * half, as: UInt32.self)
        }
        return true
      }
    }
    guard isRead else { return nil }
    self.words = (
      UInt64(littleEndian: words.0), UInt64(littleEndian: words.1), UInt64(littleEndian: words.2),
      UInt64(littleEndian: words.3)
    )
  }

  /// Value of eight hexadecimal digits, the first in the highest byte; `nil` if one is not a digit.
  private static func value(ofDigits text: UInt64) -> UInt32? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // A letter has bit 6 set, and a value nine more than its low four bits.
    let nibbles = (text & (15 * ones)) + (text >> 6 & ones) * 9
    // Turn each nibble back into a digit: adding 6 carries those of letters into the next four
    // bits.
    let isLetter = (nibbles + 6 * ones) >> 4 & ones
    guard nibbles & (0xF0 * ones) == 0, nibbles + 0x30 * ones + isLetter * 0x27 == text else {
      return nil
    }
    var packed = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF
    packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
    return UInt32(truncatingIfNeeded: packed | packed >> 16)
  }

  /// 64 lower-case hexadecimal characters.
  public var hexDigits: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 64) { text, count in
      let bytes = UnsafeMutableRawBufferPointer(text)
      func store(_ word: UInt64, at place: Int) {
        bytes.storeBytes(
          of: Self.digits(of: word >> 32).bigEndian, toByteOffset: place, as: UInt64.self)
        bytes.storeBytes(
          of: Self.digits(of: word & 0xFFFF_FFFF).bigEndian, toByteOffset: place + 8,
          as: UInt64.self)
      }
      store(words.0, at: 0)
      store(words.1, at: 16)
      store(words.2, at: 32)
      store(words.3, at: 48)
      count = 64
    }
  }

  /// The eight hexadecimal digits of 32 bits, the first in the highest byte.
  private static func digits(of value: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // A nibble to each byte.
    var spread = (value | value << 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
    // Adding 6 carries those above 9 into the next four bits.
    let isLetter = (spread + 6 * ones) >> 4 & ones
    return spread + 0x30 * ones + isLetter * 0x27
  }

  /// `hexDigits` as a string.
  public var hex: String { String(decoding: hexDigits, as: UTF8.self) }

  public var description: String { hex }

  public static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }
  /// Compares byte by byte from the first, so in the order of `hex`.
  public static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}

/// SHA-256 of bytes that arrive in pieces (libcrypto, which uses the processor's instructions).
public struct SHA256: ~Copyable {
  /// Looked up once: libcrypto searches its providers for an algorithm given by name.
  nonisolated(unsafe) private static let algorithm: OpaquePointer? = {
    let found = EVP_MD_fetch(nil, "SHA256", nil)
    precondition(found != nil, "libcrypto offers no SHA-256")
    return found
  }()

  private let context: OpaquePointer?

  /// A digest of nothing so far.
  public init() {
    context = EVP_MD_CTX_new()
    start()
  }

  /// Begins a new digest, discarding the context's state.
  private func start() {
    let ready = EVP_DigestInit_ex2(context, Self.algorithm, nil)
    precondition(ready == 1, "libcrypto has no memory for a digest")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes to the digest.
  public mutating func update(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  /// Adds bytes to the digest.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    _ = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  /// Adds the text's UTF-8 to the digest.
  public mutating func update(_ text: String) { update(Array(text.utf8)) }

  /// Adds bytes to the digest; the memory is not kept.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Ends the digest and consumes the hasher.
  public consuming func finalize() -> Digest { end() }

  private func end() -> Digest {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { out in
      let ended = EVP_DigestFinal_ex(context, out.baseAddress, nil)
      precondition(ended == 1, "libcrypto could not end a digest")
      return Digest { out[$0] }
    }
  }

  /// The digest of bytes that are all at hand.
  public static func hash(_ bytes: [UInt8]) -> Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The digest of a part of an array, which is not copied.
  public static func hash(_ bytes: ArraySlice<UInt8>) -> Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The digest of the text's UTF-8.
  public static func hash(_ text: String) -> Digest { hash(Array(text.utf8)) }

  /// The digests of parts of an array, each as `hash` gives it.
  ///
  /// - Precondition: the parts lie within the array.
  public static func hashes(of parts: [Range<Int>], in bytes: [UInt8]) -> [Digest] {
    let hasher = SHA256()
    return bytes.withUnsafeBytes { bytes in
      parts.map { part in
        precondition(part.lowerBound >= 0 && part.upperBound <= bytes.count, "beyond the array")
        let part = UnsafeRawBufferPointer(rebasing: bytes[part])
        hasher.start()
        _ = EVP_DigestUpdate(hasher.context, part.baseAddress, part.count)
        return hasher.end()
      }
    }
  }
}
