internal import Exact

/// Linear equations in two to four unknowns are solved by row operations and back substitution.
struct LinearSystem: TraceVerifier {
  let family = "linear-system"
  let version = 1
  let rules = ["eliminate", "divide-row", "substitute", "free-unknown"]
  let checks =
    "each row operation removes the next unknown with the least factors and its row is exact, "
    + "common factors are divided out, a row 0=c ends without solution, values follow by "
    + "substitution, and unknowns without pivot are free"
  let grammar = """
    problem  = row , ";" , row , { ";" , row } , [ newline ] ;           (* 2 to 4 rows *)
    solution = { step , newline } , answer , [ newline ] ;
    step     = name , "=" , positive , "*" , name , sign , positive , "*" , name , ":" , row
             | name , "=" , name , "/" , positive , ":" , row
             | unknown , "=" , "(" , integer , { sign , positive , "*" , value } , ")" , "/" ,
               integer , "=" , value
             | unknown , "=" , "0" , "free" ;
    answer   = "Answer" , ":" , ( "none" | unknown , "=" , value , { "," , unknown , "=" , value } ,
               [ ";" , "free" , unknown , { "," , unknown } ] ) ;
    row      = ( "0" | [ "-" ] , term , { sign , term } ) , "=" , integer ;
    term     = unknown | several unknown ;         (* without a space: 3x is one lexeme *)
    unknown  = "x" | "y" | "z" | "w" ;
    name     = "R1" | "R2" | "R3" | "R4" ;
    sign     = "+" | "-" ;
    value    = integer , [ "/" , several ] ;                     (* reduced *)
    integer  = "0" | [ "-" ] , positive ;
    several  = ? a positive number other than 1 ? ;
    positive = ? digits without leading zeros, not 0 ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "x+2y=5; 3x-y=1",
    solution: "R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=-2\ny=(-2)/-1=2\nx=(5-2*2)/1=1\n"
      + "Answer: x=1, y=2"
  )

  /// Most digits of the numbers in a problem: products of minors then stay below 18 digits.
  private static let problemLimits = (coefficient: 2, side: 4)

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var work = RowReduction(try Self.rows(&problem))
    while let column = work.column {
      try work.eliminate(column, &trace)
      if work.isContradictory { return try trace.finish(answer: Array("none".utf8)) }
    }
    for column in stride(from: work.count - 1, through: 0, by: -1) {
      try work.substitute(column, &trace)
    }
    return try trace.finish(answer: work.answer)
  }

  static func rows(_ problem: inout Lexer) throws(Rejection) -> [[Int]] {
    // The number of rows is that of the unknowns: it must be known before the first is read.
    let count = 1 + problem.bytes.count { $0 == UInt8(ascii: ";") }
    guard (2...4).contains(count) else {
      throw .unreadable("expected 2 to 4 equations, found \(count)")
    }
    var rows: [[Int]] = []
    repeat {
      let start = problem
      let row = try LinearRow.read(&problem, count: count, limits: problemLimits)
      guard row.dropLast().contains(where: { $0 != 0 }) else {
        throw .unreadable("expected an unknown in every equation, found \(start.found)")
      }
      rows.append(row)
    } while problem.take(";")
    try problem.expectEnd()
    return rows
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let rows = try Self.rows(&problem)
    let n = rows.count
    let rank = PrimeRank.of(rows, columns: Array(0..<n))
    let isContradictory = PrimeRank.of(rows, columns: Array(0...n)) > rank
    if answer.take("none") {
      try answer.expectEnd()
      guard isContradictory else { throw .unreadable("the equations do not contradict each other") }
      return "none"
    }
    guard !isContradictory else { throw .unreadable("there is no solution") }
    var values: [Rational] = []
    for column in 0..<n {
      if column > 0 { try answer.expect(",") }
      try answer.expect(RowReduction.letters[column])
      try answer.expect("=")
      values.append(try RowReduction.value(&answer))
    }
    var free: [Int] = []
    for column in 0..<n
    where PrimeRank.of(rows, columns: Array(0...column))
      == (column == 0 ? 0 : PrimeRank.of(rows, columns: Array(0..<column)))
    {
      free.append(column)
    }
    for (place, column) in free.enumerated() {
      try answer.expect(all: place == 0 ? [";", "free"] : [","])
      try answer.expect(RowReduction.letters[column])
      guard values[column] == .zero else { throw .unreadable("a free unknown is set to 0") }
    }
    try answer.expectEnd()
    do throws(ExactError) {
      for row in rows {
        var sum = Rational(-row[n])
        for column in 0..<n { sum = try sum + Rational(row[column]) * values[column] }
        guard sum == .zero else { throw ExactError.overflow(operation: "not a solution") }
      }
    } catch { throw .unreadable("the values do not meet the equations") }
    return RowReduction.answer(values, free: free)
  }
}

/// The rank of a matrix over a prime field whose order exceeds every minor of a problem: at most
/// 4 by 4 with entries below 100 and one column below 10 000, so below 2.4e11. Hence it is the rank
/// over the rationals.
private enum PrimeRank {
  private static let prime = (1 << 61) - 1

  static func of(_ rows: [[Int]], columns: [Int]) -> Int {
    var rows = rows.map { row in columns.map { (row[$0] + prime) % prime } }
    var rank = 0
    for column in columns.indices {
      guard let pivot = rows.indices.dropFirst(rank).first(where: { rows[$0][column] != 0 }) else {
        continue
      }
      rows.swapAt(rank, pivot)
      for index in rows.indices where index > rank {
        // Cross-multiplied: no inverse is needed, and a factor that is not 0 keeps the rank.
        let (p, q) = (rows[rank][column], rows[index][column])
        for place in columns.indices {
          rows[index][place] = minus(
            product(p, rows[index][place]), product(q, rows[rank][place]))
        }
      }
      rank += 1
    }
    return rank
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    Int(Int128(a) * Int128(b) % Int128(prime))
  }

  private static func minus(_ a: Int, _ b: Int) -> Int { a >= b ? a - b : a - b + prime }
}
