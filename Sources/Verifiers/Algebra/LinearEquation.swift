internal import Exact

/// An equation in `x` is solved by removing terms and dividing, each operation with its result.
///
/// The right side's x-term and the left side's constant may be removed in either order.
struct LinearEquation: Verifier {
  let family = "linear-equation"
  let version = 1
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

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    Verdict { () throws(Rejection) in
      var equation = try Equation(problem: problem)
      var trace = TraceReader(solution)
      var removals = equation.removals
      while !removals.isEmpty {
        let choice = try trace.expect(
          oneOf: removals.map { Array("\($0.operation): \($0.result.text)".utf8) })
        equation = removals[choice].result
        removals = equation.removals
      }
      let value = try equation.value
      if equation.left.slope != 1 {
        try trace.expect(Array("divide by \(equation.left.slope): x=\(value)".utf8))
      }
      return try trace.finish(answer: Array(value.description.utf8))
    }
  }
}

/// `slope * x + constant`.
///
/// Numbers of a problem are below 10^9 and a removal adds at most once to each of them, so no sum
/// or difference here comes near the bounds of `Int`.
private struct Side {
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
private struct Equation {
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

  init(problem: Span<UInt8>) throws(Rejection) {
    var lexer = Lexer(problem: problem)
    left = try Self.side(&lexer)
    try lexer.expect("=")
    right = try Self.side(&lexer)
    try lexer.expectEnd()
    guard left.slope != right.slope else {
      throw .unreadable("not exactly one solution: both sides hold the same multiple of x")
    }
  }

  /// A side in canonical form; any other spelling of it is unreadable.
  private static func side(_ lexer: inout Lexer) throws(Rejection) -> Side {
    if lexer.take("0") { return Side(slope: 0, constant: 0) }
    let sign = lexer.take("-") ? -1 : 1
    if let slope = slope(lexer.word) {
      lexer.advance()
      var side = Side(slope: sign * slope, constant: 0)
      if lexer.take("+") {
        side.constant = try positive(&lexer)
      } else if lexer.take("-") {
        side.constant = -(try positive(&lexer))
      }
      return side
    }
    return Side(slope: 0, constant: sign * (try positive(&lexer)))
  }

  /// The coefficient of an x-term written without sign: `x` is 1, `3x` is 3, `1x` is none.
  private static func slope(_ word: ArraySlice<UInt8>?) -> Int? {
    guard let word, word.last == UInt8(ascii: "x") else { return nil }
    let digits = word.dropLast()
    if digits.isEmpty { return 1 }
    guard digits.count <= digitLimit, Lexer.isNatural(digits),
      let slope = Lexer.value(of: digits), slope > 1
    else { return nil }
    return slope
  }

  private static func positive(_ lexer: inout Lexer) throws(Rejection) -> Int {
    let start = lexer
    guard let digits = lexer.takeNatural(digitLimit: digitLimit),
      let value = Lexer.value(of: digits), value > 0
    else {
      throw .unreadable(
        "expected a term in canonical form, with a positive number of at most \(digitLimit) "
          + "digits, found \(start.found)")
    }
    return value
  }
}
