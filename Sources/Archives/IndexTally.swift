internal import Files

/// Values computed while an index is read, and not kept with it: the content digest, the digest of
/// the ids, a hash of each id, to detect repeats, and the numbers of one column if they are asked
/// for.
final class IndexTally {
  private let content = ContentDigest()
  private let fields: [[UInt8]]
  private var ids: SHA256? = SHA256()
  /// Ids waiting to be hashed, each with a newline.
  private var waiting: [UInt8] = []
  private var hashes: [UInt64] = []
  private static let largestWait = 1 << 14
  private let column: [UInt8]?
  private(set) var numbers: [Double] = []

  /// - Parameter column: the column whose numbers are kept.
  init(fields: [String], samples: Int, column: String? = nil) {
    self.fields = fields.map { [0] + Array($0.utf8) + [0] }
    self.column = column.map { Array($0.utf8) }
    // The count comes from a manifest and is not verified yet.
    hashes.reserveCapacity(min(samples, 1 << 24))
    if column != nil { numbers.reserveCapacity(min(samples, 1 << 24)) }
  }

  func add(_ scan: IndexScan, in text: Span<UInt8>) {
    let id = text.extracting(scan.id)
    hashes.append(IdHash.hash(id))
    for field in fields.indices {
      content.add(id: id, field: fields[field], digest: scan.digests[field])
    }
    id.withUnsafeBufferPointer { waiting.append(contentsOf: $0) }
    waiting.append(0x0A)
    if waiting.count >= Self.largestWait { flush() }
    if let column { numbers.append(scan.number(of: column, in: text)) }
  }

  private func flush() {
    ids?.update(waiting)
    waiting.removeAll(keepingCapacity: true)
  }

  /// - Precondition: called once.
  func finish() -> (content: Digest, ids: Digest, repeated: Set<UInt64>) {
    flush()
    guard let ids = ids.take() else { preconditionFailure("the digest was taken before") }
    hashes.sort()
    var repeated: Set<UInt64> = []
    for i in hashes.indices.dropFirst() where hashes[i] == hashes[i - 1] {
      repeated.insert(hashes[i])
    }
    hashes = []
    return (content.finish(), ids.finalize(), repeated)
  }
}

/// Hashes a name to 64 or 96 bits: FNV-1a (Fowler, Noll, Vo 1991) with its bits mixed at the end.
enum IdHash {
  static func hash(_ name: Span<UInt8>, start: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
    var hash = start
    for i in 0..<name.count { hash = (hash ^ UInt64(name[unchecked: i])) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ (hash >> 32)
  }

  static func hash(_ name: String) -> UInt64 { hash(Array(name.utf8).span) }
}

/// Names already seen, as 96 bits each: 12 bytes in a table that is at most three quarters full.
///
/// Two names with equal bits would count as one: among 10 million names, once in 10^15 sets.
struct NameSet: Sendable {
  private(set) var count = 0
  /// 0: a free slot.
  private var first = [UInt64](repeating: 0, count: 64)
  private var second = [UInt32](repeating: 0, count: 64)

  /// - Returns: whether the name was new.
  mutating func insert(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    let key = max(1, IdHash.hash(bytes.span))
    let more = UInt32(
      truncatingIfNeeded: IdHash.hash(bytes.span, start: 0x6C62_272E_07BB_0142) >> 16)
    guard insert(key, more) else { return false }
    count += 1
    if 4 * count > 3 * first.count { grow() }
    return true
  }

  private mutating func insert(_ key: UInt64, _ more: UInt32) -> Bool {
    let mask = first.count - 1
    var place = Int(truncatingIfNeeded: key) & mask
    while first[place] != 0 {
      if first[place] == key, second[place] == more { return false }
      place = (place + 1) & mask
    }
    first[place] = key
    second[place] = more
    return true
  }

  private mutating func grow() {
    let (oldFirst, oldSecond) = (first, second)
    first = [UInt64](repeating: 0, count: 2 * oldFirst.count)
    second = [UInt32](repeating: 0, count: 2 * oldFirst.count)
    for (key, more) in zip(oldFirst, oldSecond) where key != 0 { _ = insert(key, more) }
  }
}
