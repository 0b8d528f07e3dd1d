internal import Exact

/// Rows as the lines of a solution leave them, and the values that follow.
struct RowReduction {
  static let letters = ["x", "y", "z", "w"]
  /// Most digits of a number in a line.
  private static let digitLimit = 18

  private(set) var rows: [[Int]]
  private var rowLines: [Int]
  private var isUsed: [Bool]
  private var pivots: [Int?] = []
  private var values: [Rational?]
  private var valueLines: [Int]
  private(set) var isContradictory = false

  init(_ rows: [[Int]]) {
    self.rows = rows
    rowLines = rows.map { _ in 0 }
    isUsed = rows.map { _ in false }
    values = rows.map { _ in nil }
    valueLines = rows.map { _ in 0 }
  }

  var count: Int { rows.count }
  /// The next unknown to remove; `nil` once all are done.
  var column: Int? { pivots.count < count ? pivots.count : nil }

  private func holders(_ column: Int) -> [Int] {
    rows.indices.filter { !isUsed[$0] && rows[$0][column] != 0 }
  }

  /// Reads the lines that leave one row with the unknown, or that end in a contradiction.
  mutating func eliminate(_ column: Int, _ trace: inout TraceReader) throws(Rejection) {
    var pivot: Int?
    while true {
      let rest = holders(column)
      if rest.count <= 1 || (pivot != nil && rest == [pivot ?? 0]) {
        let kept = pivot ?? rest.first
        if let kept { isUsed[kept] = true }
        pivots.append(kept)
        return
      }
      pivot = try operation(column, pivot, rest, &trace)
      if isContradictory { return }
    }
  }

  /// Reads `R2=1*R2-3*R1: -7y=-14`.
  ///
  /// - Returns: the pivot row that it names.
  private mutating func operation(
    _ column: Int, _ chosen: Int?, _ holders: [Int], _ trace: inout TraceReader
  ) throws(Rejection) -> Int {
    let count = count
    let found = try trace.read("a row operation such as R2=1*R2-3*R1: -7y=-14") {
      line throws(Rejection) in
      let target = try Self.name(&line, count)
      try line.expect("=")
      let p = try line.natural(digitLimit: Self.digitLimit)
      try line.expect("*")
      let again = try Self.name(&line, count)
      let sign = try line.one(of: ["+", "-"]) == "-" ? 1 : -1
      let q = try line.natural(digitLimit: Self.digitLimit)
      try line.expect("*")
      let pivot = try Self.name(&line, count)
      try line.expect(":")
      let row = try LinearRow.read(
        &line, count: count, limits: (Self.digitLimit, Self.digitLimit))
      return (target: target, p: p, again: again, q: sign * q, pivot: pivot, row: row)
    }
    let isPair =
      found.target == found.again && found.target != found.pivot
      && holders.contains(found.target) && holders.contains(found.pivot)
      && (chosen == nil || chosen == found.pivot)
    try trace.require(
      isPair,
      "expected an operation on a row that still holds \(Self.letters[column]) by "
        + (chosen.map { "R\($0 + 1)" } ?? "another such row"))
    let (a, b) = (rows[found.target][column], rows[found.pivot][column])
    let shared = max(1, Self.divisor(a, b))
    let sign = b < 0 ? -1 : 1
    try trace.require(
      found.p == sign * (b / shared) && found.q == sign * (a / shared),
      "expected the least factors that remove \(Self.letters[column])")
    let right = zip(rows[found.target], rows[found.pivot]).map {
      Int128(found.p) * Int128($0) - Int128(found.q) * Int128($1)
    }
    try trace.require(
      found.row.map { Int128($0) } == right, "expected the row \(LinearRow.text(right))")
    try trace.applied(
      "eliminate",
      from: Array(Set([rowLines[found.target], rowLines[found.pivot]])).sorted())
    write(found.row, at: found.target, line: trace.number)
    try divide(found.target, &trace)
    return found.pivot
  }

  private mutating func write(_ row: [Int], at index: Int, line: Int) {
    rows[index] = row
    rowLines[index] = line
    if !row.dropLast().contains(where: { $0 != 0 }) { isContradictory = row[count] != 0 }
  }

  /// Reads `R2=R2/7: -y=-2` if the row's numbers share a factor, until they do not.
  private mutating func divide(_ index: Int, _ trace: inout TraceReader) throws(Rejection) {
    let count = count
    while rows[index].dropLast().contains(where: { $0 != 0 }) {
      let factor = rows[index].reduce(0) { Self.divisor($0, $1) }
      if factor < 2 { return }
      let found = try trace.read("R\(index + 1) divided by \(factor)") { line throws(Rejection) in
        let target = try Self.name(&line, count)
        try line.expect("=")
        let again = try Self.name(&line, count)
        try line.expect("/")
        let factor = try line.natural(digitLimit: Self.digitLimit)
        try line.expect(":")
        let row = try LinearRow.read(
          &line, count: count, limits: (Self.digitLimit, Self.digitLimit))
        return (target: target, again: again, factor: factor, row: row)
      }
      let right = rows[index].map { $0 / factor }
      try trace.require(
        found.target == index && found.again == index && found.factor == factor
          && found.row == right,
        "expected R\(index + 1)=R\(index + 1)/\(factor): \(LinearRow.text(right.map { Int128($0) }))"
      )
      try trace.applied("divide-row") { [$0 - 1] }
      write(found.row, at: index, line: trace.number)
    }
  }

  /// Reads the value of an unknown, all later ones being known.
  mutating func substitute(_ column: Int, _ trace: inout TraceReader) throws(Rejection) {
    let letter = Self.letters[column]
    guard let pivot = pivots[column] else {
      try trace.expect(Array("\(letter)=0 free".utf8))
      try trace.applied("free-unknown") { [$0 - 1] }
      (values[column], valueLines[column]) = (.zero, trace.number)
      return
    }
    let row = rows[pivot]
    let others = (0..<count).filter { $0 != column && row[$0] != 0 }
    let found = try trace.read("the value of \(letter)") { line throws(Rejection) in
      try line.expect(all: [letter, "=", "("])
      let side = try line.integer(digitLimit: Self.digitLimit)
      var terms: [(factor: Int, value: Rational)] = []
      while terms.count < others.count {
        let sign = try line.one(of: ["+", "-"]) == "-" ? 1 : -1
        let factor = try line.natural(digitLimit: Self.digitLimit)
        try line.expect("*")
        terms.append((sign * factor, try Self.value(&line)))
      }
      try line.expect(all: [")", "/"])
      let divisor = try line.integer(digitLimit: Self.digitLimit)
      try line.expect("=")
      return (side: side, terms: terms, divisor: divisor, value: try Self.value(&line))
    }
    var isRight = found.side == row[count] && found.divisor == row[column]
    var lines: Set<Int> = [rowLines[pivot]]
    do throws(ExactError) {
      var sum = Rational(row[count])
      for (other, term) in zip(others, found.terms) {
        isRight = isRight && term.factor == row[other] && term.value == values[other]
        lines.insert(valueLines[other])
        sum = try sum - Rational(row[other]) * (values[other] ?? .zero)
      }
      let right = try sum / Rational(row[column])
      isRight = isRight && found.value == right
    } catch { isRight = false }
    try trace.require(isRight, "expected R\(pivot + 1) with the known values, solved for \(letter)")
    try trace.applied("substitute", from: lines.sorted())
    (values[column], valueLines[column]) = (found.value, trace.number)
  }

  var answer: String {
    Self.answer(values.map { $0 ?? .zero }, free: pivots.indices.filter { pivots[$0] == nil })
  }

  static func answer(_ values: [Rational], free: [Int]) -> String {
    let text = zip(letters, values).map { "\($0)=\($1)" }.joined(separator: ", ")
    return free.isEmpty ? text : text + "; free " + free.map { letters[$0] }.joined(separator: ", ")
  }

  /// Reads an integer or a reduced fraction.
  static func value(_ line: inout Lexer) throws(Rejection) -> Rational {
    let start = line
    let top = try line.integer(digitLimit: digitLimit)
    guard line.take("/") else { return Rational(top) }
    let bottom = try line.natural(digitLimit: digitLimit)
    guard bottom > 1, divisor(top, bottom) == 1 else {
      throw .unreadable("expected a reduced fraction, found \(start.found)")
    }
    do throws(ExactError) { return try Rational(Int128(top), over: Int128(bottom)) } catch {
      throw .unreadable(error.description)
    }
  }

  private static func name(_ line: inout Lexer, _ count: Int) throws(Rejection) -> Int {
    let names = (1...count).map { "R\($0)" }
    return names.firstIndex(of: try line.one(of: names)) ?? 0
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
