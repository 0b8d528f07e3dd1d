/// Why an exact operation has no result.
public enum ExactError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The result, or an intermediate value, does not fit into 128 bits.
  case overflow(operation: String)
  /// A quotient or a fraction with denominator zero.
  case divisionByZero(operation: String)

  public var description: String {
    switch self {
    case .overflow(let operation):
      "\(operation): the result does not fit into 128 bits; use smaller numbers"
    case .divisionByZero(let operation):
      "\(operation): expected a divisor other than 0, found 0"
    }
  }
}
