/// The part of the data that a problem belongs to: depends only on its content, so that no problem
/// can be in two parts.
public enum Split: String, Sendable, CaseIterable {
  case train, validation, test

  /// First 8 hex of `content` / 2^32: below .90 train, below .95 validation, else test.
  ///
  /// - Parameter content: 64 hex.
  public init(content: String) {
    var value: UInt32? = 0
    for byte in content.utf8.prefix(8) {
      let digit: UInt8? =
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
      value = digit.flatMap { digit in value.map { $0 << 4 | UInt32(digit) } }
    }
    let share = Double(value ?? 0) / 4_294_967_296
    self = share < 0.90 ? .train : share < 0.95 ? .validation : .test
  }
}
