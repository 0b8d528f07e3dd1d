/// Writes expressions.
enum ExpressionText {
  typealias Item = Expression.Item

  static func text(_ items: [Item]) -> String {
    var line = LineText(capacity: 4 * items.count)
    if items.count == 1, case .number(let number) = items[0] {
      line.add(number)
      return line.text
    }
    write(items.count - 1, of: items, starts: starts(items), above: 0, to: &line)
    return line.text
  }

  /// Operands of additions and multiplications in order, those of all others where they are.
  static func sorted(_ items: [Item]) -> [Item] {
    var stack: [[Item]] = []
    for item in items {
      guard case .operation(let operation) = item, stack.count >= 2 else {
        stack.append([item])
        continue
      }
      var b = stack.removeLast()
      var a = stack.removeLast()
      if operation == .add || operation == .multiply, b.lexicographicallyPrecedes(a, by: precedes) {
        swap(&a, &b)
      }
      a += b
      a.append(item)
      stack.append(a)
    }
    return stack.last ?? []
  }

  private static func precedes(_ a: Item, _ b: Item) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a < b
    case (.number, .operation): true
    case (.operation, .number): false
    case (.operation(let a), .operation(let b)): a.rawValue < b.rawValue
    }
  }

  /// Where the operands of each operation begin, itself for a number.
  private static func starts(_ items: [Item]) -> [Int] {
    var starts: [Int] = []
    starts.reserveCapacity(items.count)
    for (place, item) in items.enumerated() {
      if case .operation = item {
        starts.append(starts[starts[place - 1] - 1])
      } else {
        starts.append(place)
      }
    }
    return starts
  }

  /// - Parameter outer: the least precedence that needs no parentheses here.
  private static func write(
    _ place: Int, of items: [Item], starts: [Int], above outer: Int, to line: inout LineText
  ) {
    switch items[place] {
    case .number(let number):
      if number < 0 { line.add(UInt8(ascii: "(")) }
      line.add(number)
      if number < 0 { line.add(UInt8(ascii: ")")) }
    case .operation(let operation):
      let precedence = operation.precedence
      if precedence < outer { line.add(UInt8(ascii: "(")) }
      write(
        starts[place - 1] - 1, of: items, starts: starts,
        above: operation == .power ? 4 : precedence, to: &line)
      line.add(operation.sign)
      write(place - 1, of: items, starts: starts, above: precedence + 1, to: &line)
      if precedence < outer { line.add(UInt8(ascii: ")")) }
    }
  }
}

/// Reads expressions loosely: writing them again shows whether they are as they must be.
struct ExpressionReader {
  private typealias Operation = Expression.Operation

  private let bytes: [UInt8]
  private var place = 0
  private var found: [Expression.Item] = []
  private var depth = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Postfix items; `nil` for no expression.
  var items: [Expression.Item]? {
    mutating get {
      guard bytes.count <= 400, sum(), place == bytes.count, found.count <= 127 else { return nil }
      return found
    }
  }

  private mutating func sum() -> Bool {
    chain([.add, .subtract]) { $0.chain([.multiply, .divide]) { $0.power() } }
  }

  private mutating func chain(
    _ operations: [Operation], of operand: (inout ExpressionReader) -> Bool
  ) -> Bool {
    guard operand(&self) else { return false }
    while place < bytes.count, let operation = operations.first(where: { $0.sign == bytes[place] })
    {
      place += 1
      guard operand(&self) else { return false }
      found.append(.operation(operation))
    }
    return true
  }

  private mutating func power() -> Bool {
    guard operand() else { return false }
    guard take(UInt8(ascii: "^")) else { return true }
    guard let exponent = number(digits: 1), exponent >= 2 else { return false }
    found += [.number(exponent), .operation(.power)]
    return true
  }

  private mutating func operand() -> Bool {
    guard take(UInt8(ascii: "(")) else {
      guard let number = number(digits: 9) else { return false }
      found.append(.number(number))
      return true
    }
    if take(UInt8(ascii: "-")) {
      guard let number = number(digits: 9), number > 0 else { return false }
      found.append(.number(-number))
    } else {
      depth += 1
      guard depth <= 64, sum() else { return false }
      depth -= 1
    }
    return take(UInt8(ascii: ")"))
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func number(digits: Int) -> Int? {
    let start = place
    var value = 0
    while place < bytes.count, place - start <= digits, (0x30...0x39).contains(bytes[place]) {
      value = 10 * value + Int(bytes[place] - 0x30)
      place += 1
    }
    return (1...digits).contains(place - start) ? value : nil
  }
}
