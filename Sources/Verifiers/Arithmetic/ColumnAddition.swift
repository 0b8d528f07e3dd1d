/// Two naturals are added column by column, least significant first, the carry written out.
struct ColumnAddition: Verifier {
  let family = "column-addition"
  let version = 1
  let checks =
    "each line adds the two digits of its column and the carry from the line before, least "
    + "significant column first, and writes the right digit and carry; the answer is the sum"
  let grammar = """
    problem  = natural , "+" , natural , [ newline ] ;           (* each of 1 to 64 digits *)
    solution = step , newline , { step , newline } , answer , [ newline ] ;
    step     = digit , "+" , digit , "+" , digit , "=" , natural ,
               "write" , digit , "carry" , digit ;
    answer   = "Answer" , ":" , natural ;
    natural  = "0" | nonzero , { digit } ;
    digit    = "0" | nonzero ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
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

  /// Most digits of an operand.
  private static let digitLimit = 64

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    Verdict { () throws(Rejection) in
      var lexer = Lexer(problem: problem)
      let first = try Self.operand(&lexer)
      try lexer.expect("+")
      let second = try Self.operand(&lexer)
      try lexer.expectEnd()

      var trace = TraceReader(solution)
      var carry: UInt8 = 0
      var answer: [UInt8] = []
      for column in 0..<max(first.count, second.count) {
        let a = column < first.count ? first[column] : 0
        let b = column < second.count ? second[column] : 0
        let sum = a + b + carry
        try trace.expect(
          Array(
            "\(a)+\(b)+\(carry)=\(sum) write \(sum % 10) carry \(sum / 10)".utf8))
        answer.append(UInt8(ascii: "0") + sum % 10)
        carry = sum / 10
      }
      if carry > 0 { answer.append(UInt8(ascii: "0") + carry) }
      return try trace.finish(answer: answer.reversed())
    }
  }

  /// The digits of an operand, least significant first.
  private static func operand(_ lexer: inout Lexer) throws(Rejection) -> [UInt8] {
    try lexer.naturalDigits(limit: digitLimit).reversed().map { $0 - UInt8(ascii: "0") }
  }
}
