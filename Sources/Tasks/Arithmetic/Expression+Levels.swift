public import Files
public import Randomness

extension Expression {
  private struct Size {
    var operations: Int
    var largest: Int
    var hasPowers: Bool
    var hasNegatives: Bool

    init(_ difficulty: Difficulty) {
      let level = difficulty.level
      operations = difficulty["operations"] ?? level + 1
      largest = difficulty["largest"] ?? [9, 12, 12, 15, 20, 20, 30, 30, 50, 50][level - 1]
      hasPowers = (difficulty["powers"] ?? (level >= 3 ? 1 : 0)) == 1
      hasNegatives = (difficulty["negatives"] ?? (level >= 5 ? 1 : 0)) == 1
    }
  }

  /// No value of a posed problem is greater.
  private static let bound = 9999
  /// One operation in so many is a power, where there may be some.
  private static let powerShare = 8
  /// One division in so many operations is made to come out even by its divisor.
  private static let divisionShare = 3

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    var items: [Item] = []
    items.reserveCapacity(64)
    let size = Size(difficulty)
    _ = Self.grow(size.operations, size, &items, using: &stream)
    return posed(Problem(items: items), text: ExpressionText.text(items), at: difficulty)
  }

  /// Appends an expression of so many operations.
  ///
  /// - Returns: its value.
  private static func grow(
    _ operations: Int, _ size: Size, _ items: inout [Item], using stream: inout RandomStream
  ) -> Int {
    if operations == 0 {
      let number = stream.uniform(2...size.largest)
      items.append(.number(number))
      return number
    }
    if size.hasPowers, stream.uniform(powerShare) == 0 {
      let base = grow(operations - 1, size, &items, using: &stream)
      let exponent = stream.uniform(2...3)
      if let value = Operation.power.value(base, exponent), value.magnitude <= bound {
        items += [.number(exponent), .operation(.power)]
        return value
      }
      // Too great a power becomes another operation on its base and a number.
      return combine(base, with: 0, from: items.count, size, &items, using: &stream)
    }
    let left = stream.uniform(operations)
    let start = items.count
    let a = grow(left, size, &items, using: &stream)
    return combine(
      a, with: operations - 1 - left, from: items.count, size, &items, using: &stream, start: start)
  }

  /// Appends a second operand of so many operations and an operation that has a value within
  /// bounds.
  private static func combine(
    _ a: Int, with operations: Int, from middle: Int, _ size: Size, _ items: inout [Item],
    using stream: inout RandomStream, start: Int? = nil
  ) -> Int {
    if operations == 0, stream.uniform(divisionShare) == 0 {
      let divisors = (2...size.largest).filter { a % $0 == 0 }
      if a != 0, !divisors.isEmpty {
        let divisor = divisors[stream.uniform(divisors.count)]
        items += [.number(divisor), .operation(.divide)]
        return a / divisor
      }
    }
    let b = grow(operations, size, &items, using: &stream)
    func isPosed(_ value: Int) -> Bool {
      value.magnitude <= bound && (size.hasNegatives || value >= 0)
    }
    let possible = [Operation.add, .subtract, .multiply, .divide].filter { operation in
      if operation == .divide, b.magnitude < 2 { return false }
      return operation.value(a, b).map(isPosed) ?? false
    }
    if possible.isEmpty {
      // Two great numbers, the second the greater: the first is taken from it.
      let start = start ?? startOfOperand(endingAt: middle, items)
      let first = Array(items[start..<middle])
      items.removeSubrange(start..<middle)
      items += first
      items.append(.operation(.subtract))
      return b - a
    }
    let operation = possible[stream.uniform(possible.count)]
    items.append(.operation(operation))
    return operation.value(a, b) ?? 0
  }

  /// Where the operand that ends before `end` begins.
  private static func startOfOperand(endingAt end: Int, _ items: [Item]) -> Int {
    var missing = 1
    var place = end
    while missing > 0, place > 0 {
      place -= 1
      if case .operation = items[place] { missing += 1 } else { missing -= 1 }
    }
    return place
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Size(difficulty)
    var (operations, hasPowers, isNegative) = (0, false, false)
    for (place, item) in problem.items.enumerated() {
      switch item {
      case .operation(let operation):
        operations += 1
        hasPowers = hasPowers || operation == .power
      case .number(let number):
        let isExponent =
          place + 1 < problem.items.count && problem.items[place + 1] == .operation(.power)
        let range = isExponent ? 2...3 : 2...size.largest
        guard range.contains(number) else { return nil }
      }
    }
    guard operations == size.operations, size.hasPowers || !hasPowers,
      Self.value(problem.items, isNegative: &isNegative, bound: Self.bound) != nil,
      size.hasNegatives || !isNegative
    else { return nil }
    let parentheses = ExpressionText.text(problem.items).utf8.count { $0 == UInt8(ascii: "(") }
    return [
      "operations": .init(operations), "largest": .init(size.largest),
      "powers": size.hasPowers ? 1 : 0, "negatives": size.hasNegatives ? 1 : 0,
      "parentheses": .init(parentheses), "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// Not counted. No canonical problem of n operations is likelier than h(n): a number has
  /// h(0) = 1 / (largest - 1); a power comes from one base, a share of 1/8 and one of two
  /// exponents; a quotient from a divisor found for it, in a third of the draws of one of n splits,
  /// or from two operands; anything else from two operands in at most two orders.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Size(difficulty)
    var likeliest = [1 / Double(size.largest - 1)]
    for n in 1...size.operations {
      let splits = Double(n)
      let power = size.hasPowers ? likeliest[n - 1] / Double(2 * Self.powerShare) : 0
      var pair = 0.0
      for left in 0..<n { pair = max(pair, likeliest[left] * likeliest[n - 1 - left]) }
      // A power that grew too great is replaced by an operation on its base and a number.
      let replaced = size.hasPowers ? 1 / Double(Self.powerShare) : 0
      let divided = likeliest[n - 1] * (1 / splits + replaced) / Double(Self.divisionShare)
      likeliest.append(max(power, divided + 2 * pair * (1 / splits + replaced)))
    }
    let bound = likeliest[size.operations]
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: bound, collisionIsExact: false, heaviest: bound,
      note: "trees of \(size.operations) operations on numbers from 2 to \(size.largest)")
  }
}
