/// Selects the records of a set that a tokenizer learns from: all of a small set, evenly spread
/// runs of a large one. Depends on the number of records alone, not on frames or threads.
public enum TextSample {
  /// Most records: 2^17. Fewer are enough for a vocabulary of a few thousand pieces.
  public static let mostRecords = 1 << 17
  /// Records per run, which lie in one frame or two: 64.
  public static let run = 64

  /// Positions, in order, of the records of a set of `count`.
  ///
  ///     run k of K = mostRecords / run begins at floor(k * count / K)
  public static func positions(of count: Int) -> [Int] {
    guard count > mostRecords else { return Array(0..<count) }
    let runs = mostRecords / run
    return (0..<runs).flatMap { k in
      let start = Int(UInt64(k) * UInt64(count) / UInt64(runs))
      return start..<(start + run)
    }
  }
}
