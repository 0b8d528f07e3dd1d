/// A hash table from byte strings to numbers: open addressing, all strings stored in one array.
///
/// Swift compares strings by canonical equivalence; a vocabulary needs byte equality.
struct ByteStringTable: Sendable {
  private var slots: [Int32]
  private var blob: [UInt8] = []
  private var starts: [Int] = [0]
  private var values: [Int32] = []

  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
  }

  /// FNV-1a, with its high bits folded down.
  @inline(__always)
  private static func hash(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in start..<end { hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
  }

  /// The slot of a string, or the free slot for it.
  @inline(__always)
  private func slot(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(bytes, start, end) & mask
    while slots[slot] >= 0, !matches(Int(slots[slot]), bytes, start, end) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func matches(_ entry: Int, _ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
    let first = starts[entry]
    guard starts[entry + 1] - first == end - start else { return false }
    for i in 0..<(end - start) where blob[first + i] != bytes[start + i] { return false }
    return true
  }

  /// The number of `bytes[start..<end]`.
  @inline(__always)
  subscript(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int32? {
    let entry = slots[slot(bytes, start, end)]
    return entry < 0 ? nil : values[Int(entry)]
  }

  subscript(_ bytes: [UInt8]) -> Int32? { self[bytes, 0, bytes.count] }

  /// - Returns: false if the string is already present; its number is kept.
  mutating func insert(_ bytes: [UInt8], _ value: Int32) -> Bool {
    let slot = slot(bytes, 0, bytes.count)
    guard slots[slot] < 0 else { return false }
    slots[slot] = Int32(values.count)
    blob += bytes
    starts.append(blob.count)
    values.append(value)
    if 2 * values.count > slots.count { grow() }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    for entry in values.indices {
      let mask = slots.count - 1
      var slot = Self.hash(blob, starts[entry], starts[entry + 1]) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(entry)
    }
  }
}
