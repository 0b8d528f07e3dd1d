extension FractionText {
  /// A problem: terms with signs between them, or a list to put in order.
  static func problem(_ problem: Fraction.Problem) -> String {
    var line = LineText()
    if problem.kind == .order { line.add("order ") }
    for (index, value) in problem.values.enumerated() {
      if index > 0 {
        switch problem.kind {
        case .sum: line.add(UInt8(ascii: problem.isInverse[index] ? "-" : "+"))
        case .product: line.add(UInt8(ascii: problem.isInverse[index] ? ":" : "*"))
        case .order: line.add(", ")
        }
      }
      if problem.wholes[index] > 0 {
        line.add(problem.wholes[index])
        line.add(UInt8(ascii: " "))
      }
      line.add(value)
    }
    return line.text
  }
}

extension Fraction {
  /// The greatest product of the terms' sizes: all numbers on the way stay far below 2^63.
  private static let sizeLimit = 1_000_000_000_000_000

  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 120 else { return nil }
    let isOrder = text.hasPrefix("order ")
    var wholes: [Int] = []
    var values: [Value] = []
    var signs: [UInt8] = []
    var numbers: [Int] = []
    var hasBar = false
    var size = 1
    /// Takes the numbers since the last sign as a term.
    func endTerm() -> Bool {
      guard hasBar, (2...3).contains(numbers.count) else { return false }
      let bottom = numbers.removeLast()
      let top = numbers.removeLast()
      let whole = numbers.popLast()
      guard top >= 1, bottom >= 2, whole == nil || (whole ?? 0) >= 1 && top < bottom else {
        return false
      }
      wholes.append(whole ?? 0)
      values.append(Value(top: top, bottom: bottom))
      let (product, overflow) = size.multipliedReportingOverflow(
        by: max((whole ?? 0) * bottom + top, bottom))
      size = product
      hasBar = false
      return !overflow && size <= Self.sizeLimit
    }
    var digits = 0
    for byte in text.utf8.dropFirst(isOrder ? 6 : 0) {
      switch byte {
      case 0x30...0x39:
        if digits == 0 { numbers.append(0) }
        digits += 1
        guard digits <= 2, numbers.count <= 3 else { return nil }
        numbers[numbers.count - 1] = 10 * numbers[numbers.count - 1] + Int(byte - 0x30)
        continue
      case UInt8(ascii: "/"):
        guard !hasBar else { return nil }
        hasBar = true
      case UInt8(ascii: " "): break
      default:
        guard endTerm() else { return nil }
        signs.append(byte)
      }
      digits = 0
    }
    guard endTerm(), (2...6).contains(values.count) else { return nil }
    let kind: Kind
    switch signs[0] {
    case UInt8(ascii: "+"), UInt8(ascii: "-"): kind = .sum
    case UInt8(ascii: "*"), UInt8(ascii: ":"): kind = .product
    default: kind = .order
    }
    let isInverse = [false] + signs.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
    let problem = Problem(
      kind: kind, wholes: wholes, values: values,
      isInverse: kind == .order ? wholes.map { _ in false } : isInverse)
    // Writing it again shows whether signs, spaces and the word are right.
    guard FractionText.problem(problem) == text, kind != .order || problem.hasDifferentValues else {
      return nil
    }
    return problem
  }
}
