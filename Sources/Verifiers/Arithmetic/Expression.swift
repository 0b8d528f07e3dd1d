/// An expression is worked by replacing one operation on two numbers by its value at a time.
///
/// Several next lines may be right, and every one of them is accepted.
struct Expression: TraceVerifier {
  let family = "expression"
  let version = 1
  let rules = ["add", "subtract", "multiply", "divide", "power"]
  let checks =
    "each line is the line before with exactly one operation that precedence and parentheses let go "
    + "first replaced by its value, down to one number, which is the answer"
  let grammar = """
    problem  = sum , [ newline ] ;                  (* 2 to 64 numbers, exponents among them *)
    solution = step , newline , { step , newline } , answer , [ newline ] ;
    step     = sum | negative ;
    sum      = product , { ( "+" | "-" ) , product } ;
    product  = power , { ( "*" | "/" ) , power } ;
    power    = operand , [ "^" , exponent ] ;
    operand  = natural | "(" , negative , ")" | "(" , sum , ")" ;
    answer   = "Answer" , ":" , ( natural | negative ) ;
    negative = "-" , positive ;
    exponent = "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    natural  = "0" | positive ;                     (* of at most 9 digits *)
    positive = nonzero , { "0" | nonzero } ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "20-(3+4)*2",
    solution: """
    20-7*2
    20-14
    6
    Answer: 6
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var tree = try Self.read(&problem).tree
    while true {
      if let number = tree.number {
        return try trace.finish(answer: String(number))
      }
      let next = try trace.read("the expression with one operation replaced by its value") {
        (line) throws(Rejection) in try ExpressionTree(&line)
      }
      let rule = tree.rule(leadingTo: next)
      try trace.require(
        rule != nil,
        "expected the line before with exactly one operation that may go first replaced by its value"
      )
      // A granted line replaces nothing: any name is as good.
      try trace.applied(rule ?? "add") { [$0 - 1] }
      tree = next
    }
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let value = try Self.read(&problem).value
    let found = try answer.integer(digitLimit: 9)
    try answer.expectEnd()
    guard found == value else { throw .unreadable("expected \(value), found \(found)") }
    return String(value)
  }

  /// The problem's tree, each of whose operations has a value, and the value of the whole.
  private static func read(
    _ problem: inout Lexer
  ) throws(Rejection) -> (tree: ExpressionTree, value: Int) {
    let tree = try ExpressionTree(&problem)
    guard tree.number == nil else { throw .unreadable("expected an operation, found a number") }
    let values = tree.values
    guard let value = values.last ?? nil, values.allSatisfy({ $0 != nil }) else {
      throw .unreadable(
        "expected divisions that leave nothing, and values of at most 9 digits throughout")
    }
    return (tree, value)
  }
}
