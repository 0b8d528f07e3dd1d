internal import Foundation

/// What is measured of one row, after its numbers are natural logarithms or logits.
struct RowFacts {
  var count = 0
  var nan = 0
  var positiveInfinity = 0
  /// Entries of probability exactly 0.
  var zeros = 0
  /// Entries above 0, beyond rounding.
  var aboveZero = 0
  var largest = -Float.infinity
  var second = -Float.infinity
  var smallest = Float.infinity
  var largestID: Int32 = -1
  /// Entries equal to the smallest.
  var atSmallest = 0
  /// Whether at least three different numbers stand above the smallest.
  var isVaried = false
  /// Last entries that are equal, and no NaN.
  var equalAtEnd = 0
  /// Sum of the exponentials, and its logarithm.
  var mass = 0.0
  var logMass = -Double.infinity
  /// Of the row as a distribution: dense rows and logits normalised, the rest of a sparse row
  /// spread over the other ids. In nats.
  var entropy = 0.0
  var isDescending = true
  var hasRepeatedID = false
  var outside = 0
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  var isAllZero = false

  /// How far above 0 rounding may carry the logarithm of a probability near 1.
  static let roundingSlack: Float = 0x1p-10
  /// What a token counts as at most that its row rules out.
  static let mostNats = 30.0

  /// - Parameters:
  ///   - ids: of a sparse row; `nil` for a dense one.
  ///   - isNormalised: whether the numbers are logarithms of probabilities, not logits.
  ///   - vocabulary: ids that there are.
  init(_ values: [Float], ids: [Int32]?, isNormalised: Bool, vocabulary: Int) {
    count = values.count
    var last = Float.infinity
    var others: [Float] = []
    for (place, value) in values.enumerated() {
      hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3
      if value.isNaN {
        nan += 1
        continue
      }
      if value == .infinity { positiveInfinity += 1 }
      if value == -.infinity {
        zeros += 1
        last = value
        continue
      }
      if value > Self.roundingSlack { aboveZero += 1 }
      if value > last { isDescending = false }
      last = value
      if value > largest {
        (second, largest) = (largest, value)
        largestID = ids?[place] ?? Int32(truncatingIfNeeded: place)
      } else if value > second {
        second = value
      }
      if value < smallest {
        (smallest, atSmallest) = (value, 1)
      } else if value == smallest {
        atSmallest += 1
      }
    }
    isAllZero = largest == 0 && smallest == 0 && nan == 0 && zeros == 0 && count > 1
    for value in values where value > smallest && !others.contains(value) {
      others.append(value)
      if others.count == 3 { break }
    }
    isVaried = others.count >= 3
    if ids == nil, let end = values.last, !end.isNaN {
      equalAtEnd = values.reversed().prefix { $0 == end }.count
    }
    if let ids {
      for id in ids {
        hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x100_0000_01B3
        if id < -1 || Int(id) >= vocabulary { outside += 1 }
      }
      let known = ids.filter { $0 >= 0 }
      hasRepeatedID = Set(known).count < known.count
    }
    measure(values, isSparse: ids != nil, isNormalised: isNormalised, vocabulary: vocabulary)
  }

  private mutating func measure(
    _ values: [Float], isSparse: Bool, isNormalised: Bool, vocabulary: Int
  ) {
    guard largest.isFinite else { return }
    var sum = 0.0
    var product = 0.0
    for value in values where value.isFinite {
      let power = Double(exp(value - largest))
      sum += power
      product += power * Double(value)
    }
    logMass = Double(largest) + log(sum)
    mass = exp(logMass)
    if isSparse, isNormalised {
      let tail = max(0, 1 - mass)
      let rest = max(1, vocabulary - values.count)
      entropy = -product * exp(Double(largest))
      if tail > 1e-9 { entropy += tail * (log(Double(rest)) - log(tail)) }
    } else {
      entropy = logMass - product / sum
    }
  }

  /// The logarithm of the probability of an id, at least -30.
  func logProbability(
    of id: Int32, in values: [Float], ids: [Int32]?, isNormalised: Bool, vocabulary: Int
  ) -> Double {
    let normaliser = ids == nil || !isNormalised ? logMass : 0
    guard let ids else {
      guard values.indices.contains(Int(id)), values[Int(id)].isFinite else {
        return -Self.mostNats
      }
      return max(-Self.mostNats, Double(values[Int(id)]) - normaliser)
    }
    if let place = ids.firstIndex(of: id), values[place].isFinite {
      return max(-Self.mostNats, Double(values[place]) - normaliser)
    }
    guard isNormalised, mass < 1 else { return -Self.mostNats }
    return max(-Self.mostNats, log((1 - mass) / Double(max(1, vocabulary - ids.count))))
  }
}
