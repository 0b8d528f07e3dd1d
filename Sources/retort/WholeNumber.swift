internal import ArgumentParser

/// Whole numbers on the command line that accept a sign as part of the value, so that `--seed -3`
/// reports what was expected instead of a missing value. For options with `parsing:
/// .unconditional`.
enum WholeNumber {
  /// A seed: 0 to 2^64 - 1.
  static func seed(_ text: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
      throw ValidationError("expected a whole number from 0 to \(UInt64.max)")
    }
    return seed
  }

  /// A count of at least `least`.
  static func atLeast(_ least: Int) -> @Sendable (String) throws -> Int {
    { text in
      guard let number = Int(text), number >= least else {
        throw ValidationError("expected a whole number of at least \(least)")
      }
      return number
    }
  }
}
