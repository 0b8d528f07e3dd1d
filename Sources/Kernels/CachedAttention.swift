internal import CKernels

/// Keys and values of the tokens one sequence has seen, for one layer.
///
/// Keys lie transposed, `(K, D, capacity)`, so that scores of 16 positions are one vector.
public struct KeyValueCache: Sendable {
  public let shape: AttentionShape
  /// Positions there is room for, a multiple of 16.
  public let capacity: Int
  let keys: Floats
  let values: Floats

  /// Floats a cache of at least `positions` positions takes.
  public static func floats(positions: Int, shape: AttentionShape) -> Int {
    2 * roundedCapacity(positions) * shape.keyValueHeads * shape.headWidth
  }

  static func roundedCapacity(_ positions: Int) -> Int { (positions + 15) / 16 * 16 }

  /// A cache in `memory`, which holds `floats(positions:shape:)` floats.
  public init(in memory: Floats, positions: Int, shape: AttentionShape) {
    precondition(memory.count >= Self.floats(positions: positions, shape: shape))
    self.shape = shape
    capacity = Self.roundedCapacity(positions)
    let half = capacity * shape.keyValueHeads * shape.headWidth
    keys = memory[0..<half]
    values = memory[half..<2 * half]
  }

  /// Keeps keys and values of `count` tokens, `projected` rows as in `attentionForward`, as
  /// positions from `start` on.
  public func store(projected: Floats, count: Int, at start: Int) {
    let width = shape.projectedWidth
    precondition(start >= 0 && count >= 0 && start + count <= capacity, "the cache is full")
    precondition(projected.count >= count * width)
    let k = projected.pointer + shape.heads * shape.headWidth
    ck_cache_store(
      count, start, capacity, shape.keyValueHeads, shape.headWidth, k,
      k + shape.keyValueHeads * shape.headWidth, width, keys.pointer, values.pointer)
  }

  /// Attention of the newest token, whose keys and values are already stored.
  ///
  /// - Parameters:
  ///   - y: `(H D)`, overwritten.
  ///   - query: starts with the token's H query heads.
  ///   - length: positions filled, at least 1.
  ///   - scratch: `capacity` floats.
  public func attend(y: Floats, query: Floats, length: Int, scratch: Floats) {
    precondition(length > 0 && length <= capacity && scratch.count >= capacity)
    precondition(y.count >= shape.outputWidth && query.count >= shape.outputWidth)
    ck_cached_attention(
      length, capacity, shape.heads, shape.keyValueHeads, shape.headWidth, query.pointer,
      keys.pointer, values.pointer, y.pointer, shape.scale, scratch.pointer)
  }
}
