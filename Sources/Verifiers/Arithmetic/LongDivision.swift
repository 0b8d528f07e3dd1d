/// A natural is divided by another, digit by digit of the quotient, with remainder or decimals.
struct LongDivision: TraceVerifier {
  let family = "long-division"
  let version = 1
  let rules = ["take-front", "fit-divisor", "bring-digit", "bring-zero"]
  let checks =
    "the front taken is the shortest that the divisor fits into; each digit is the largest multiple "
    + "that fits, with its product, difference and the quotient so far; the next digit is brought "
    + "down to what remains; the answer is the quotient and what remains, or the decimals asked for"
  let grammar = """
    problem  = natural , "/" , positive , [ "to" , nonzero , "places" ] , [ newline ] ;
                                                      (* of 1 to 17 and of 1 to 9 digits *)
    solution = take , newline , fit , newline , { bring , newline , fit , newline } , answer ,
               [ newline ] ;
    take     = "take" , natural ;
    fit      = natural , "*" , natural , "=" , natural , natural , "-" , natural , "=" , natural ,
               "quotient" , natural ;
    bring    = "bring" , [ "." ] , digit , ":" , natural ;
    answer   = "Answer" , ":" , ( natural | remains | natural , "." , digit , { digit } ) ;
    remains  = natural , "r" , positive ;             (* without spaces: 36r11 is one lexeme *)
    natural  = "0" | positive ;                       (* of at most 28 digits *)
    positive = nonzero , { digit } ;
    digit    = "0" | nonzero ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "947/26",
    solution: """
    take 94
    3*26=78 94-78=16 quotient 3
    bring 7: 167
    6*26=156 167-156=11 quotient 36
    Answer: 36r11
    """
  )

  /// Most digits of a number of a solution: ten times one, or one times a divisor, fits 128 bits.
  private static let digitLimit = 28

  private struct Division {
    /// Most significant digit first.
    var dividend: [UInt8]
    var divisor: Int128
    var places: Int?

    init(_ problem: inout Lexer) throws(Rejection) {
      dividend = try problem.naturalDigits(limit: 17).map { $0 - UInt8(ascii: "0") }
      try problem.expect("/")
      divisor = try problem.wideNatural(digitLimit: 9)
      guard divisor > 0 else { throw .unreadable("expected a divisor other than 0") }
      if problem.take("to") {
        let digit = try problem.digit()
        guard digit > 0 else { throw .unreadable("expected 1 to 9 places, found 0") }
        places = Int(digit)
        try problem.expect("places")
      }
      try problem.expectEnd()
    }

    /// The value of the first digits.
    func front(_ count: Int) -> Int128 {
      dividend.prefix(count).reduce(0) { $0 * 10 + Int128($1) }
    }
  }

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let division = try Division(&problem)
    let count = division.dividend.count
    let length = (1...count).first { division.front($0) >= division.divisor } ?? count
    let front = division.front(length)
    var value = try trace.read("`take \(front)`") { (line) throws(Rejection) in
      try line.expect("take")
      return try line.wideNatural(digitLimit: Self.digitLimit)
    }
    try trace.require(value == front, "expected `take \(front)`, found \(value)")
    try trace.applied("take-front", from: [0])
    var used = min(String(value).utf8.count, count)
    var zeros = 0
    var quotient: Int128 = 0
    while true {
      (value, quotient) = try Self.fit(division.divisor, into: value, after: quotient, &trace)
      let digit: UInt8
      let isZero = used == count
      if !isZero {
        digit = division.dividend[used]
        used += 1
      } else if value > 0, zeros < division.places ?? 0 {
        digit = 0
        zeros += 1
      } else {
        break
      }
      value = try Self.bring(digit, isZero: isZero, to: value, &trace)
    }
    return try trace.finish(
      answer: Self.answer(
        quotient, remainder: value, zeros: division.places == nil ? nil : zeros))
  }

  /// - Returns: what remains and the quotient, as the line says.
  private static func fit(
    _ divisor: Int128, into value: Int128, after quotient: Int128, _ trace: inout TraceReader
  ) throws(Rejection) -> (Int128, Int128) {
    let digit = value / divisor
    let right = [
      digit, divisor, digit * divisor, value, digit * divisor, value % divisor,
      10 * quotient + digit,
    ]
    func expected() -> [UInt8] {
      Array(
        "\(digit)*\(divisor)=\(right[2]) \(value)-\(right[2])=\(right[5]) quotient \(right[6])".utf8
      )
    }
    let found = try trace.read(Excerpt.quoted(expected())) {
      (line) throws(Rejection) -> [Int128] in
      var numbers = [try line.wideNatural(digitLimit: digitLimit)]
      for mark in ["*", "=", "", "-", "=", "quotient"] {
        if !mark.isEmpty { try line.expect(mark) }
        numbers.append(try line.wideNatural(digitLimit: digitLimit))
      }
      return numbers
    }
    try trace.require(found == right, expecting: [expected()])
    let line = trace.number
    try trace.applied("fit-divisor", from: line == 2 ? [0, 1] : [0, line - 2, line - 1])
    return (found[5], found[6])
  }

  /// - Returns: the number to fit the divisor into next, as the line says.
  private static func bring(
    _ digit: UInt8, isZero: Bool, to value: Int128, _ trace: inout TraceReader
  ) throws(Rejection) -> Int128 {
    let right = 10 * value + Int128(digit)
    let expected = "bring \(isZero ? "." : "")\(digit): \(right)"
    let (isPoint, found, next) = try trace.read("`\(expected)`") {
      (line) throws(Rejection) -> (Bool, UInt8, Int128) in
      try line.expect("bring")
      let isPoint = line.take(".")
      let digit = try line.digit()
      try line.expect(":")
      return (isPoint, digit, try line.wideNatural(digitLimit: digitLimit))
    }
    try trace.require(
      isPoint == isZero && found == digit && next == right, expecting: [Array(expected.utf8)])
    try trace.applied(
      isZero ? "bring-zero" : "bring-digit"
    ) { isZero ? [$0 - 1] : [0, $0 - 1] }
    return next
  }

  /// - Parameter zeros: digits after the point; `nil` for a remainder.
  private static func answer(_ quotient: Int128, remainder: Int128, zeros: Int?) -> [UInt8] {
    guard let zeros else {
      return Array((remainder == 0 ? "\(quotient)" : "\(quotient)r\(remainder)").utf8)
    }
    var digits = Array(String(quotient).utf8)
    if zeros == 0 { return digits }
    let missing = max(0, zeros + 1 - digits.count)
    digits = Array(repeating: UInt8(ascii: "0"), count: missing) + digits
    return digits.dropLast(zeros) + [UInt8(ascii: ".")] + digits.suffix(zeros)
  }

  /// Divides as a whole: the dividend times a power of ten, by the divisor.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let division = try Division(&problem)
    let dividend = division.front(division.dividend.count)
    var scaled = dividend
    var zeros = 0
    while zeros < division.places ?? 0, scaled % division.divisor != 0 {
      scaled *= 10
      zeros += 1
    }
    let right = Self.answer(
      scaled / division.divisor, remainder: scaled % division.divisor,
      zeros: division.places == nil ? nil : zeros)
    guard Lexer.firstDifference(of: answer, from: Lexer(right, in: 0..<right.count)) == nil else {
      throw .unreadable("expected \(Excerpt.quoted(right)), found \(answer.found)")
    }
    return String(decoding: right, as: UTF8.self)
  }
}
