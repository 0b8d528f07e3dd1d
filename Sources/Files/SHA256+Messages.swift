extension SHA256 {
  /// The digests of parts of arrays, each as `hash` gives it.
  ///
  /// - Parameter parts: the number of an array, and which of its bytes.
  /// - Precondition: the bytes lie within their array.
  public static func hashes(
    of parts: [(array: Int, bytes: Range<Int>)], in arrays: [[UInt8]]
  ) -> [Digest] {
    parts.map { hash(arrays[$0.array][$0.bytes]) }
  }
}
