/// A term in x, with derivatives still to be taken.
indirect enum Formula: Sendable, Equatable {
  case number(Int)
  case x
  /// `+`, `-`, `*` or `/`.
  case binary(UInt8, Formula, Formula)
  case power(Formula, Int)
  /// `sin`, `cos`, `exp`, `ln`, or `D` for a derivative.
  case function(String, Formula)

  static func sum(_ a: Formula, _ b: Formula) -> Formula {
    .binary(UInt8(ascii: "+"), a, b)
  }
  static func difference(_ a: Formula, _ b: Formula) -> Formula {
    .binary(UInt8(ascii: "-"), a, b)
  }
  static func product(_ a: Formula, _ b: Formula) -> Formula {
    .binary(UInt8(ascii: "*"), a, b)
  }
  static func quotient(_ a: Formula, _ b: Formula) -> Formula {
    .binary(UInt8(ascii: "/"), a, b)
  }
  static func derivative(_ a: Formula) -> Formula { .function("D", a) }

  private var rank: Int {
    switch self {
    case .binary(let sign, _, _): sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 1 : 2
    case .power: 3
    case .number, .x, .function: 4
    }
  }

  /// With the least parentheses; operators associate to the left.
  var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes, above: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Parameter least: parentheses stand around what binds less than this.
  private func write(to bytes: inout [UInt8], above least: Int) {
    let isInside = rank < least
    if isInside { bytes.append(UInt8(ascii: "(")) }
    switch self {
    case .number(let value): bytes += String(value).utf8
    case .x: bytes.append(UInt8(ascii: "x"))
    case .binary(let sign, let a, let b):
      a.write(to: &bytes, above: rank)
      bytes.append(sign)
      b.write(to: &bytes, above: rank + 1)
    case .power(let base, let exponent):
      base.write(to: &bytes, above: 4)
      bytes.append(UInt8(ascii: "^"))
      bytes += String(exponent).utf8
    case .function(let name, let argument):
      bytes += name.utf8
      bytes.append(UInt8(ascii: "("))
      argument.write(to: &bytes, above: 0)
      bytes.append(UInt8(ascii: ")"))
    }
    if isInside { bytes.append(UInt8(ascii: ")")) }
  }

  /// Operators and functions.
  var size: Int {
    switch self {
    case .number, .x: 0
    case .binary(_, let a, let b): 1 + a.size + b.size
    case .power(let base, _): 1 + base.size
    case .function(_, let argument): 1 + argument.size
    }
  }

  /// Places where a step can be taken, from the left.
  var redexes: [[Int]] {
    var found: [[Int]] = []
    collect(&found, [])
    return found
  }

  private func collect(_ found: inout [[Int]], _ path: [Int]) {
    if reduced != nil { found.append(path) }
    switch self {
    case .number, .x: break
    case .binary(_, let a, let b):
      a.collect(&found, path + [0])
      b.collect(&found, path + [1])
    case .power(let base, _): base.collect(&found, path + [0])
    // What stands under a derivative is written out first.
    case .function(let name, let argument):
      if name != "D" { argument.collect(&found, path + [0]) }
    }
  }

  subscript(path: ArraySlice<Int>) -> Formula {
    guard let first = path.first else { return self }
    switch self {
    case .binary(_, let a, let b): return (first == 0 ? a : b)[path.dropFirst()]
    case .power(let base, _): return base[path.dropFirst()]
    case .function(_, let argument): return argument[path.dropFirst()]
    case .number, .x: return self
    }
  }

  func replacing(_ path: ArraySlice<Int>, by other: Formula) -> Formula {
    guard let first = path.first else { return other }
    let rest = path.dropFirst()
    switch self {
    case .binary(let sign, let a, let b):
      return first == 0
        ? .binary(sign, a.replacing(rest, by: other), b)
        : .binary(sign, a, b.replacing(rest, by: other))
    case .power(let base, let exponent): return .power(base.replacing(rest, by: other), exponent)
    case .function(let name, let argument):
      return .function(name, argument.replacing(rest, by: other))
    case .number, .x: return self
    }
  }

  /// `base^exponent`, or the base alone for 1.
  static func raised(_ base: Formula, _ exponent: Int) -> Formula {
    exponent == 1 ? base : .power(base, exponent)
  }

  /// What a step makes of this node and the rule it applies; `nil` if there is none.
  var reduced: (rule: String, result: Formula)? {
    switch self {
    case .function("D", let argument): argument.differentiated
    case .binary(UInt8(ascii: "*"), .number(1), let b): ("fold", b)
    case .binary(UInt8(ascii: "*"), .number(let a), .number(let b)): ("fold", .number(a * b))
    case .binary(
      UInt8(ascii: "*"), .number(let a), .binary(UInt8(ascii: "*"), .number(let b), let c)):
      ("fold", .product(.number(a * b), c))
    case .binary(UInt8(ascii: "+"), let a, .number(0)),
      .binary(UInt8(ascii: "-"), let a, .number(0)):
      ("fold", a)
    case .binary(UInt8(ascii: "+"), .number(0), let b): ("fold", b)
    default: nil
    }
  }

  /// The derivative of this, one rule deep.
  private var differentiated: (rule: String, result: Formula) {
    switch self {
    case .number: return ("constant", .number(0))
    case .x: return ("identity", .number(1))
    case .binary(UInt8(ascii: "+"), let a, let b):
      return ("sum", .sum(.derivative(a), .derivative(b)))
    case .binary(UInt8(ascii: "-"), let a, let b):
      return ("difference", .difference(.derivative(a), .derivative(b)))
    case .binary(UInt8(ascii: "*"), .number(let factor), let b):
      return ("constant-multiple", .product(.number(factor), .derivative(b)))
    case .binary(UInt8(ascii: "*"), let a, let b):
      return ("product", .sum(.product(.derivative(a), b), .product(a, .derivative(b))))
    case .binary(_, let a, let b):
      return (
        "quotient",
        .quotient(
          .difference(.product(.derivative(a), b), .product(a, .derivative(b))), .power(b, 2))
      )
    case .power(.x, let n):
      return ("power", .product(.number(n), Self.raised(.x, n - 1)))
    case .power(let base, let n):
      return (
        "power",
        .product(.number(n), .product(Self.raised(base, n - 1), .derivative(base)))
      )
    case .function(let name, let argument):
      let outer: Formula =
        switch name {
        case "sin": .function("cos", argument)
        case "cos": .function("sin", argument)
        default: .function(name, argument)
        }
      if name == "ln" {
        return ("ln", .quotient(argument == .x ? .number(1) : .derivative(argument), argument))
      }
      let chained = argument == .x ? outer : .product(outer, .derivative(argument))
      return (name, name == "cos" ? .product(.number(-1), chained) : chained)
    }
  }
}
