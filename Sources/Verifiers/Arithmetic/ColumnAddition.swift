/// Numbers are added and subtracted column by column, least significant first, the carry written
/// out.
struct ColumnAddition: TraceVerifier {
  let family = "column-addition"
  let version = 2
  let rules = ["add-column", "read-sum", "compare", "subtract-column"]
  let checks =
    "each line adds or subtracts the digits of its column and the carry from the line before, least "
    + "significant column first, and writes the right digit and carry; what is subtracted is taken "
    + "from what is added, the smaller from the greater; the answer is the sum"
  let grammar = """
    problem  = [ "-" ] , number , sign , number , { sign , number } , [ "base" , base ] , [ newline ] ;
                                                           (* 2 to 5 numbers *)
    number   = numeral , [ "." , digit , { digit } ] ;     (* 1 to 64 digits, 1 to 16 after a point *)
    solution = step , newline , { step , newline } , answer , [ newline ] ;
    step     = column | sum | compare | minus ;
    column   = digit , "+" , digit , { "+" , digit } , "+" , numeral , "=" , numeral ,
               "write" , digit , "carry" , numeral ;
    sum      = "sum" , number ;
    compare  = number , "-" , number | "-" , "(" , number , "-" , number , ")" ;
    minus    = digit , "-" , digit , "-" , digit , "=" , [ "-" ] , numeral ,
               "write" , digit , "borrow" , digit ;
    answer   = "Answer" , ":" , [ "-" ] , number ;
    sign     = "+" | "-" ;
    base     = ? 2 to 16 in decimal, but not 10, which is the base where none is named ? ;
    numeral  = "0" | nonzero , { digit } ;
    nonzero  = ? a digit other than 0 ? ;
    digit    = ? one of 0 to 9, a to f that is below the base ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "347+85",
    solution: """
    7+5+0=12 write 2 carry 1
    4+8+1=13 write 3 carry 1
    3+0+1=4 write 4 carry 0
    Answer: 432
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let sum = try ColumnSum(&problem)
    let plus = sum.terms.filter { !$0.isMinus }.map(\.number)
    let minus = sum.terms.filter(\.isMinus).map(\.number)
    var work = ColumnWork(trace: trace, base: sum.base)
    let added = try work.total(plus, isRead: !minus.isEmpty)
    let taken = try work.total(minus, isRead: !plus.isEmpty)
    let answer: String
    if let added, let taken {
      answer = try work.difference(added, taken)
    } else if let added {
      answer = added.number.text
    } else {
      answer = (taken?.number).map { ($0.isZero ? "" : "-") + $0.text } ?? "0"
    }
    trace = work.trace
    return try trace.finish(answer: answer)
  }

  /// Numbers over one place value are added as a whole: all that is added and all that is
  /// subtracted.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let sum = try ColumnSum(&problem)
    let right = Array(sum.answer.utf8)
    guard Lexer.firstDifference(of: answer, from: Lexer(right, in: 0..<right.count)) == nil else {
      throw .unreadable("expected \(Excerpt.quoted(right)), found \(answer.found)")
    }
    return String(decoding: right, as: UTF8.self)
  }
}

/// Reads the steps of a sum in columns; each goes on from what the line before says.
private struct ColumnWork {
  var trace: TraceReader
  let base: Int

  /// A total and the line that states it; 0 for the problem.
  typealias Total = (number: Numeral, line: Int)

  /// Adds numbers in columns, and reads their sum off if something else is to follow.
  ///
  /// - Returns: `nil` for no numbers.
  mutating func total(_ numbers: [Numeral], isRead: Bool) throws(Rejection) -> Total? {
    guard numbers.count > 1 else { return numbers.first.map { ($0, 0) } }
    let places = numbers.reduce(0) { max($0, $1.places) }
    let first = trace.number + 1
    var digits: [UInt8] = []
    var carry = 0
    for place in -places..<numbers.reduce(1, { max($0, $1.wholeDigits) }) {
      var value = carry
      for number in numbers { value += Int(number.digit(at: place)) }
      let line = try column(
        numbers, at: place, Self.plus, carry, value, "carry", rest: value / base)
      try trace.applied("add-column") { digits.isEmpty ? [0] : [0, $0 - 1] }
      digits.append(line.digit)
      carry = line.carry
    }
    var sum = Numeral(digits: digits, places: places)
    sum.append(carry, base: base)
    guard isRead else { return (sum, trace.number) }
    let radix = base
    let found = try trace.read("`sum \(sum.text)`") { (line) throws(Rejection) -> Numeral in
      try line.expect("sum")
      return try Numeral(&line, base: radix, limit: 80)
    }
    try trace.require(found == sum, "expected `sum \(sum.text)`, found `sum \(found.text)`")
    try trace.applied("read-sum") { Array(first..<$0) }
    return (found, trace.number)
  }

  /// Takes the smaller total from the greater.
  ///
  /// - Returns: the answer.
  mutating func difference(_ plus: Total, _ minus: Total) throws(Rejection) -> String {
    let isNegative = plus.number.isLess(than: minus.number)
    let ordered = isNegative ? (minus.number, plus.number) : (plus.number, minus.number)
    let base = base
    func expected() -> String {
      let text = "\(ordered.0.text)-\(ordered.1.text)"
      return isNegative ? "`-(\(text))`" : "`\(text)`"
    }
    let (sign, greater, smaller) = try trace.read(expected()) {
      (line) throws(Rejection) -> (Bool, Numeral, Numeral) in
      let isEnclosed = line.take("-")
      if isEnclosed { try line.expect("(") }
      let greater = try Numeral(&line, base: base, limit: 80)
      try line.expect("-")
      let smaller = try Numeral(&line, base: base, limit: 80)
      if isEnclosed { try line.expect(")") }
      return (isEnclosed, greater, smaller)
    }
    try trace.require(
      sign == isNegative && greater == ordered.0 && smaller == ordered.1, "expected \(expected())")
    try trace.applied("compare", from: Set([plus.line, minus.line]).sorted())
    let compareLine = trace.number
    let pair = [greater, smaller]
    let places = max(greater.places, smaller.places)
    var digits: [UInt8] = []
    var borrow = 0
    for place in -places..<max(1, greater.wholeDigits, smaller.wholeDigits) {
      let value = Int(greater.digit(at: place)) - Int(smaller.digit(at: place)) - borrow
      let line = try column(
        pair, at: place, Self.minus, borrow, value, "borrow", rest: value < 0 ? 1 : 0)
      try trace.applied(
        "subtract-column"
      ) { digits.isEmpty ? [compareLine] : [compareLine, $0 - 1] }
      digits.append(line.digit)
      borrow = line.carry
    }
    var result = Numeral(digits: digits, places: places)
    result.append(0, base: base)
    return (sign && !result.isZero ? "-" : "") + result.text
  }

  private static let (plus, minus) = (UInt8(ascii: "+"), UInt8(ascii: "-"))

  /// Reads one line `a+b+c=s write d carry k`, or with minus signs and a borrow.
  private mutating func column(
    _ numbers: [Numeral], at place: Int, _ sign: UInt8, _ before: Int, _ value: Int,
    _ word: String, rest: Int
  ) throws(Rejection) -> (digit: UInt8, carry: Int) {
    let digit = UInt8((value + base) % base)
    let base = base
    func expected() -> String {
      let sign = String(UnicodeScalar(sign))
      let digits = numbers.map { String($0.digit(at: place), radix: base) }.joined(separator: sign)
      return "`\(digits)\(sign)\(String(before, radix: base))=\(String(value, radix: base)) write "
        + "\(String(digit, radix: base)) \(word) \(String(rest, radix: base))`"
    }
    var isRight = true
    let isDifference = sign == Self.minus
    let found = try trace.read(expected()) {
      (line) throws(Rejection) -> (digit: UInt8, carry: Int) in
      for number in numbers {
        if try line.digit(base: base) != number.digit(at: place) { isRight = false }
        try line.expect(mark: sign)
      }
      let added = isDifference ? Int(try line.digit(base: base)) : try line.small(base: base)
      try line.expect(mark: UInt8(ascii: "="))
      let isNegative = isDifference && line.take(mark: Self.minus)
      let size = try line.small(base: base)
      guard !isNegative || size > 0 else { throw .unreadable("expected no -0") }
      try line.expect("write")
      let digit = try line.digit(base: base)
      try line.expect(word)
      let carry = isDifference ? Int(try line.digit(base: base)) : try line.small(base: base)
      if added != before || (isNegative ? -size : size) != value { isRight = false }
      return (digit, carry)
    }
    try trace.require(
      isRight && found.digit == digit && found.carry == rest, "expected \(expected())")
    return found
  }
}
