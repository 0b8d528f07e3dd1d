/// Divisors, coefficients, inverses, powers and congruences by Euclid's rows and by squaring.
struct Euclid: TraceVerifier {
  let family = "euclid"
  let version = 2
  let rules = [
    "divide", "normalize-coefficients", "common-divisor", "reduce-inverse", "square", "multiply",
    "multiply-and-square", "divide-difference", "find-multiple", "combine",
  ]
  let checks =
    "every row is a division of the pair before with a remainder below the divisor (or less than "
    + "half of it missing), coefficients follow the rows, products and residues are right, and the "
    + "answer is what the last line says"
  let grammar = """
    problem  = "gcd" , positive , positive | "bezout" , positive , positive
             | "inverse" , positive , "mod" , positive
             | "power" , positive , "^" , positive , "mod" , positive
             | congruence , ";" , congruence , [ ";" , congruence , [ ";" , congruence ] ] ,
               [ newline ] ;
    congruence = "x" , "=" , natural , "mod" , positive ;
    solution = { step , newline } , answer , [ newline ] ;
    step     = row | identity | residue | divides | square | gap | factor | combine ;
    row      = natural , "=" , natural , "*" , natural , ( "+" | "-" ) , natural ,
               [ ";" , "s" , "=" , integer ] , [ ";" , "t" , "=" , integer ] ;
    identity = natural , "=" , natural , "*" , positive , ( "+" | "-" ) , natural , "*" , positive ;
    residue  = integer , "mod" , positive , "=" , natural ;
    divides  = natural , "divides" , positive , "and" , positive ;
    square   = natural , "=" , "2" , "*" , natural , "+" , ( "0" | "1" ) ,
               [ ";" , "r" , "=" , product ] , [ ";" , "b" , "=" , product ] ;
    product  = natural , "*" , natural , "=" , natural , "=" , natural ;
    gap      = natural , "-" , natural , "=" , integer , "=" , integer , "*" , natural ,
               "+" , natural ;
    factor   = integer , "*" , integer , "=" , integer , ";" , integer , "mod" , positive ,
               "=" , natural ;
    combine  = natural , "+" , positive , "*" , natural , "=" , natural , "mod" , positive ;
    answer   = "Answer" , ":" , ( natural | natural , "," , integer | "none"
             | natural , "mod" , positive ) ;
    integer  = natural | "-" , positive ;
    natural  = "0" | positive ;
    positive = nonzero , { "0" | nonzero } ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "bezout 252 105",
    solution: "252=2*105+42; s=1; t=-2\n105=2*42+21; s=-2; t=5\n42=2*21+0\n"
      + "21=3*252-7*105\nAnswer: 3,-7"
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let answer: String =
      switch try EuclidProblem(&problem) {
      case .divisor(let a, let b):
        String(try EuclidRows.read(&trace, a, b, shows: .nothing).divisor)
      case .bezout(let a, let b): try Self.bezout(&trace, a, b)
      case .inverse(let a, let modulus): try Self.inverse(&trace, a, modulus)
      case .power(let base, let exponent, let modulus):
        try Self.power(&trace, base, exponent, modulus)
      case .congruences(let given): try Self.congruences(&trace, given)
      }
    return try trace.finish(answer: answer)
  }

  private static func bezout(
    _ trace: inout TraceReader, _ a: Int, _ b: Int
  ) throws(Rejection) -> String {
    let rows = try EuclidRows.read(&trace, a, b, shows: .both)
    let found = try trace.read("an identity such as 21=3*252-7*105") { line throws(Rejection) in
      let divisor = try line.natural(digitLimit: 18)
      try line.expect("=")
      let s = try line.natural(digitLimit: 18)
      try line.expect("*")
      let first = try line.natural(digitLimit: 18)
      let sign = try line.one(of: ["+", "-"]) == "-" ? -1 : 1
      let t = try line.natural(digitLimit: 18)
      guard sign == 1 || t > 0 else { throw .unreadable("expected no -0") }
      try line.expect("*")
      return (divisor, s, first, sign * t, try line.natural(digitLimit: 18))
    }
    let divisor = max(1, rows.divisor)
    let step = max(1, b / divisor)
    let turns = floor(Int128(rows.s), Int128(step))
    let s = Int128(rows.s) - turns * Int128(step)
    let t = Int128(rows.t) + turns * Int128(a / divisor)
    try trace.require(
      found.0 == rows.divisor && found.1 == s && found.2 == a && found.3 == t && found.4 == b,
      "expected \(rows.divisor)=\(s)*\(a)\(t < 0 ? "-" : "+")\(t.magnitude)*\(b)")
    try trace.applied("normalize-coefficients") { rows.inputs(at: $0) }
    return "\(found.1),\(found.3)"
  }

  private static func inverse(
    _ trace: inout TraceReader, _ a: Int, _ modulus: Int
  ) throws(Rejection) -> String {
    let rows = try EuclidRows.read(&trace, modulus, a, shows: .second)
    if rows.divisor > 1 {
      let found = try trace.read("a common divisor") { line throws(Rejection) in
        let divisor = try line.natural(digitLimit: 18)
        try line.expect("divides")
        let first = try line.natural(digitLimit: 18)
        try line.expect("and")
        return [divisor, first, try line.natural(digitLimit: 18)]
      }
      try trace.require(
        found == [rows.divisor, a, modulus],
        "expected \(rows.divisor) divides \(a) and \(modulus)")
      try trace.applied("common-divisor") { rows.inputs(at: $0) }
      return "none"
    }
    let found = try residue(&trace, of: Int128(rows.t), modulo: modulus)
    try trace.applied("reduce-inverse") { rows.inputs(at: $0) }
    return String(found)
  }

  /// Reads `-5 mod 43=38`.
  private static func residue(
    _ trace: inout TraceReader, of number: Int128, modulo modulus: Int
  ) throws(Rejection) -> Int {
    let found = try trace.read("a residue such as -5 mod 43=38") { line throws(Rejection) in
      let number = try line.integer(digitLimit: 18)
      try line.expect("mod")
      let modulus = try line.natural(digitLimit: 18)
      try line.expect("=")
      return (number, modulus, try line.natural(digitLimit: 18))
    }
    let right = number - floor(number, Int128(modulus)) * Int128(modulus)
    try trace.require(
      found.0 == number && found.1 == modulus && found.2 == right,
      "expected \(number) mod \(modulus)=\(right)")
    return found.2
  }

  /// The greatest whole number not above `a / b`, for b > 0.
  static func floor(_ a: Int128, _ b: Int128) -> Int128 {
    let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
    return rest < 0 ? quotient - 1 : quotient
  }
}
