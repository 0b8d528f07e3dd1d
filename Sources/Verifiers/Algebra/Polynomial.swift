/// Polynomials are multiplied term by term, divided by x-r, and factored by trying roots.
struct Polynomial: TraceVerifier {
  let family = "polynomial"
  let version = 2
  let rules = ["multiply-term", "bring-down", "multiply-and-add", "root", "no-root"]
  let checks =
    "products of terms and their running sum are exact, rows of synthetic division and of tried "
    + "roots too; each fraction of a divisor of the constant and one of the first coefficient is "
    + "tried once, until none is left"
  let grammar = """
    problem  = "expand" , "(" , poly , ")" , "*" , "(" , poly , ")"
             | "divide" , poly , "by" , poly | "factor" , poly , [ newline ] ;
    solution = { step , newline } , answer , [ newline ] ;
    step     = poly , "*" , "(" , poly , ")" , "=" , poly , ";" , "sum" , poly
             | "bring" , integer | integer , "+" , integer , "*" , integer , "=" , integer
             | "x" , "=" , number , ":" , number , { "," , number } ;
    answer   = "Answer" , ":" , ( poly | poly , "rem" , integer | factor , { "*" , factor } ) ;
    factor   = "(" , poly , ")" ;
    poly     = "0" | [ "-" ] , term , { ( "+" | "-" ) , term } ;   (* falling powers *)
    term     = positive | xterm , [ "^" , positive ] ;
    xterm    = "x" | several "x" ;                 (* without a space: 3x is one lexeme *)
    number   = integer | integer , "/" , several ;   (* in lowest terms *)
    integer  = "0" | [ "-" ] , positive ;
    several  = ? a positive number other than 1 ? ;
    positive = ? digits without leading zeros, not 0 ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "factor x^2-x-2",
    solution: "x=1: 1,0,-2\nx=-1: 1,-2,0\nAnswer: (x-2)*(x+1)"
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    switch try PolynomialProblem(&problem) {
    case .expand(let a, let b): try Self.expand(a, b, &trace)
    case .divide(let a, let shift): try Self.divide(a, shift, &trace)
    case .factor(let a): try Self.factor(a, &trace)
    }
  }

  private static func expand(
    _ a: [Int], _ b: [Int], _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var rest = Set(a.indices.filter { a[$0] != 0 })
    var sum: [Int] = []
    while !rest.isEmpty {
      let found = try trace.read("a term times the second factor") { line throws(Rejection) in
        let term = try PolynomialText.read(&line, digitLimit: 18)
        try line.expect(all: ["*", "("])
        let factor = try PolynomialText.read(&line, digitLimit: 18)
        try line.expect(all: [")", "="])
        let product = try PolynomialText.read(&line, digitLimit: 18)
        try line.expect(all: [";", "sum"])
        return (
          term: term, factor: factor, product: product,
          sum: try PolynomialText.read(&line, digitLimit: 18)
        )
      }
      let power = found.term.count - 1
      let isTerm =
        rest.contains(power) && found.term.last == a[max(0, power)]
        && found.term.dropLast().allSatisfy { $0 == 0 }
      try trace.require(
        isTerm && found.factor == b,
        "expected a term of \(PolynomialText.text(a)) not used yet times (\(PolynomialText.text(b)))"
      )
      let factor = Int128(found.term.last ?? 0)
      let right =
        [Int128](repeating: 0, count: max(0, power)) + found.factor.map { factor * Int128($0) }
      try trace.require(
        found.product.map { Int128($0) } == right,
        "expected the product \(PolynomialText.text(right))")
      let total = (0..<max(sum.count, found.product.count)).map {
        Int128($0 < sum.count ? sum[$0] : 0)
          + Int128($0 < found.product.count ? found.product[$0] : 0)
      }
      try trace.require(
        found.sum.map { Int128($0) } == PolynomialText.trimmed(total),
        "expected the sum \(PolynomialText.text(total))")
      try trace.applied("multiply-term") { $0 > 1 ? [0, $0 - 1] : [0] }
      // A granted line may name another term: then any one is taken as done.
      if rest.remove(power) == nil, let any = rest.max() { rest.remove(any) }
      sum = found.sum
    }
    return try trace.finish(answer: PolynomialText.text(sum))
  }

  private static func divide(
    _ a: [Int], _ shift: Int, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var row: [Int] = []
    for coefficient in a.reversed() {
      if let last = row.last {
        let found = try trace.read("\(coefficient)+\(shift)*\(last)") { line throws(Rejection) in
          let start = try line.integer(digitLimit: 18)
          try line.expect("+")
          let factor = try line.integer(digitLimit: 18)
          try line.expect("*")
          let last = try line.integer(digitLimit: 18)
          try line.expect("=")
          return [start, factor, last, try line.integer(digitLimit: 18)]
        }
        let right = Int128(coefficient) + Int128(shift) * Int128(last)
        try trace.require(
          found[0] == coefficient && found[1] == shift && found[2] == last
            && Int128(found[3]) == right,
          "expected \(coefficient)+\(shift)*\(last)=\(right)")
        try trace.applied("multiply-and-add") { [0, $0 - 1] }
        row.append(found[3])
      } else {
        let found = try trace.read("bring \(coefficient)") { line throws(Rejection) in
          try line.expect("bring")
          return try line.integer(digitLimit: 18)
        }
        try trace.require(found == coefficient, "expected bring \(coefficient)")
        try trace.applied("bring-down", from: [0])
        row.append(found)
      }
    }
    let rest = row.removeLast()
    return try trace.finish(
      answer: Array("\(PolynomialText.text(Array(row.reversed()))) rem \(rest)".utf8))
  }

  private static func factor(
    _ a: [Int], _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var search = RootSearch(Array(a.reversed()))
    var quotientLine = 0
    while search.isOpen {
      let length = search.quotient.count
      let found = try trace.read("a number tried, such as x=2: 1,-4,0 or x=-1/2: 2,0,3/2") {
        line throws(Rejection) in
        try line.expect(all: ["x", "="])
        let root = try line.ratio(digitLimit: 18)
        try line.expect(":")
        var row = [try line.ratio(digitLimit: 18)]
        while row.count < length {
          try line.expect(",")
          row.append(try line.ratio(digitLimit: 18))
        }
        return (root: root, row: row)
      }
      try trace.require(
        search.candidates.contains(found.root),
        "expected a divisor of the constant over one of the first coefficient, in lowest terms and "
          + "not tried before: x="
          + search.candidates.prefix(6).map(\.text).joined(separator: " or x=")
          + (search.candidates.count > 6 ? " or another" : ""))
      try trace.require(
        search.holds(found.row, at: found.root),
        "expected each number to be the coefficient above plus "
          + "\(found.root.text) times the number before")
      let isRoot = found.row.last?.top == 0
      try trace.applied(isRoot ? "root" : "no-root", from: [quotientLine])
      if isRoot { quotientLine = trace.number }
      search.take(found.root, found.row)
    }
    return try trace.finish(answer: search.answer)
  }
}
