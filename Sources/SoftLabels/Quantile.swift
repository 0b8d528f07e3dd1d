/// A high quantile of numbers that arrive one by one, in bounded memory.
///
/// Up to `mostExact` numbers are kept, 4 bytes each, and the answer is exact. Beyond that, numbers
/// are only counted by the upper bits of their representation, which are in the order of the
/// numbers: 2^20 counts, 8 MiB. Such an answer is the largest number with the same sign, exponent
/// and first 12 bits of the fraction as the exact one, so it is never below that and at most 2^-12
/// of it above; numbers below 3e-42 count as 0. Which way is taken depends on the number of values
/// alone.
package struct Quantile: Sendable {
  /// 2^22 numbers: 16 MiB.
  package static let mostExact = 1 << 22
  /// Low bits of a representation that are not told apart.
  private static let droppedBits = 11

  /// Numbers added so far.
  package private(set) var count = 0
  private var exact: [Float] = []
  /// By the upper 20 bits of a number that is not negative.
  private var counts: [Int] = []
  private let mostExact: Int

  /// - Parameter mostExact: another limit, for tests.
  package init(mostExact: Int = Quantile.mostExact) { self.mostExact = mostExact }

  /// Adds numbers that are not negative and not NaN; zero may have either sign.
  package mutating func add(_ values: [Float]) {
    count += values.count
    if counts.isEmpty, exact.count + values.count <= mostExact {
      exact.append(contentsOf: values)
      return
    }
    if counts.isEmpty {
      counts = [Int](repeating: 0, count: 1 << (31 - Self.droppedBits))
      for value in exact { tally(value) }
      exact = []
    }
    for value in values { tally(value) }
  }

  private mutating func tally(_ value: Float) {
    counts[Int(max(0, value).magnitude.bitPattern >> Self.droppedBits)] += 1
  }

  /// The nearest-rank quantile: the number of rank ceil(share * count), by size, counted from 1; 0
  /// if there is none.
  ///
  /// - Parameter percent: 1...100.
  package func value(percent: Int) -> Float {
    guard count > 0 else { return 0 }
    let rank = (count * percent + 99) / 100
    if counts.isEmpty { return exact.sorted()[rank - 1] }
    var below = 0
    for (place, number) in counts.enumerated() {
      below += number
      if below >= rank {
        if place == 0 { return 0 }
        let dropped = (UInt32(1) << UInt32(Self.droppedBits)) - 1
        let bits = (UInt32(place) << UInt32(Self.droppedBits)) | dropped
        let largest = Float(bitPattern: bits)
        return largest.isFinite ? largest : .infinity
      }
    }
    return 0
  }
}
