/// Counts of each piece of at least two bytes. A one-byte piece has no pair to merge and is only
/// counted in the total.
struct PieceCounts {
  /// Keyed by `BPE.packed`: no allocation per piece.
  private var short: [UInt64: Int] = [:]
  private var long: [[UInt8]: Int] = [:]
  private(set) var pieceCount = 0

  mutating func add(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let end = PreTokenizer.end(of: bytes, from: start)
      pieceCount += 1
      if end - start > 1 {
        if let key = BPE.packed(bytes, start, end) {
          short[key, default: 0] += 1
        } else {
          long[Array(bytes[start..<end]), default: 0] += 1
        }
      }
      start = end
    }
  }

  /// Pieces and their counts, in no particular order.
  var all: [(piece: [UInt8], count: Int)] {
    var out: [(piece: [UInt8], count: Int)] = []
    out.reserveCapacity(short.count + long.count)
    for (key, count) in short { out.append((Self.unpacked(key), count)) }
    for (piece, count) in long { out.append((piece, count)) }
    return out
  }

  /// The byte count is stored above the bytes, so the word's highest nonzero byte is the count.
  private static func unpacked(_ key: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = key
    while rest > 0 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
    return bytes.dropLast().reversed()
  }
}
