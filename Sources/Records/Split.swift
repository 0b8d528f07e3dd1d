/// The part of the data that a problem belongs to: depends only on its content, so that no problem
/// can be in two parts.
public enum Split: String, Sendable, CaseIterable {
  case train, validation, test

  /// First 8 hex of `content` / 2^32: below .90 train, below .95 validation, else test.
  ///
  /// - Parameter content: 64 hex.
  public init(content: String) {
    let share = Double(UInt32(Substring(content.utf8.prefix(8)), radix: 16) ?? 0) / 4_294_967_296
    self = share < 0.90 ? .train : share < 0.95 ? .validation : .test
  }
}
