internal import Files

/// The content digest of a set: SHA-256 over, for each member in order, the bytes of
/// `<id> NUL <field> NUL` and the 32 bytes of the member's SHA-256. It does not depend on frames,
/// shards or compression.
final class ContentDigest {
  private var hasher: SHA256? = SHA256()
  /// Bytes waiting to be hashed: batching saves libcrypto calls.
  private var bytes: [UInt8] = []
  private static let largestWait = 1 << 14

  func add(id: String, field: String, digest: Digest) {
    bytes.append(contentsOf: id.utf8)
    bytes.append(0)
    bytes.append(contentsOf: field.utf8)
    bytes.append(0)
    digest.withBytes { bytes.append(contentsOf: $0) }
    if bytes.count >= Self.largestWait { flush() }
  }

  /// Same, but takes the id in place and the field with a NUL on either side.
  func add(id: Span<UInt8>, field: [UInt8], digest: Digest) {
    id.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: field)
    digest.withBytes { bytes.append(contentsOf: $0) }
    if bytes.count >= Self.largestWait { flush() }
  }

  private func flush() {
    hasher?.update(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// - Precondition: called once.
  func finish() -> Digest {
    flush()
    guard let hasher = hasher.take() else { preconditionFailure("the digest was taken before") }
    return hasher.finalize()
  }
}
