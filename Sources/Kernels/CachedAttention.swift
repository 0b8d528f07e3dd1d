internal import CKernels

/// Keys and values of the tokens one sequence has seen, for one key-value head of one layer.
public struct KeyValueCache: Sendable {
  /// Width of a head.
  public let headWidth: Int
  /// Capacity in positions, a multiple of 16.
  public let capacity: Int
  /// Whether keys and values are stored in bfloat16.
  public let isHalved: Bool
  private let memory: Floats

  /// Floats a cache of at least `positions` positions takes.
  public static func floats(positions: Int, headWidth: Int, halved: Bool) -> Int {
    2 * roundedCapacity(positions) * headWidth / (halved ? 2 : 1)
  }

  /// Positions rounded up to whole lanes of 16.
  package static func roundedCapacity(_ positions: Int) -> Int { (positions + 15) / 16 * 16 }

  /// A cache in `memory`, which holds `floats(positions:headWidth:halved:)` floats.
  public init(in memory: Floats, positions: Int, headWidth: Int, halved: Bool) {
    precondition(
      memory.count >= Self.floats(positions: positions, headWidth: headWidth, halved: halved))
    self.headWidth = headWidth
    self.memory = memory
    capacity = Self.roundedCapacity(positions)
    isHalved = halved
  }

  private var keys: UnsafeMutableRawPointer { UnsafeMutableRawPointer(memory.pointer) }
  private var values: UnsafeMutableRawPointer {
    keys + capacity * headWidth * (isHalved ? 2 : 4)
  }

  /// Stores the key and the value `(D)` of one position.
  public func store(key: Floats, value: Floats, at position: Int) {
    precondition(position >= 0 && position < capacity, "the cache is full")
    precondition(key.count >= headWidth && value.count >= headWidth)
    ck_cache_store(
      isHalved ? 1 : 0, position, headWidth, key.pointer, value.pointer, keys, values)
  }

  /// Attention of the newest token, whose key and value are already stored.
  ///
  ///     y = sum_j P[j] v[j],   P = softmax over first <= j < length of q . k[j] / sqrt(D)
  ///
  /// - Parameters:
  ///   - y: `(heads D)`, overwritten.
  ///   - query: `(heads D)`: the heads that share this key-value head.
  ///   - first: first visible position.
  ///   - length: positions filled, more than `first`.
  ///   - scratch: `capacity` floats.
  public func attend(
    y: Floats, query: Floats, heads: Int, first: Int = 0, length: Int, scratch: Floats
  ) {
    precondition(first >= 0 && length > first && length <= capacity)
    precondition(scratch.count >= capacity)
    precondition(y.count >= heads * headWidth && query.count >= heads * headWidth)
    ck_cached_attention(
      isHalved ? 1 : 0, first, length, heads, headWidth, query.pointer, keys, values, nil,
      y.pointer, 1 / Float(headWidth).squareRoot(), scratch.pointer)
  }
}
