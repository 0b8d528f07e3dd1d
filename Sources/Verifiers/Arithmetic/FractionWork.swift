/// Reads the steps of fraction work; each goes on from what the line before says.
struct FractionWork {
  var trace: TraceReader

  init(_ trace: TraceReader) { self.trace = trace }

  /// - Returns: the answer that the steps lead to.
  mutating func work(_ problem: FractionProblem) throws(Rejection) -> String {
    let values = try convert(problem.terms)
    if problem.kind == .order { return try order(values) }
    var result = values[0]
    for (term, value) in zip(problem.terms, values).dropFirst() {
      let combined =
        problem.kind == .sum
        ? try sum(result, value, sign: term.sign) : try product(result, value, sign: term.sign)
      result = try reduce(combined)
    }
    return result.text
  }

  private static func sorted(_ lines: [Int]) -> [Int] { Array(Set(lines)).sorted() }

  // Between the numbers of a line.
  private static let (plus, minus) = (UInt8(ascii: "+"), UInt8(ascii: "-"))
  private static let (times, over) = (UInt8(ascii: "*"), UInt8(ascii: "/"))
  private static let (divided, equals) = (UInt8(ascii: ":"), UInt8(ascii: "="))

  /// Every mixed number becomes a fraction, in any order.
  private mutating func convert(
    _ terms: [FractionProblem.Term]
  ) throws(Rejection) -> [WrittenFraction] {
    var values = terms.map(\.fraction)
    var pending = terms.indices.filter { terms[$0].whole != nil }
    while !pending.isEmpty {
      let (whole, part, found) = try trace.read("a mixed number as a fraction") {
        (line) throws(Rejection) -> (Int128, WrittenFraction, WrittenFraction) in
        let whole = try line.wideNatural(digitLimit: 2)
        let part = try WrittenFraction(&line)
        try line.expect(mark: Self.equals)
        return (whole, part, try WrittenFraction(&line))
      }
      let place = pending.firstIndex {
        terms[$0].whole == whole && terms[$0].fraction.isWritten(as: part)
      }
      let term = pending.remove(at: place ?? 0)
      let right = terms[term].value
      try trace.require(
        place != nil && found.isWritten(as: right),
        "expected a mixed number of the problem with its fraction, such as \(right.text)")
      try trace.applied("convert-mixed", from: [0])
      values[term] = found
      values[term].line = trace.number
    }
    return values
  }

  /// Euclid's rows down to a remainder of 0.
  ///
  /// - Parameter lines: the first row's inputs.
  /// - Returns: the divisor of the last row.
  private mutating func divisor(
    _ a: Int128, _ b: Int128, from lines: [Int]
  ) throws(Rejection) -> Int128 {
    var (a, b, inputs) = (max(a, b), min(a, b), lines)
    while true {
      let (quotient, rest) = Self.division(a, b)
      func expected() -> String { "`\(a)=\(quotient)*\(b)+\(rest)`" }
      let row = try four(expected(), Self.equals, Self.times, Self.plus)
      try trace.require(row == (a, quotient, b, rest), "expected \(expected())")
      try trace.applied("euclid-row", from: inputs)
      if row.3 == 0 { return row.2 }
      (a, b, inputs) = (row.2, row.3, [trace.number])
    }
  }

  /// `b` is never 0. Numbers of usual size need no division of 128 bits.
  private static func division(_ a: Int128, _ b: Int128) -> (quotient: Int128, rest: Int128) {
    guard let x = Int(exactly: a), let y = Int(exactly: b), x >= 0, y > 0 else {
      let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
      return (quotient, rest)
    }
    let (quotient, rest) = x.quotientAndRemainder(dividingBy: y)
    return (Int128(quotient), Int128(rest))
  }

  /// Four natural numbers with these marks between them.
  private mutating func four(
    _ expected: @autoclosure () -> String, _ first: UInt8, _ second: UInt8, _ third: UInt8
  ) throws(Rejection) -> (Int128, Int128, Int128, Int128) {
    try trace.read(expected()) { (line) throws(Rejection) -> (Int128, Int128, Int128, Int128) in
      let limit = WrittenFraction.digitLimit
      let a = try line.wideNatural(digitLimit: limit)
      try line.expect(mark: first)
      let b = try line.wideNatural(digitLimit: limit)
      try line.expect(mark: second)
      let c = try line.wideNatural(digitLimit: limit)
      try line.expect(mark: third)
      return (a, b, c, try line.wideNatural(digitLimit: limit))
    }
  }

  /// The least common multiple of two denominators, and its line.
  private mutating func common(
    _ a: (value: Int128, line: Int), _ b: (value: Int128, line: Int)
  ) throws(Rejection) -> (value: Int128, line: Int) {
    let divisor = try self.divisor(a.value, b.value, from: Self.sorted([a.line, b.line]))
    var right: Int128?
    if divisor > 0, let product = WrittenFraction.product(a.value, b.value) {
      let (quotient, rest) = Self.division(product, divisor)
      if rest == 0 { right = quotient }
    }
    func expected() -> String {
      "`\(a.value)*\(b.value)/\(divisor)=\(right.map { String($0) } ?? "?")`"
    }
    let found = try four(expected(), Self.times, Self.over, Self.equals)
    try trace.require(
      found.0 == a.value && found.1 == b.value && found.2 == divisor && found.3 == right,
      "expected \(expected())")
    try trace.applied(
      "common-denominator"
    ) { Self.sorted([a.line, b.line, $0 - 1]) }
    return (found.3, trace.number)
  }

  /// Brings those of the values that have another denominator to this one, in any order.
  private mutating func expand(
    _ values: [WrittenFraction], to common: (value: Int128, line: Int)
  ) throws(Rejection) -> [WrittenFraction] {
    var expanded = values
    var pending = values.indices.filter { values[$0].bottom != common.value }
    while !pending.isEmpty {
      let (value, found) = try equation("a fraction over \(common.value)")
      let place = pending.firstIndex { values[$0].isWritten(as: value) }
      let term = pending.remove(at: place ?? 0)
      let right = values[term].over(common.value)
      try trace.require(
        place != nil && found.isWritten(as: right),
        "expected a fraction over \(common.value), such as "
          + "`\(values[term].text)=\(right?.text ?? "?")`")
      try trace.applied("expand", from: Self.sorted([values[term].line, common.line]))
      expanded[term] = found
      expanded[term].line = trace.number
    }
    return expanded
  }

  private mutating func equation(
    _ expected: @autoclosure () -> String
  ) throws(Rejection) -> (WrittenFraction, WrittenFraction) {
    try trace.read(expected()) {
      (line) throws(Rejection) -> (WrittenFraction, WrittenFraction) in
      let left = try WrittenFraction(&line)
      try line.expect(mark: Self.equals)
      return (left, try WrittenFraction(&line))
    }
  }

  private mutating func sum(
    _ a: WrittenFraction, _ b: WrittenFraction, sign: UInt8
  ) throws(Rejection) -> WrittenFraction {
    var (first, second) = (a, b)
    if a.bottom != b.bottom {
      let common = try self.common((a.bottom, a.line), (b.bottom, b.line))
      let expanded = try expand([a, b], to: common)
      (first, second) = (expanded[0], expanded[1])
    }
    var right: WrittenFraction?
    if first.bottom == second.bottom {
      right = WrittenFraction(
        top: sign == Self.plus ? first.top + second.top : first.top - second.top,
        bottom: first.bottom)
    }
    return try combine(first, second, sign: sign, to: right)
  }

  private mutating func product(
    _ a: WrittenFraction, _ b: WrittenFraction, sign: UInt8
  ) throws(Rejection) -> WrittenFraction {
    var (first, second) = (a, b)
    if sign == Self.divided {
      let inverse = b.inverse
      func expected() -> String {
        "`\(a.text):\(b.text)=\(a.text)*\(inverse?.text ?? "?")`"
      }
      let found = try trace.read(expected()) {
        (line) throws(Rejection) -> (isRight: Bool, first: WrittenFraction, last: WrittenFraction)
        in
        var isRight = try WrittenFraction(&line).isWritten(as: a)
        try line.expect(mark: Self.divided)
        isRight = try WrittenFraction(&line).isWritten(as: b) && isRight
        try line.expect(mark: Self.equals)
        let first = try WrittenFraction(&line)
        try line.expect(mark: Self.times)
        return (isRight, first, try WrittenFraction(&line))
      }
      try trace.require(
        found.isRight && found.first.isWritten(as: a) && found.last.isWritten(as: inverse),
        "expected \(expected())")
      try trace.applied("invert", from: Self.sorted([0, a.line, b.line]))
      first = found.first
      first.line = a.line
      second = found.last
      second.line = trace.number
    }
    return try combine(first, second, sign: Self.times, to: first * second)
  }

  private mutating func combine(
    _ a: WrittenFraction, _ b: WrittenFraction, sign: UInt8, to right: WrittenFraction?
  ) throws(Rejection) -> WrittenFraction {
    func expected() -> String {
      "`\(a.text)\(String(UnicodeScalar(sign)))\(b.text)=\(right?.text ?? "?")`"
    }
    var isRight = true
    var found = try trace.read(expected()) { (line) throws(Rejection) -> WrittenFraction in
      let first = try WrittenFraction(&line)
      let mark = try line.mark(of: [Self.plus, Self.minus, Self.times])
      let second = try WrittenFraction(&line)
      isRight = first.isWritten(as: a) && mark == sign && second.isWritten(as: b)
      try line.expect(mark: Self.equals)
      return try WrittenFraction(&line)
    }
    try trace.require(isRight && found.isWritten(as: right), "expected \(expected())")
    try trace.applied("combine", from: Self.sorted([0, a.line, b.line]))
    found.line = trace.number
    return found
  }

  private mutating func reduce(_ value: WrittenFraction) throws(Rejection) -> WrittenFraction {
    if value.bottom == 1 { return value }
    // Zero over anything is zero without a row.
    var common = value.bottom
    if value.top != 0 {
      let size = value.top < 0 ? -value.top : value.top
      common = try divisor(size, value.bottom, from: [value.line])
    }
    if common <= 1 { return value }
    let right = value.divided(by: common)
    func expected() -> String { "`\(value.text)=\(right?.text ?? "?")`" }
    let (left, found) = try equation(expected())
    try trace.require(
      left.isWritten(as: value) && found.isWritten(as: right), "expected \(expected())")
    try trace.applied("reduce") { Self.sorted([value.line, $0 - 1]) }
    return WrittenFraction(top: found.top, bottom: found.bottom, line: trace.number)
  }

  private mutating func order(_ values: [WrittenFraction]) throws(Rejection) -> String {
    var common = (value: values[0].bottom, line: values[0].line)
    for value in values.dropFirst() where common.value % value.bottom != 0 {
      common = try self.common(common, (value.bottom, value.line))
    }
    let expanded = try expand(values, to: common)
    let isComparable = expanded.allSatisfy { $0.bottom == expanded[0].bottom }
    let right = expanded.indices.sorted {
      (expanded[$0].top, $0) < (expanded[$1].top, $1)
    }
    func expected() -> String {
      "`" + right.map { expanded[$0].text }.joined(separator: "<") + "`"
    }
    let found = try trace.read(expected()) { (line) throws(Rejection) -> [WrittenFraction] in
      var found = [try WrittenFraction(&line)]
      while found.count < expanded.count, line.take(mark: UInt8(ascii: "<")) {
        found.append(try WrittenFraction(&line))
      }
      return found
    }
    // Which term each of them is.
    var terms: [Int] = []
    for value in found {
      if let term = expanded.indices.first(where: {
        expanded[$0].isWritten(as: value) && !terms.contains($0)
      }) {
        terms.append(term)
      }
    }
    try trace.require(isComparable && terms == right, "expected \(expected())")
    guard terms.count == values.count else {
      throw Rejection(step: trace.number, "expected every fraction once")
    }
    try trace.applied("sort", from: Self.sorted(expanded.map(\.line)))
    return terms.map { values[$0].text }.joined(separator: "<")
  }
}
