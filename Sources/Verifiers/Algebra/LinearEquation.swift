internal import Exact

/// An equation in `x` is solved by removing terms and dividing, each operation with its result.
///
/// The right side's x-term and the left side's constant may be removed in either order.
struct LinearEquation: TraceVerifier {
  let family = "linear-equation"
  let version = 2
  let rules = ["remove-term", "remove-constant", "divide"]
  let checks =
    "each operation is a legal one that makes progress, and its equation is exactly what it makes "
    + "of the equation before, in canonical form; the answer is the value of x"
  let grammar = """
    problem  = sum , "=" , sum , [ newline ] ;                   (* numbers of 1 to 9 digits *)
    solution = { step , newline } , answer , [ newline ] ;
    step     = change , ":" , sum , "=" , sum | divide , ":" , "x" , "=" , value ;
    change   = ( "add" | "subtract" ) , ( xterm | positive ) ;
    divide   = "divide" , "by" , [ "-" ] , positive ;
    answer   = "Answer" , ":" , value ;
    sum      = "0" | [ "-" ] , positive | [ "-" ] , xterm , [ ( "+" | "-" ) , positive ] ;
    xterm    = "x" | several , "x" ;               (* without a space: 3x is one lexeme *)
    value    = "0" | [ "-" ] , positive , [ "/" , several ] ;    (* reduced *)
    several  = ? a positive number other than 1 ? ;
    positive = nonzero , { "0" | nonzero } ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "3x+5=2x-7",
    solution: "subtract 2x: x+5=-7\nsubtract 5: x=-12\nAnswer: -12"
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var equation = try Equation(&problem)
    while !equation.removals.isEmpty {
      let removals = equation.removals
      let lines = removals.map { Array("\($0.operation): \($0.result.text)".utf8) }
      var line = try trace.next(expecting: lines)
      guard let said = Equation.Removal(&line) else { throw trace.rejection(expecting: lines) }
      let right = removals.first { $0.operation == said.operation }
      try trace.require(right != nil && right?.result == said.result, expecting: lines)
      try trace.applied(
        said.isTerm ? "remove-term" : "remove-constant"
      ) { [$0 - 1] }
      equation = said.result
    }
    guard equation.left.slope != 0 else {
      throw Rejection(step: trace.number + 1, "the equation before holds no x: nothing follows")
    }
    var value = try equation.value
    if equation.left.slope != 1 {
      let right = Array("divide by \(equation.left.slope): x=\(value)".utf8)
      var line = try trace.next(expecting: [right])
      guard let said = Self.division(&line) else { throw trace.rejection(expecting: [right]) }
      try trace.require(
        said.divisor == equation.left.slope && said.value == value, expecting: [right])
      try trace.applied("divide") { [$0 - 1] }
      value = said.value
    }
    return try trace.finish(answer: value.description)
  }

  /// Reads `divide by -3: x=2/3`; nil for another line.
  private static func division(_ line: inout Lexer) -> (divisor: Int, value: Rational)? {
    do throws(Rejection) {
      try line.expect(all: ["divide", "by"])
      let divisor = try line.integer(digitLimit: 18)
      try line.expect(all: [":", "x", "="])
      let value = try value(&line)
      try line.expectEnd()
      return (divisor, value)
    } catch { return nil }
  }

  /// Reads an integer or a reduced fraction.
  private static func value(_ line: inout Lexer) throws(Rejection) -> Rational {
    let top = try line.integer(digitLimit: 18)
    guard line.take("/") else { return Rational(top) }
    let bottom = try line.natural(digitLimit: 18)
    do throws(ExactError) {
      let value = try Rational(Int128(top), over: Int128(bottom))
      guard bottom > 1, value.denominator == Int128(bottom) else {
        throw ExactError.overflow(operation: "a fraction that is not reduced")
      }
      return value
    } catch { throw .unreadable("expected a reduced fraction") }
  }

  /// By substitution.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let equation = try Equation(&problem)
    let value = try Self.value(&answer)
    try answer.expectEnd()
    func scaled(_ side: Side) -> Int128 {
      Int128(side.slope) * value.numerator + Int128(side.constant) * value.denominator
    }
    guard scaled(equation.left) == scaled(equation.right) else {
      throw .unreadable("the sides differ at this value")
    }
    return value.description
  }
}

/// `slope * x + constant`.
///
/// Numbers of a problem are below 10^9 and those of a line below 10^18, so no sum or difference of
/// two comes near the bounds of `Int`.
private struct Side: Equatable {
  var slope: Int
  var constant: Int

  /// Canonical text: x-term first, coefficient 1 omitted, zero terms omitted.
  var text: String {
    if slope == 0 { return "\(constant)" }
    let term = slope < 0 ? "-" + Self.term(slope) : Self.term(slope)
    if constant == 0 { return term }
    return constant < 0 ? "\(term)\(constant)" : "\(term)+\(constant)"
  }

  /// The x-term without its sign: `x`, `3x`.
  static func term(_ slope: Int) -> String {
    slope.magnitude == 1 ? "x" : "\(slope.magnitude)x"
  }
}

/// `left = right`, with exactly one solution.
private struct Equation: Equatable {
  var left: Side
  var right: Side

  var text: String { "\(left.text)=\(right.text)" }

  /// The legal removals, the x-term on the right before the constant on the left.
  var removals: [(operation: String, result: Equation)] {
    var removals: [(operation: String, result: Equation)] = []
    if right.slope != 0 {
      var result = self
      result.left.slope -= right.slope
      result.right.slope = 0
      removals.append((Self.removal(of: right.slope, written: Side.term(right.slope)), result))
    }
    if left.constant != 0 {
      var result = self
      result.right.constant -= left.constant
      result.left.constant = 0
      let written = "\(left.constant.magnitude)"
      removals.append((Self.removal(of: left.constant, written: written), result))
    }
    return removals
  }

  /// The value of x once nothing is left to remove.
  var value: Rational {
    get throws(Rejection) {
      do throws(ExactError) {
        return try Rational(Int128(right.constant), over: Int128(left.slope))
      } catch {
        throw .unreadable(error.description)
      }
    }
  }

  private static func removal(of number: Int, written: String) -> String {
    number > 0 ? "subtract \(written)" : "add \(written)"
  }
}

// Reading a problem.
extension Equation {
  /// Most digits of a number in a problem.
  private static let digitLimit = 9
  /// And in a line: only a granted one can need more than ten.
  private static let lineDigitLimit = 18

  init(_ lexer: inout Lexer) throws(Rejection) {
    left = try Self.side(&lexer, Self.digitLimit)
    try lexer.expect("=")
    right = try Self.side(&lexer, Self.digitLimit)
    try lexer.expectEnd()
    guard left.slope != right.slope else {
      throw .unreadable("not exactly one solution: both sides hold the same multiple of x")
    }
  }

  /// A side in canonical form; any other spelling of it is unreadable.
  private static func side(_ lexer: inout Lexer, _ limit: Int) throws(Rejection) -> Side {
    if lexer.take("0") { return Side(slope: 0, constant: 0) }
    let sign = lexer.take("-") ? -1 : 1
    if let slope = slope(lexer.word, limit) {
      lexer.advance()
      var side = Side(slope: sign * slope, constant: 0)
      if lexer.take("+") {
        side.constant = try positive(&lexer, limit)
      } else if lexer.take("-") {
        side.constant = -(try positive(&lexer, limit))
      }
      return side
    }
    return Side(slope: 0, constant: sign * (try positive(&lexer, limit)))
  }

  /// The coefficient of an x-term written without sign: `x` is 1, `3x` is 3, `1x` is none.
  private static func slope(_ word: ArraySlice<UInt8>?, _ limit: Int) -> Int? {
    guard let word, word.last == UInt8(ascii: "x") else { return nil }
    let digits = word.dropLast()
    if digits.isEmpty { return 1 }
    guard digits.count <= limit, Lexer.isNatural(digits),
      let slope = Lexer.value(of: digits), slope > 1
    else { return nil }
    return slope
  }

  private static func positive(_ lexer: inout Lexer, _ limit: Int) throws(Rejection) -> Int {
    let start = lexer
    guard let digits = lexer.takeNatural(digitLimit: limit),
      let value = Lexer.value(of: digits), value > 0
    else {
      throw .unreadable(
        "expected a term in canonical form, with a positive number of at most \(limit) "
          + "digits, found \(start.found)")
    }
    return value
  }
}

extension Equation {
  /// A line that removes a term, as it is written: `subtract 2x: x+5=-7`.
  struct Removal {
    /// `subtract 2x`.
    var operation: String
    /// Whether the term removed holds x.
    var isTerm: Bool
    var result: Equation

    /// `nil` for any other line.
    init?(_ line: inout Lexer) {
      do throws(Rejection) {
        let word = try line.one(of: ["add", "subtract"])
        if let size = Equation.slope(line.word, Equation.lineDigitLimit) {
          line.advance()
          (isTerm, operation) = (true, "\(word) \(Side.term(size))")
        } else {
          let size = try Equation.positive(&line, Equation.lineDigitLimit)
          (isTerm, operation) = (false, "\(word) \(size)")
        }
        try line.expect(":")
        let left = try Equation.side(&line, Equation.lineDigitLimit)
        try line.expect("=")
        result = Equation(left: left, right: try Equation.side(&line, Equation.lineDigitLimit))
        try line.expectEnd()
      } catch { return nil }
    }
  }
}
