/// Which records of a set a tokenizer learns from: all of a small set, evenly spread runs of a large
/// one. A function of their number alone, so that it depends neither on frames nor on threads.
public enum TextSample {
  /// Records at most: 2^17. What a vocabulary of a few thousand pieces needs is in fewer.
  public static let mostRecords = 1 << 17
  /// Records of one run, which lie in one frame or two: 64.
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
