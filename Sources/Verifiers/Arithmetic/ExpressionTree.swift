/// An expression of whole numbers as a tree, read from a line in its one spelling.
struct ExpressionTree {
  enum Operation: Int {
    case add, subtract, multiply, divide, power

    var rule: String { ["add", "subtract", "multiply", "divide", "power"][rawValue] }
  }

  enum Node {
    case number(Int)
    /// With the places of its operands.
    case operation(Operation, Int, Int)
  }

  /// Operands before their operation.
  private(set) var nodes: [Node] = []
  private var root = 0

  /// Most numbers of an expression, exponents among them.
  private static let numberLimit = 64
  /// Most parentheses within each other.
  private static let depthLimit = 64
  /// No value may reach it.
  static let valueLimit = 1_000_000_000

  /// What a line is worth once no operation is left.
  var number: Int? {
    if case .number(let number) = nodes[root] { number } else { nil }
  }

  /// Reads all of a line; parentheses must stand exactly where the tree needs them.
  init(_ line: inout Lexer) throws(Rejection) {
    if line.take("-") {
      let number = try Self.natural(&line)
      guard number > 0 else { throw .unreadable("expected no -0") }
      nodes = [.number(-number)]
    } else {
      root = try sum(&line, depth: 0)
      if case .number(let number) = nodes[root], number < 0 {
        throw .unreadable("expected a number alone without parentheses")
      }
    }
    try line.expectEnd()
  }

  /// The values of all nodes; `nil` where an operation has none: a division that leaves something,
  /// and values of more than nine digits.
  var values: [Int?] {
    var values: [Int?] = []
    values.reserveCapacity(nodes.count)
    for node in nodes {
      switch node {
      case .number(let number): values.append(number)
      case .operation(let operation, let a, let b):
        if let a = values[a], let b = values[b] {
          values.append(Self.value(of: operation, a, b))
        } else {
          values.append(nil)
        }
      }
    }
    return values
  }

  /// The rule of the one operation on two numbers that `next` replaces by its value, all else being
  /// the same; `nil` if there is none.
  func rule(leadingTo next: ExpressionTree) -> String? {
    guard case .replaced(let operation, let isRight) = compare(root, next, next.root), isRight
    else { return nil }
    return operation.rule
  }

  private enum Difference {
    case none
    case replaced(Operation, isRight: Bool)
    case other
  }

  private func compare(_ place: Int, _ next: ExpressionTree, _ other: Int) -> Difference {
    switch (nodes[place], next.nodes[other]) {
    case (.number(let a), .number(let b)): return a == b ? .none : .other
    case (.number, .operation): return .other
    case (.operation(let operation, let a, let b), .number(let value)):
      guard case .number(let first) = nodes[a], case .number(let second) = nodes[b] else {
        return .other
      }
      return .replaced(operation, isRight: Self.value(of: operation, first, second) == value)
    case (.operation(let operation, let a, let b), .operation(let found, let c, let d)):
      guard operation == found else { return .other }
      switch (compare(a, next, c), compare(b, next, d)) {
      case (.none, let difference), (let difference, .none): return difference
      default: return .other
      }
    }
  }

  private static func value(of operation: Operation, _ a: Int, _ b: Int) -> Int? {
    // Below 10^9 each: no product overflows.
    let value: Int
    switch operation {
    case .add: value = a + b
    case .subtract: value = a - b
    case .multiply: value = a * b
    case .divide:
      guard b != 0, a.isMultiple(of: b) else { return nil }
      value = a / b
    case .power:
      var power = 1
      for _ in 0..<min(b, 9) where power.magnitude < valueLimit { power *= a }
      value = power
    }
    return value.magnitude < valueLimit ? value : nil
  }
}

// Reading by precedence: sums of products of powers.
extension ExpressionTree {
  private static func natural(_ line: inout Lexer) throws(Rejection) -> Int {
    try line.natural(digitLimit: 9)
  }

  private mutating func add(_ node: Node) throws(Rejection) -> Int {
    guard nodes.count < 2 * Self.numberLimit - 1 else {
      throw .unreadable("expected at most \(Self.numberLimit) numbers, found more")
    }
    nodes.append(node)
    return nodes.count - 1
  }

  /// 1 for sums and differences, 2 for products and quotients, 3 for powers, 4 for numbers.
  private func precedence(_ place: Int) -> Int {
    guard case .operation(let operation, _, _) = nodes[place] else { return 4 }
    switch operation {
    case .add, .subtract: return 1
    case .multiply, .divide: return 2
    case .power: return 3
    }
  }

  /// - Parameter least: the precedence from which an operand needs no parentheses.
  private func requireNeed(
    _ operand: (node: Int, isEnclosed: Bool), least: Int
  ) throws(Rejection) {
    if operand.isEnclosed, precedence(operand.node) >= least {
      throw .unreadable("expected parentheses only where they are needed")
    }
  }

  private mutating func sum(_ line: inout Lexer, depth: Int) throws(Rejection) -> Int {
    let first = try product(&line, depth: depth)
    try requireNeed(first, least: 1)
    var left = first.node
    while true {
      let isSum = line.take(mark: UInt8(ascii: "+"))
      guard isSum || line.take(mark: UInt8(ascii: "-")) else { return left }
      let right = try product(&line, depth: depth)
      try requireNeed(right, least: 2)
      left = try add(.operation(isSum ? .add : .subtract, left, right.node))
    }
  }

  private mutating func product(
    _ line: inout Lexer, depth: Int
  ) throws(Rejection) -> (node: Int, isEnclosed: Bool) {
    var left = try power(&line, depth: depth)
    while true {
      let isProduct = line.take(mark: UInt8(ascii: "*"))
      guard isProduct || line.take(mark: UInt8(ascii: "/")) else { return left }
      try requireNeed(left, least: 2)
      let right = try power(&line, depth: depth)
      try requireNeed(right, least: 3)
      left = (try add(.operation(isProduct ? .multiply : .divide, left.node, right.node)), false)
    }
  }

  private mutating func power(
    _ line: inout Lexer, depth: Int
  ) throws(Rejection) -> (node: Int, isEnclosed: Bool) {
    let base = try operand(&line, depth: depth)
    guard line.take(mark: UInt8(ascii: "^")) else { return base }
    let exponent = try line.digit()
    guard exponent >= 2 else { throw .unreadable("expected an exponent from 2 to 9") }
    let right = try add(.number(Int(exponent)))
    return (try add(.operation(.power, base.node, right)), false)
  }

  private mutating func operand(
    _ line: inout Lexer, depth: Int
  ) throws(Rejection) -> (node: Int, isEnclosed: Bool) {
    guard line.take(mark: UInt8(ascii: "(")) else {
      return (try add(.number(try Self.natural(&line))), false)
    }
    if line.take(mark: UInt8(ascii: "-")) {
      let number = try Self.natural(&line)
      guard number > 0 else { throw .unreadable("expected no -0") }
      try line.expect(")")
      return (try add(.number(-number)), false)
    }
    guard depth < Self.depthLimit else {
      throw .unreadable("expected at most \(Self.depthLimit) parentheses within each other")
    }
    let inner = try sum(&line, depth: depth + 1)
    try line.expect(")")
    guard precedence(inner) < 4 else {
      throw .unreadable("expected parentheses only where they are needed")
    }
    return (inner, true)
  }
}
