/// Derivatives are taken rule by rule; antiderivatives are guessed, differentiated and compared.
struct Derivative: TraceVerifier {
  let family = "derivative"
  let version = 1
  let rules = [
    "constant", "identity", "sum", "difference", "constant-multiple", "product", "quotient",
    "power", "sin", "cos", "exp", "ln", "fold", "guess",
  ]
  let checks =
    "each line is the term before with one rule applied at one place, until none applies; a guess "
    + "is the antiderivative of each summand, and its derivative the integrand"
  let grammar = """
    problem  = ( "derive" | "integrate" ) , sum , [ newline ] ;           (* without D *)
    solution = [ "guess" , sum , newline ] , { sum , newline } , answer , [ newline ] ;
    answer   = "Answer" , ":" , ( sum | "none" ) ;
    sum      = product , { ( "+" | "-" ) , product } ;
    product  = power , { ( "*" | "/" ) , power } ;
    power    = atom , [ "^" , exponent ] ;
    atom     = natural | "-" , natural | "x" | "(" , sum , ")"
             | ( "sin" | "cos" | "exp" | "ln" | "D" ) , "(" , sum , ")" ;
    exponent = ? a natural number from 2 to 99 ? ;
    natural  = ? digits without leading zeros ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "derive x^2*sin(x)",
    solution: "D(x^2)*sin(x)+x^2*D(sin(x))\n2*x*sin(x)+x^2*D(sin(x))\n2*x*sin(x)+x^2*cos(x)\n"
      + "Answer: 2*x*sin(x)+x^2*cos(x)"
  )

  /// Most operators of a problem: terms and times then stay small.
  private static let sizeLimit = 30

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let (given, isIntegral) = try Self.read(&problem)
    var term = Term(nodes: [.derivative] + given.nodes)
    var guess: Term?
    if isIntegral {
      let right = Antiderivative.of(given)
      let found = try trace.read("the antiderivative guessed") { line throws(Rejection) in
        try line.expect("guess")
        return try Term(&line, digitLimit: 18, derivatives: false)
      }
      try trace.require(found == right, "expected guess \(Self.text(right ?? given))")
      try trace.applied("guess", from: [0])
      guess = found
      term.nodes = [.derivative] + found.nodes
    }
    while !term.redexes.isEmpty {
      let found = try trace.read("the term with one rule applied") { line throws(Rejection) in
        try Term(&line, digitLimit: 18, derivatives: true)
      }
      let rule = term.rule(leadingTo: found)
      try trace.require(
        rule != nil, "expected one rule applied at one place of `\(Self.text(term))`")
      try trace.applied(rule ?? "fold") { [$0 - 1] }
      term = found
    }
    let answer = guess.map { term == given ? Self.text($0) : "none" } ?? Self.text(term)
    return try trace.finish(answer: answer)
  }

  /// The text, cut for messages where it is long.
  private static func text(_ term: Term) -> String { String(decoding: term.text, as: UTF8.self) }

  private static func read(
    _ problem: inout Lexer
  ) throws(Rejection) -> (term: Term, isIntegral: Bool) {
    let isIntegral = try problem.one(of: ["derive", "integrate"]) == "integrate"
    let term = try Term(&problem, digitLimit: 3, derivatives: false)
    try problem.expectEnd()
    guard term.size <= sizeLimit else {
      throw .unreadable("expected at most \(sizeLimit) operators, found \(term.size)")
    }
    guard term.redexes.isEmpty else {
      throw .unreadable("expected a term without numbers that could be multiplied, or +0")
    }
    guard !isIntegral || Antiderivative.of(term) != nil else {
      throw .unreadable("expected a sum of numbers, c*x^n, c*sin(x), c*cos(x), c*exp(x)")
    }
    return (term, isIntegral)
  }

  /// By values: the derivative at points of a prime field, carried along as dual numbers.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let (given, isIntegral) = try Self.read(&problem)
    let found = try Term(&answer, digitLimit: 18, derivatives: false)
    try answer.expectEnd()
    let left = isIntegral ? found : given
    let right = isIntegral ? given : found
    var compared = 0
    for seed in 1...6 {
      guard let slope = DualNumber(left, at: seed)?.slope,
        let value = DualNumber(right, at: seed)?.value
      else { continue }
      compared += 1
      guard slope == value else { throw .unreadable("the derivative has another value at a point") }
    }
    guard compared > 0 else { throw .unreadable("the term has no value anywhere it was tried") }
    if isIntegral { return Self.text(Antiderivative.of(given) ?? found) }
    return Self.text(Term(nodes: [.derivative] + given.nodes).finished)
  }
}
