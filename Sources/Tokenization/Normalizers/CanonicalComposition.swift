/// Normalization form C (Unicode 15, 3.11) of bytes that may be invalid UTF-8: invalid bytes are
/// kept, and nothing composes across them.
package enum CanonicalComposition {
  /// - Returns: the normal form; `nil` if the text is already normal, found in one pass.
  package static func normalized(_ bytes: [UInt8]) -> [UInt8]? {
    let tables = CanonicalTables.shared
    var out: [UInt8] = []
    /// Bytes before this offset are already in `out`.
    var written = 0
    /// Start of the last scalar that neither moves nor joins anything before it.
    var stable = 0
    var at = 0
    while at < bytes.count {
      if bytes[at] < 0x80 {
        stable = at
        at += 1
        continue
      }
      guard let (scalar, length) = UTF8Scalar.decode(bytes, at) else {
        // What follows an invalid byte must not join what precedes it.
        at += 1
        stable = at
        continue
      }
      guard tables.isTouched(scalar) else {
        stable = at
        at += length
        continue
      }
      out += bytes[written..<stable]
      var scalars: [UInt32] = []
      at = collect(bytes, from: stable, including: at, into: &scalars, tables)
      order(&scalars, tables)
      compose(&scalars, tables)
      for scalar in scalars { UTF8Scalar.append(scalar, to: &out) }
      written = at
      stable = at
    }
    guard written > 0 else { return nil }
    return out + bytes[written...]
  }

  /// Decomposes from `start` up to the first scalar after `touched` that stays unchanged.
  private static func collect(
    _ bytes: [UInt8], from start: Int, including touched: Int, into scalars: inout [UInt32],
    _ tables: CanonicalTables
  ) -> Int {
    var at = start
    while at < bytes.count, let (scalar, length) = UTF8Scalar.decode(bytes, at) {
      if at > touched, !tables.isTouched(scalar) { break }
      tables.decompose(scalar, into: &scalars)
      at += length
    }
    return at
  }

  /// Sorts each run of non-starters by combining class, stably.
  private static func order(_ scalars: inout [UInt32], _ tables: CanonicalTables) {
    var start = 0
    while start < scalars.count {
      var end = start
      while end < scalars.count, tables.combiningClass(scalars[end]) != 0 { end += 1 }
      if end - start > 1 {
        let sorted = scalars[start..<end].enumerated().sorted {
          let (a, b) = (tables.combiningClass($0.element), tables.combiningClass($1.element))
          return a != b ? a < b : $0.offset < $1.offset
        }
        scalars.replaceSubrange(start..<end, with: sorted.map(\.element))
      }
      start = end + 1
    }
  }

  /// Joins each scalar to the last starter, unless a scalar of its class or a higher one is in
  /// between.
  private static func compose(_ scalars: inout [UInt32], _ tables: CanonicalTables) {
    var kept = 0
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let combiningClass = tables.combiningClass(scalar)
      if let starter, starter == kept - 1 || lastClass < combiningClass && lastClass != 0,
        let composed = tables.composition(scalars[starter], scalar)
      {
        scalars[starter] = composed
        continue
      }
      if combiningClass == 0 { starter = kept }
      lastClass = combiningClass
      scalars[kept] = scalar
      kept += 1
    }
    scalars.removeSubrange(kept...)
  }
}
