/// The mean of the values.
///
/// - Precondition: not empty.
public func mean(_ values: [Double]) -> Double {
  precondition(!values.isEmpty, "the mean of no values")
  return values.reduce(0, +) / Double(values.count)
}

/// The standard deviation with divisor n - 1; `nil` for fewer than two values.
public func standardDeviation(_ values: [Double]) -> Double? {
  guard values.count > 1 else { return nil }
  // Equal values have no spread, but their computed mean may differ in the last bit.
  if values.allSatisfy({ $0 == values[0] }) { return 0 }
  let centre = mean(values)
  let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  return (squares / Double(values.count - 1)).squareRoot()
}
