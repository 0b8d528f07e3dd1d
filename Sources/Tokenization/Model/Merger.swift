/// Merges the symbols of one piece: repeatedly the pair of lowest rank, the leftmost if equal
/// (Sennrich et al. 2016), until no pair is known.
package struct Merger: Sendable {
  /// left << 32 | right  →  rank << 32 | result
  private let pairs: IntegerTable

  /// No pair.
  private static let none = UInt64.max

  /// Up to this many symbols a scan for the lowest rank is faster than a heap.
  static let scanLimit = 32

  /// - Precondition: no duplicate pairs (the first one counts).
  package init(_ merges: [Merge]) {
    var pairs = IntegerTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
      _ = pairs.insert(merge.key, UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merge.result)))
    }
    self.pairs = pairs
  }

  @inline(__always)
  private func value(_ left: Int32, _ right: Int32) -> UInt64 {
    pairs[Merge.key(left, right)] ?? Self.none
  }

  /// Merges `symbols` in place.
  ///
  /// - Parameter values: scratch, so that short pieces allocate nothing.
  package func merge(_ symbols: inout [Int32], values: inout [UInt64]) {
    if symbols.count <= Self.scanLimit {
      scan(&symbols, &values)
    } else {
      mergeByHeap(&symbols)
    }
  }

  private func scan(_ symbols: inout [Int32], _ values: inout [UInt64]) {
    values.removeAll(keepingCapacity: true)
    for i in 1..<max(1, symbols.count) { values.append(value(symbols[i - 1], symbols[i])) }
    while true {
      var best = Self.none
      var at = 0
      for i in values.indices where values[i] < best { (best, at) = (values[i], i) }
      guard best != Self.none else { return }
      symbols[at] = Int32(truncatingIfNeeded: best)
      symbols.remove(at: at + 1)
      values.remove(at: at)
      if at > 0 { values[at - 1] = value(symbols[at - 1], symbols[at]) }
      if at < values.count { values[at] = value(symbols[at], symbols[at + 1]) }
    }
  }

  /// Same as `merge`, in O(n log n): symbols in a linked list, candidate pairs in a heap; stale
  /// candidates are skipped.
  package func mergeByHeap(_ symbols: inout [Int32]) {
    let count = symbols.count
    guard count > 1 else { return }
    var next = Array(1...count)
    var previous = Array(-1..<(count - 1))
    var heap = Heap<Candidate>()
    func push(_ at: Int, _ symbols: [Int32]) {
      guard at >= 0, next[at] < count else { return }
      let value = value(symbols[at], symbols[next[at]])
      if value != Self.none { heap.push(Candidate(value: value, at: at)) }
    }
    for at in 0..<(count - 1) { push(at, symbols) }
    while let candidate = heap.pop() {
      let at = candidate.at
      let right = next[at]
      guard symbols[at] >= 0, right < count, value(symbols[at], symbols[right]) == candidate.value
      else { continue }
      symbols[at] = Int32(truncatingIfNeeded: candidate.value)
      symbols[right] = -1
      next[at] = next[right]
      if next[at] < count { previous[next[at]] = at }
      push(previous[at], symbols)
      push(at, symbols)
    }
    symbols.removeAll { $0 < 0 }
  }

  private struct Candidate: Comparable {
    let value: UInt64
    let at: Int

    static func < (a: Self, b: Self) -> Bool { (a.value, a.at) < (b.value, b.at) }
  }
}

/// A merge: two tokens that become one.
package struct Merge: Sendable, Equatable {
  /// Id of the left token.
  package let left: Int32
  /// Id of the right token.
  package let right: Int32
  /// Id of the token that both become; not always a new one, as two pairs may spell the same bytes.
  package let result: Int32

  /// Tokens `left` and `right` become `result`.
  package init(left: Int32, right: Int32, result: Int32) {
    self.left = left
    self.right = right
    self.result = result
  }

  /// The pair in one word.
  package var key: UInt64 { Self.key(left, right) }

  /// Both ids in one word, the left one above.
  @inline(__always)
  package static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
