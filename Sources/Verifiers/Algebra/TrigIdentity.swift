/// Both sides of a trigonometric equation are rewritten until they are in reduced form.
///
/// Any chain of steps is accepted of which each applies one identity of the table at one place of
/// one side, or writes one side as another polynomial in the same functions that is equal to it.
struct TrigIdentity: TraceVerifier {
  let family = "trig-identity"
  let version = 1
  let rules = [
    "pythagoras", "double-sine", "double-cosine", "triple-sine", "triple-cosine", "multiply-out",
  ]
  let checks =
    "each line changes one side by one identity of the table at one place, or by polynomial "
    + "arithmetic, until both sides are reduced; the answer is the form in which they meet"
  let grammar = """
    problem  = equation , [ newline ] ;
    solution = { equation , newline } , answer , [ newline ] ;
    equation = sum , "=" , sum ;
    answer   = "Answer" , ":" , ( sum | "different" ) ;
    sum      = product , { ( "+" | "-" ) , product } ;
    product  = power , { "*" , power } ;
    power    = atom , [ "^" , exponent ] ;
    atom     = natural | "-" , natural | "(" , sum , ")"
             | ( "sin" | "cos" ) , "(" , [ ( "2" | "3" ) , "*" ] , "x" , ")" ;
    exponent = ? a natural number from 2 to 48 ? ;
    natural  = ? digits without leading zeros ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "2*cos(x)^2 = 2-2*sin(x)^2",
    solution: "2*(1-sin(x)^2) = 2-2*sin(x)^2\n2-2*sin(x)^2 = 2-2*sin(x)^2\n"
      + "Answer: 2-2*sin(x)^2"
  )

  /// Products of monomials and nodes read in one judgement: a long solution takes a tenth of it,
  /// and hostile bytes stay below 100 ms.
  private static let workLimit = 600_000

  /// A side with its polynomial.
  private struct Side {
    var term: Term
    var polynomial: LetterPolynomial
    var isReduced: Bool

    init(_ line: inout Lexer, _ digitLimit: Int, _ budget: inout Int) throws(Rejection) {
      term = try Term(&line, digitLimit: digitLimit, derivatives: false)
      budget -= 20 + 4 * term.nodes.count
      guard budget > 0 else { throw .unreadable("expected a shorter solution") }
      polynomial = try LetterPolynomial(term, budget: &budget)
      isReduced = polynomial.reduced == term
    }
  }

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var budget = Self.workLimit
    var (left, right) = try Self.read(&problem, &budget)
    while !(left.isReduced && right.isReduced) {
      let next = try trace.read("both sides, one of them changed") { line throws(Rejection) in
        let a = try Side(&line, 15, &budget)
        try line.expect("=")
        return (left: a, right: try Side(&line, 15, &budget))
      }
      let isLeft = next.right.term == right.term
      let (old, new) = isLeft ? (left, next.left) : (right, next.right)
      var rule: String?
      if old.term != new.term, isLeft || next.left.term == left.term {
        rule = TrigTable.rule(from: old.term, to: new.term)
        if rule == nil, old.polynomial == new.polynomial { rule = "multiply-out" }
      }
      try trace.require(
        rule != nil,
        "expected one side changed by one identity at one place, or by polynomial arithmetic")
      try trace.applied(rule ?? "multiply-out") { [$0 - 1] }
      (left, right) = next
    }
    return try trace.finish(
      answer: left.term == right.term ? left.term.text : Array("different".utf8))
  }

  private static func read(
    _ problem: inout Lexer, _ budget: inout Int
  ) throws(Rejection) -> (Side, Side) {
    let left = try Side(&problem, 4, &budget)
    try problem.expect("=")
    let right = try Side(&problem, 4, &budget)
    try problem.expectEnd()
    guard left.term.size <= 100, right.term.size <= 100 else {
      throw .unreadable("expected at most 100 operators and functions on a side")
    }
    return (left, right)
  }

  /// By values at points of the circle over a prime field, chosen by the texts themselves.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    var budget = Self.workLimit
    let (left, right) = try Self.read(&problem, &budget)
    let points = CirclePoint.points(for: [left.term.text, right.term.text, answer.bytes])
    let isEqual = points.allSatisfy { $0.value(of: left.term) == $0.value(of: right.term) }
    if answer.take("different") {
      try answer.expectEnd()
      guard !isEqual else { throw .unreadable("the sides are equal") }
      return "different"
    }
    let stated = try Side(&answer, 15, &budget)
    try answer.expectEnd()
    guard isEqual else { throw .unreadable("the sides differ") }
    guard stated.isReduced else { throw .unreadable("the answer is not in reduced form") }
    guard points.allSatisfy({ $0.value(of: stated.term) == $0.value(of: left.term) }) else {
      throw .unreadable("the answer has another value than the sides")
    }
    return String(decoding: stated.term.text, as: UTF8.self)
  }
}
