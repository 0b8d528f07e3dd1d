/// A fixed hash table from 64-bit keys to 64-bit values: open addressing, at most half full.
package struct IntegerTable: Sendable {
  private var keys: [UInt64]
  private var values: [UInt64]
  private let shift: UInt64

  /// Marks a free slot; none of our keys has all bits set.
  private static let free = UInt64.max

  /// - Parameter capacity: most keys; at most half of the slots are used.
  package init(capacity: Int) {
    var bits: UInt64 = 4
    while 1 << bits < 2 * capacity { bits += 1 }
    shift = 64 - bits
    keys = [UInt64](repeating: Self.free, count: 1 << bits)
    values = [UInt64](repeating: 0, count: 1 << bits)
  }

  /// The slot of `key`, or the free slot for it (Fibonacci hashing, Knuth 6.4).
  @inline(__always)
  private func place(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    while keys[place] != key, keys[place] != Self.free { place = (place + 1) & mask }
    return place
  }

  /// The value of a key; `nil` if it is absent.
  @inline(__always)
  package subscript(key: UInt64) -> UInt64? {
    let place = place(of: key)
    return keys[place] == key ? values[place] : nil
  }

  /// - Returns: false if the key is already present; its value is kept.
  /// - Precondition: fewer keys than the capacity.
  package mutating func insert(_ key: UInt64, _ value: UInt64) -> Bool {
    let place = place(of: key)
    guard keys[place] == Self.free else { return false }
    keys[place] = key
    values[place] = value
    return true
  }
}
