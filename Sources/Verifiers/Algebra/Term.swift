/// A term in x as a list in prefix order: an operator stands before its operands.
///
/// No recursion is needed to compare terms or to find a part; reading and writing nest at most
/// `depthLimit` deep.
struct Term: Equatable {
  enum Node: Equatable {
    case number(Int)
    case x
    /// `+`, `-`, `*` or `/`.
    case binary(UInt8)
    case power(Int)
    case function(Name)

    /// How many operands follow.
    var arity: Int {
      switch self {
      case .number, .x: 0
      case .power, .function: 1
      case .binary: 2
      }
    }

    static let plus = Node.binary(UInt8(ascii: "+"))
    static let minus = Node.binary(UInt8(ascii: "-"))
    static let times = Node.binary(UInt8(ascii: "*"))
    static let over = Node.binary(UInt8(ascii: "/"))
    static let derivative = Node.function(.derivative)
  }

  enum Name: String, CaseIterable {
    case sin, cos, exp, ln
    case derivative = "D"
  }

  static let depthLimit = 64
  static let nodeLimit = 4000

  var nodes: [Node]

  /// The place after the part that begins at `start`.
  func end(of start: Int) -> Int {
    var place = start
    var missing = 1
    while missing > 0, place < nodes.count {
      missing += nodes[place].arity - 1
      place += 1
    }
    return place
  }

  /// Operators and functions.
  var size: Int { nodes.count { $0.arity > 0 } }
}

extension Term {
  /// Reads a term in canonical form: the least parentheses, operators to the left.
  ///
  /// - Parameters:
  ///   - digitLimit: most digits of a number.
  ///   - derivatives: whether `D(...)` may stand in it.
  init(
    _ line: inout Lexer, digitLimit: Int, derivatives: Bool
  ) throws(Rejection) {
    let start = line
    nodes = []
    try Self.sum(&line, 0, digitLimit, derivatives, into: &nodes)
    // Only the canonical text has the same lexemes.
    let text = text
    let written = Lexer(text, in: 0..<text.count)
    var (found, right) = (start, written)
    while !right.isAtEnd {
      guard found.bytes[found.current] == right.bytes[right.current] else {
        throw .unreadable("expected no needless parentheses, found \(found.found)")
      }
      found.advance()
      right.advance()
    }
    guard found.current == line.current else {
      throw .unreadable("expected no needless parentheses")
    }
  }

  private static func sum(
    _ line: inout Lexer, _ depth: Int, _ digits: Int, _ derivatives: Bool, into nodes: inout [Node]
  ) throws(Rejection) {
    guard depth < depthLimit else { throw .unreadable("expected fewer parentheses in each other") }
    let start = nodes.count
    try product(&line, depth, digits, derivatives, into: &nodes)
    while let sign = Self.sign(&line, "+", "-") {
      nodes.insert(.binary(sign), at: start)
      try product(&line, depth, digits, derivatives, into: &nodes)
    }
  }

  private static func product(
    _ line: inout Lexer, _ depth: Int, _ digits: Int, _ derivatives: Bool, into nodes: inout [Node]
  ) throws(Rejection) {
    let start = nodes.count
    try power(&line, depth, digits, derivatives, into: &nodes)
    while let sign = Self.sign(&line, "*", "/") {
      nodes.insert(.binary(sign), at: start)
      try power(&line, depth, digits, derivatives, into: &nodes)
    }
  }

  private static func sign(_ line: inout Lexer, _ first: String, _ second: String) -> UInt8? {
    let byte = line.bytes[line.current].first
    return line.take(first) || line.take(second) ? byte : nil
  }

  private static func power(
    _ line: inout Lexer, _ depth: Int, _ digits: Int, _ derivatives: Bool, into nodes: inout [Node]
  ) throws(Rejection) {
    guard nodes.count < nodeLimit else { throw .unreadable("expected a shorter term") }
    let start = nodes.count
    if line.take("(") {
      try sum(&line, depth + 1, digits, derivatives, into: &nodes)
      try line.expect(")")
    } else if line.take("x") {
      nodes.append(.x)
    } else if line.take("-") {
      let value = try line.natural(digitLimit: digits)
      guard value > 0 else { throw .unreadable("expected no -0") }
      nodes.append(.number(-value))
    } else if let name = Name.allCases.first(where: { line.isAt(oneOf: [$0.rawValue]) }),
      derivatives || name != .derivative
    {
      line.advance()
      nodes.append(.function(name))
      try line.expect("(")
      try sum(&line, depth + 1, digits, derivatives, into: &nodes)
      try line.expect(")")
    } else {
      nodes.append(.number(try line.natural(digitLimit: digits)))
    }
    if line.take("^") {
      let exponent = try line.natural(digitLimit: 2)
      guard exponent > 1 else { throw .unreadable("expected an exponent of 2 or more") }
      nodes.insert(.power(exponent), at: start)
    }
  }

  /// The canonical text.
  var text: [UInt8] {
    var bytes: [UInt8] = []
    _ = write(0, 0, to: &bytes)
    return bytes
  }

  /// Writes the part at a place, in parentheses if it binds less than `least`.
  ///
  /// - Returns: the place after it.
  private func write(_ place: Int, _ least: Int, to bytes: inout [UInt8]) -> Int {
    guard place < nodes.count else { return place }
    func inside(_ rank: Int, _ body: (inout [UInt8]) -> Int) -> Int {
      if rank >= least { return body(&bytes) }
      bytes.append(UInt8(ascii: "("))
      let end = body(&bytes)
      bytes.append(UInt8(ascii: ")"))
      return end
    }
    switch nodes[place] {
    case .number(let value):
      bytes += String(value).utf8
      return place + 1
    case .x:
      bytes.append(UInt8(ascii: "x"))
      return place + 1
    case .binary(let sign):
      let rank = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 1 : 2
      return inside(rank) { bytes in
        let second = write(place + 1, rank, to: &bytes)
        bytes.append(sign)
        return write(second, rank + 1, to: &bytes)
      }
    case .power(let exponent):
      return inside(3) { bytes in
        let end = write(place + 1, 4, to: &bytes)
        bytes.append(UInt8(ascii: "^"))
        bytes += String(exponent).utf8
        return end
      }
    case .function(let name):
      bytes += name.rawValue.utf8
      bytes.append(UInt8(ascii: "("))
      let end = write(place + 1, 0, to: &bytes)
      bytes.append(UInt8(ascii: ")"))
      return end
    }
  }
}
