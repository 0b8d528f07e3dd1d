/// Fractions are added, multiplied or put in order, every greatest common divisor by Euclid's rows.
///
/// Conversions of mixed numbers, and expansions to a common denominator, may come in any order.
struct Fraction: TraceVerifier {
  let family = "fraction"
  let version = 1
  let rules = [
    "convert-mixed", "euclid-row", "common-denominator", "expand", "invert", "combine", "reduce",
    "sort",
  ]
  let checks =
    "mixed numbers become fractions; each common denominator is the least, each reduction by the "
    + "greatest common divisor, both by Euclid's rows; each sum, product and quotient is right and "
    + "reduced; the answer is the reduced result, or the fractions in ascending order"
  let grammar = """
    problem  = ( sum | product | "order" , term , "," , term , { "," , term } ) , [ newline ] ;
    sum      = term , ( "+" | "-" ) , term , { ( "+" | "-" ) , term } ;
    product  = term , ( "*" | ":" ) , term , { ( "*" | ":" ) , term } ;
    term     = [ small ] , small , "/" , small ;          (* 2 to 6 terms *)
    solution = { step , newline } , answer , [ newline ] ;
    step     = convert | row | common | expand | invert | combine | sort ;
    convert  = small , small , "/" , small , "=" , value ;
    row      = natural , "=" , natural , "*" , natural , "+" , natural ;
    common   = natural , "*" , natural , "/" , natural , "=" , natural ;
    expand   = value , "=" , value ;                      (* a reduction looks the same *)
    invert   = value , ":" , value , "=" , value , "*" , value ;
    combine  = value , ( "+" | "-" | "*" ) , value , "=" , value ;
    sort     = value , "<" , value , { "<" , value } ;
    answer   = "Answer" , ":" , ( value | sort ) ;
    value    = ( natural | "-" , positive ) , [ "/" , natural ] ;   (* over 2 or more *)
    small    = ? a positive number of at most 2 digits ? ;
    natural  = "0" | positive ;                           (* of at most 30 digits *)
    positive = nonzero , { "0" | nonzero } ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "1 1/2-5/6",
    solution: """
    1 1/2=3/2
    6=3*2+0
    2*6/2=6
    3/2=9/6
    9/6-5/6=4/6
    6=1*4+2
    4=2*2+0
    4/6=2/3
    Answer: 2/3
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let asked = try FractionProblem(&problem)
    var work = FractionWork(trace)
    let answer = try work.work(asked)
    trace = work.trace
    return try trace.finish(answer: answer)
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let right = try FractionProblem(&problem).answer
    let bytes = Array(right.utf8)
    guard Lexer.firstDifference(of: answer, from: Lexer(bytes, in: 0..<bytes.count)) == nil else {
      throw .unreadable("expected `\(right)`, found \(answer.found)")
    }
    return right
  }
}
