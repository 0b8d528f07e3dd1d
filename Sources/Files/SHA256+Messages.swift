internal import CKernels

extension SHA256 {
  /// Whether the processor has the instructions for two messages side by side.
  private static let digestsPairs = ck_has_sha256() != 0

  /// The digests of parts of arrays, each as `hash` gives it.
  ///
  /// Where the processor has instructions for SHA-256, two messages are digested side by side, which
  /// takes less than two thirds of the time: one alone leaves their unit idle half of it.
  ///
  /// - Parameter parts: the number of an array, and which of its bytes.
  /// - Precondition: the bytes lie within their array.
  public static func hashes(
    of parts: [(array: Int, bytes: Range<Int>)], in arrays: [[UInt8]]
  ) -> [Digest] {
    for part in parts {
      precondition(
        part.bytes.lowerBound >= 0 && part.bytes.upperBound <= arrays[part.array].count,
        "bytes outside their array")
    }
    guard parts.count > 1, digestsPairs else {
      return parts.map { hash(arrays[$0.array][$0.bytes]) }
    }
    // Long ones first: the short ones then fill up what is left of both sides.
    let order = parts.indices.sorted { parts[$0].bytes.count > parts[$1].bytes.count }
    var found = [UInt8](repeating: 0, count: 32 * parts.count)
    withBases(of: arrays[...], []) { bases in
      let messages = order.map { place in
        bases[parts[place].array].map { $0 + parts[place].bytes.lowerBound }
      }
      let counts = order.map { parts[$0].bytes.count }
      found.withUnsafeMutableBufferPointer {
        ck_sha256_messages(messages.count, messages, counts, $0.baseAddress)
      }
    }
    var digests = [Digest](repeating: Digest(bytes: []), count: parts.count)
    for (i, place) in order.enumerated() {
      digests[place] = Digest(bytes: Array(found[(32 * i)..<(32 * i + 32)]))
    }
    return digests
  }

  /// Calls `body` with the first byte of each array, after `bases`.
  private static func withBases(
    of arrays: ArraySlice<[UInt8]>, _ bases: [UnsafePointer<UInt8>?],
    _ body: ([UnsafePointer<UInt8>?]) -> Void
  ) {
    guard let first = arrays.first else { return body(bases) }
    first.withUnsafeBufferPointer {
      withBases(of: arrays.dropFirst(), bases + [$0.baseAddress], body)
    }
  }
}
