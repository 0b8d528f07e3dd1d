internal import Files

/// The content digest of a set: SHA-256 over, for each member in order, the bytes of
/// `<id> NUL <field> NUL` and the 32 bytes of the member's SHA-256. It does not depend on frames,
/// shards or compression.
final class ContentDigest {
  private var hasher: SHA256? = SHA256()

  private var bytes: [UInt8] = []

  func add(id: String, field: String, digest: Digest) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: id.utf8)
    bytes.append(0)
    bytes.append(contentsOf: field.utf8)
    bytes.append(0)
    bytes.append(contentsOf: digest.bytes)
    hasher?.update(bytes)
  }

  /// - Precondition: called once.
  func finish() -> Digest {
    guard let hasher = hasher.take() else { preconditionFailure("the digest was taken before") }
    return hasher.finalize()
  }
}
