/// A list of digits is rewritten line by line, an adjacent pair becoming its sum modulo 10.
///
/// Several next lines may be right, and every one of them is accepted.
struct SumReduce: TraceVerifier {
  let family = "sum-reduce"
  let version = 2
  let rules = ["add-pair"]
  let checks =
    "each line is the line before with exactly one adjacent pair of digits replaced by its sum "
    + "modulo 10, down to one digit, which is the answer"
  let grammar = """
    problem  = digit , "+" , digit , { "+" , digit } , [ newline ] ;     (* 2 to 64 digits *)
    solution = { step , newline } , answer , [ newline ] ;
    step     = digit , { "+" , digit } ;
    answer   = "Answer" , ":" , digit ;
    digit    = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (problem: "9+8+2+5", solution: "7+2+5\n7+7\n4\nAnswer: 4")

  /// Most digits of a problem.
  private static let termLimit = 64

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var digits = try Self.read(&problem)
    while digits.count > 1 {
      let line = try trace.next(expecting: Self.reductions(of: digits))
      guard let next = Self.list(line, countLimit: digits.count - 1) else {
        throw trace.rejection(expecting: Self.reductions(of: digits))
      }
      try trace.require(
        Self.isReduction(next, of: digits), expecting: Self.reductions(of: digits))
      try trace.applied("add-pair") { [$0 - 1] }
      digits = next
    }
    return try trace.finish(answer: Self.text(digits))
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    // Sums modulo 10 may be taken in any order.
    let sum = try Self.read(&problem).reduce(0) { ($0 + $1) % 10 }
    let found = try answer.digit()
    try answer.expectEnd()
    guard found == sum else { throw .unreadable("the digits add up to \(sum), found \(found)") }
    return String(sum)
  }

  private static func read(_ lexer: inout Lexer) throws(Rejection) -> [UInt8] {
    var digits: [UInt8] = []
    repeat {
      let digit = try lexer.digit()
      guard digits.count < termLimit else {
        throw .unreadable("expected at most \(termLimit) digits, found more")
      }
      digits.append(digit)
    } while lexer.take("+")
    guard lexer.isAtEnd else {
      throw .unreadable("expected + or the end, found \(lexer.found)")
    }
    guard digits.count > 1 else { throw .unreadable("expected at least 2 digits, found 1") }
    return digits
  }

  /// The digits of a line that is a list of at most `countLimit` digits, else nil.
  private static func list(_ line: Lexer, countLimit: Int) -> [UInt8]? {
    var line = line
    var digits: [UInt8] = []
    repeat {
      guard digits.count < countLimit, let digit = line.takeDigit() else { return nil }
      digits.append(digit)
    } while line.take("+")
    return line.isAtEnd ? digits : nil
  }

  /// Whether some pair of `digits`, replaced by its sum, gives `next`.
  ///
  /// A pair at i requires `next` to agree with `digits` before i and, shifted by one, after i; so
  /// the common prefix and the common suffix bound i, and one pass decides.
  private static func isReduction(_ next: [UInt8], of digits: [UInt8]) -> Bool {
    guard next.count == digits.count - 1 else { return false }
    var prefix = 0
    while prefix < next.count, next[prefix] == digits[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < next.count, next[next.count - 1 - suffix] == digits[digits.count - 1 - suffix] {
      suffix += 1
    }
    var pair = max(0, next.count - 1 - suffix)
    while pair <= prefix, pair < next.count {
      if next[pair] == (digits[pair] + digits[pair + 1]) % 10 { return true }
      pair += 1
    }
    return false
  }

  /// Every right next line, each once, from the leftmost pair on: for messages.
  private static func reductions(of digits: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for pair in 0..<(digits.count - 1) {
      var next = digits
      next[pair] = (digits[pair] + digits[pair + 1]) % 10
      next.remove(at: pair + 1)
      let line = text(next)
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  private static func text(_ digits: [UInt8]) -> [UInt8] {
    Array(digits.map { [UInt8(ascii: "0") + $0] }.joined(separator: [UInt8(ascii: "+")]))
  }
}
