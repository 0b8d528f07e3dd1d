/// Two naturals are multiplied digit by digit, row by row, and the rows added column by column.
struct LongMultiplication: TraceVerifier {
  let family = "long-multiplication"
  let version = 1
  let rules = ["multiply-digit", "end-row", "add-column"]
  let checks =
    "each row multiplies every digit of the first number by one of the second with the right carries "
    + "and reads the row off with the zeros of its place; the rows are added column by column; the "
    + "answer is the product"
  let grammar = """
    problem  = natural , "*" , natural , [ newline ] ;      (* of 1 to 24 and of 1 to 12 digits *)
    solution = row , { row } , { column , newline } , answer , [ newline ] ;
    row      = { product , newline } , "row" , small , ":" , natural , newline ;
    product  = digit , "*" , digit , "+" , small , "=" , small , written ;
    column   = digit , "+" , digit , { "+" , digit } , "+" , small , "=" , small , written ;
    written  = "write" , digit , "carry" , small ;
    answer   = "Answer" , ":" , natural ;
    small    = ? a natural of at most 3 digits ? ;
    natural  = "0" | nonzero , { digit } ;                  (* in a row, at most 40 digits *)
    digit    = "0" | nonzero ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "34*26",
    solution: """
    4*6+0=24 write 4 carry 2
    3*6+2=20 write 0 carry 2
    row 1: 204
    4*2+0=8 write 8 carry 0
    3*2+0=6 write 6 carry 0
    row 2: 680
    4+0+0=4 write 4 carry 0
    0+8+0=8 write 8 carry 0
    2+6+0=8 write 8 carry 0
    Answer: 884
    """
  )

  private static let rowLimit = 40

  /// Digits least significant first, and the carry to the next place.
  private struct Columns {
    var digits: [UInt8] = []
    var carry = 0

    /// The digits with the carry before them, most significant first, without leading zeros.
    var text: [UInt8] {
      let zero = UInt8(ascii: "0")
      var text: [UInt8] = []
      text.reserveCapacity(digits.count + 12)
      if carry > 0 { text += String(carry).utf8 }
      for place in digits.indices.reversed() where digits[place] > 0 || !text.isEmpty {
        text.append(zero + digits[place])
      }
      return text.isEmpty ? [zero] : text
    }
  }

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let (a, b) = try Self.read(&problem)
    var rows: [[UInt8]] = []
    var rowLines: [Int] = []
    for (place, y) in b.enumerated() {
      var work = Columns()
      if y > 0 {
        work.digits.reserveCapacity(a.count)
        for x in a {
          let isFirst = work.digits.isEmpty
          let value = Int(x) * Int(y)
          try Self.column(2, UInt8(ascii: "*"), value: value, &work, &trace) { $0 == 0 ? x : y }
          try trace.applied("multiply-digit") { isFirst ? [0] : [0, $0 - 1] }
        }
      }
      var right = work.text
      if right[0] != UInt8(ascii: "0") {
        for _ in 0..<place { right.append(UInt8(ascii: "0")) }
      }
      func expected() -> [UInt8] { Array("row \(place + 1): ".utf8) + right }
      let (number, found) = try trace.read(Excerpt.quoted(expected())) {
        (line) throws(Rejection) -> (Int, [UInt8]) in
        try line.expect("row")
        let number = try line.natural(digitLimit: 3)
        try line.expect(mark: UInt8(ascii: ":"))
        return (number, Array(try line.naturalDigits(limit: Self.rowLimit)))
      }
      try trace.require(number == place + 1 && found == right, expecting: [expected()])
      let count = work.digits.count
      try trace.applied("end-row") { [0] + Array($0 - count..<$0) }
      rows.append(found.reversed().map { $0 - UInt8(ascii: "0") })
      rowLines.append(trace.number)
    }
    guard rows.count > 1 else {
      return try trace.finish(answer: rows[0].reversed().map { UInt8(ascii: "0") + $0 })
    }
    var sum = Columns()
    for column in 0..<rows.reduce(0, { max($0, $1.count) }) {
      func digit(_ row: Int) -> UInt8 { column < rows[row].count ? rows[row][column] : 0 }
      var value = 0
      for row in rows.indices { value += Int(digit(row)) }
      try Self.column(rows.count, UInt8(ascii: "+"), value: value, &sum, &trace, digit)
      try trace.applied("add-column") { rowLines + (column == 0 ? [] : [$0 - 1]) }
    }
    return try trace.finish(answer: sum.text)
  }

  /// Reads one line that combines digits and the carry, and goes on with what it writes and
  /// carries.
  ///
  /// - Parameters:
  ///   - count: how many digits are combined by `sign`; the place of each gives it by `digit`.
  ///   - value: what they make together.
  private static func column(
    _ count: Int, _ sign: UInt8, value: Int, _ work: inout Columns, _ trace: inout TraceReader,
    _ digit: (Int) -> UInt8
  ) throws(Rejection) {
    let carry = work.carry
    let right = value + carry
    func expected() -> [UInt8] {
      let terms = (0..<count).map { String(digit($0)) }
      return Array(
        "\(terms.joined(separator: String(UnicodeScalar(sign))))+\(carry)=\(right) write "
          .utf8) + "\(right % 10) carry \(right / 10)".utf8
    }
    var isRight = true
    let (written, next) = try trace.read(Excerpt.quoted(expected())) {
      (line) throws(Rejection) -> (UInt8, Int) in
      for place in 0..<count {
        if place > 0 { try line.expect(mark: sign) }
        if try line.digit() != digit(place) { isRight = false }
      }
      try line.expect(mark: UInt8(ascii: "+"))
      if try line.natural(digitLimit: 3) != carry { isRight = false }
      try line.expect(mark: UInt8(ascii: "="))
      if try line.natural(digitLimit: 3) != right { isRight = false }
      try line.expect("write")
      let written = try line.digit()
      try line.expect("carry")
      return (written, try line.natural(digitLimit: 3))
    }
    try trace.require(
      isRight && Int(written) == right % 10 && next == right / 10, expecting: [expected()])
    work.digits.append(written)
    work.carry = next
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let (a, b) = try Self.read(&problem)
    // Below 10^36, which fits 128 bits.
    func value(_ digits: [UInt8]) -> UInt128 {
      digits.reversed().reduce(0) { $0 * 10 + UInt128($1) }
    }
    let product = String(value(a) * value(b))
    let found = try answer.naturalDigits(limit: Self.rowLimit)
    try answer.expectEnd()
    guard found.elementsEqual(product.utf8) else {
      throw .unreadable("the product is \(product)")
    }
    return product
  }

  /// Both factors, least significant digit first.
  private static func read(_ problem: inout Lexer) throws(Rejection) -> ([UInt8], [UInt8]) {
    let a = try problem.naturalDigits(limit: 24)
    try problem.expect("*")
    let b = try problem.naturalDigits(limit: 12)
    try problem.expectEnd()
    return (
      a.reversed().map { $0 - UInt8(ascii: "0") }, b.reversed().map { $0 - UInt8(ascii: "0") }
    )
  }
}
