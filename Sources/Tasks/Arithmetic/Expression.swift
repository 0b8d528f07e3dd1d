/// An expression of whole numbers, worked by replacing one operation by its value at a time.
///
///     20-(3+4)*2  ->  20-7*2 / 20-14 / 6 / Answer: 6
///
/// Every operation on two numbers that precedence and parentheses let go first is an equally likely
/// next step. Divisions leave nothing; a negative number within an expression is written `(-3)`;
/// parentheses stand exactly where the tree needs them. Level l has l + 1 operations (knob
/// `operations`), powers from level 3 on and values below zero from level 5 on. Addition and
/// multiplication commute: the canonical form sorts their operands.
public struct Expression: WalkFamily {
  /// The expression in postfix order: operands before their operation.
  public struct Problem: Sendable {
    var items: [Item]
  }

  enum Item: Sendable, Equatable {
    case number(Int)
    case operation(Operation)
  }

  enum Operation: UInt8, Sendable, CaseIterable {
    case add, subtract, multiply, divide, power

    var sign: UInt8 { [0x2B, 0x2D, 0x2A, 0x2F, 0x5E][Int(rawValue)] }

    /// The higher goes first.
    var precedence: Int { self == .power ? 3 : rawValue < 2 ? 1 : 2 }

    var rule: String { ["add", "subtract", "multiply", "divide", "power"][Int(rawValue)] }

    /// - Returns: `nil` for a division that does not come out even and beyond nine digits.
    func value(_ a: Int, _ b: Int) -> Int? {
      var value = a
      switch self {
      case .add: value += b
      case .subtract: value -= b
      case .multiply: value *= b
      case .divide:
        guard b != 0, a % b == 0 else { return nil }
        value /= b
      case .power:
        guard (2...9).contains(b) else { return nil }
        for _ in 1..<b where value.magnitude < 1_000_000_000 { value *= a }
      }
      return value.magnitude < 1_000_000_000 ? value : nil
    }
  }

  public static let name = "expression"

  public init() {}

  public var about: String {
    "An expression with parentheses and powers is worked by replacing one operation by its value."
  }

  public var knobs: [Knob] {
    [
      .settable("operations", in: 1...20, "operations to work"),
      .settable("largest", in: 3...99, "bound of the numbers in the problem, exponents apart"),
      .settable("powers", in: 0...1, "1: there may be squares and cubes"),
      .settable("negatives", in: 0...1, "1: values below zero may come up"),
      .measured("parentheses", "pairs of parentheses"), .verbose,
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.15 }

  public func read(_ text: String) -> Problem? {
    var reader = ExpressionReader(text)
    guard let items = reader.items, items.count > 1, Self.value(items) != nil else { return nil }
    let problem = Problem(items: items)
    return ExpressionText.text(items) == text ? problem : nil
  }

  public func canonicalText(_ problem: Problem) -> String {
    ExpressionText.text(ExpressionText.sorted(problem.items))
  }

  public func choices(_ state: Problem) -> Int {
    state.items.indices.count { Self.isRedex(at: $0, of: state.items) }
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let place = Self.redex(choice, of: state.items)
    let (_, a, b, operation) = Self.operands(at: place, of: state.items)
    let next = Self.replacing(place, of: state.items, by: operation.value(a, b) ?? 0)
    return (ExpressionText.text(next), Problem(items: next))
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let place = Self.redex(choice, of: state.items)
    return StepNote(Self.operands(at: place, of: state.items).operation.rule, from: [line - 1])
  }

  public func answer(_ state: Problem) -> String { ExpressionText.text(state.items) }

  /// Operations are redexes where two numbers stand before them.
  static func isRedex(at place: Int, of items: [Item]) -> Bool {
    guard place >= 2, case .operation = items[place], case .number = items[place - 1],
      case .number = items[place - 2]
    else { return false }
    return true
  }

  private static func redex(_ choice: Int, of items: [Item]) -> Int {
    var left = choice
    for place in items.indices where isRedex(at: place, of: items) {
      if left == 0 { return place }
      left -= 1
    }
    return items.count - 1
  }

  static func operands(
    at place: Int, of items: [Item]
  ) -> (place: Int, a: Int, b: Int, operation: Operation) {
    guard place >= 2, case .number(let a) = items[place - 2],
      case .number(let b) = items[place - 1], case .operation(let operation) = items[place]
    else { return (place, 0, 0, .add) }
    return (place, a, b, operation)
  }

  static func replacing(_ place: Int, of items: [Item], by value: Int) -> [Item] {
    var next: [Item] = []
    next.reserveCapacity(items.count - 2)
    next += items[..<(place - 2)]
    next.append(.number(value))
    next += items[(place + 1)...]
    return next
  }

  /// The value of the whole; `nil` if an operation in it has none.
  static func value(_ items: [Item]) -> Int? {
    var isNegative = false
    return value(items, isNegative: &isNegative)
  }

  /// - Parameter isNegative: set if any value is below zero.
  static func value(_ items: [Item], isNegative: inout Bool, bound: Int = .max) -> Int? {
    var stack: [Int] = []
    for item in items {
      switch item {
      case .number(let number): stack.append(number)
      case .operation(let operation):
        guard let b = stack.popLast(), let a = stack.popLast(), let value = operation.value(a, b),
          value.magnitude <= bound
        else { return nil }
        stack.append(value)
      }
      isNegative = isNegative || (stack.last ?? 0) < 0
    }
    return stack.count == 1 ? stack[0] : nil
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let place = Self.redex(choice, of: state.items)
    let (_, a, b, operation) = Self.operands(at: place, of: state.items)
    let right = operation.value(a, b) ?? 0
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ items: [Item]) {
      // Mistakes after which the work cannot go on are no use.
      guard Self.value(items) != nil else { return }
      slips.append(Slip(kind, line: ExpressionText.text(items), state: Problem(items: items)))
    }
    func wrong(_ kind: String, _ value: Int?) {
      guard let value, value != right, value.magnitude < 1_000_000_000 else { return }
      add(kind, Self.replacing(place, of: state.items, by: value))
    }
    wrong("off-by-one", right + 1)
    wrong("off-by-one", right - 1)
    wrong("off-by-ten", right + 10)
    wrong("lost-sign", -right)
    switch operation {
    case .add: wrong("wrong-operator", a - b)
    case .subtract: wrong("wrong-operator", a + b)
    case .multiply: wrong("wrong-operator", a + b)
    case .divide: wrong("wrong-operator", a - b)
    case .power: wrong("wrong-operator", a * b)
    }
    // `a+b*c` begun from the left, `a-b-c` from the right.
    func replacing(_ range: Range<Int>, by new: [Item]) -> [Item] {
      var items = state.items
      items.replaceSubrange(range, with: new)
      return items
    }
    let items = state.items
    if items.count > place + 1, place >= 3, case .number(let before) = items[place - 3],
      case .operation(let outer) = items[place + 1], outer.precedence < operation.precedence,
      operation != .power, let value = outer.value(before, a)
    {
      let wrong: [Item] = [.number(value), .number(b), .operation(operation)]
      add("wrong-precedence", replacing(place - 3..<place + 2, by: wrong))
    }
    if items.count > place + 2, case .number(let after) = items[place + 1],
      case .operation(let outer) = items[place + 2], outer.precedence == operation.precedence,
      operation != .power, let value = outer.value(b, after)
    {
      let wrong: [Item] = [.number(value), .operation(operation)]
      add("wrong-association", replacing(place - 1..<place + 3, by: wrong))
    }
    return slips
  }
}
