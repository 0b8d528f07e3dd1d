/// Which fractions may be tried as roots, and what is left after those found.
struct RootSearch {
  /// A fraction in lowest terms, as it is written: `3`, `-1/2`.
  struct Ratio: Hashable {
    var top: Int
    var bottom = 1

    var text: String { bottom == 1 ? "\(top)" : "\(top)/\(bottom)" }
  }

  /// From the highest power down.
  private(set) var quotient: [Int]
  /// Those that may be tried and were not.
  private(set) var candidates: [Ratio] = []
  private var roots: [Ratio] = []
  private var failed: Set<Ratio> = []
  /// Problems' constants have 3 digits; only a granted line can say more than this.
  private static let sizeLimit = 999

  init(_ quotient: [Int]) {
    self.quotient = quotient
    findCandidates()
  }

  /// Whether another number must be tried.
  var isOpen: Bool { !candidates.isEmpty }

  /// The row at a fraction p/q, each number times the power of q that makes it whole: with a the
  /// coefficients, the k-th is p times the one before, plus a[k] times q^k.
  ///
  /// - Returns: these numbers with the powers; `nil` where 128 bits do not hold one, which no legal
  ///   candidate of a problem comes near.
  func row(at root: Ratio) -> [(top: Int128, bottom: Int128)]? {
    var row: [(top: Int128, bottom: Int128)] = []
    var (last, power) = (Int128(0), Int128(1))
    for (place, coefficient) in quotient.enumerated() {
      if place > 0 {
        let (next, overflow) = power.multipliedReportingOverflow(by: Int128(root.bottom))
        if overflow { return nil }
        power = next
      }
      let (carried, first) = last.multipliedReportingOverflow(by: Int128(root.top))
      let (own, second) = power.multipliedReportingOverflow(by: Int128(coefficient))
      let (sum, third) = carried.addingReportingOverflow(own)
      if first || second || third { return nil }
      last = sum
      row.append((sum, power))
    }
    return row
  }

  /// Whether a row says what it should.
  func holds(_ said: [Ratio], at root: Ratio) -> Bool {
    guard let row = row(at: root), row.count == said.count else { return false }
    return zip(said, row).allSatisfy { said, right in
      let (a, first) = Int128(said.top).multipliedReportingOverflow(by: right.bottom)
      let (b, second) = right.top.multipliedReportingOverflow(by: Int128(said.bottom))
      return !first && !second && a == b
    }
  }

  /// Goes on after a row: its last number is the value at `root`, the others are its bottom times
  /// the quotient.
  mutating func take(_ root: Ratio, _ row: [Ratio]) {
    if row.last?.top == 0 {
      roots.append(root)
      // Whole after a right row; a granted one may say anything.
      quotient = row.dropLast().map { $0.top / $0.bottom / root.bottom }
      findCandidates()
    } else {
      failed.insert(root)
      candidates.removeAll { $0 == root }
    }
  }

  /// By the rational root theorem: a divisor of the constant over one of the first coefficient.
  private mutating func findCandidates() {
    candidates = []
    guard quotient.count > 2, let constant = quotient.last else { return }
    if constant == 0 {
      candidates = [Ratio(top: 0)]
      return
    }
    let tops = Self.divisors(constant)
    for bottom in Self.divisors(quotient[0]) {
      for top in tops where Self.isReduced(top, bottom) {
        candidates += [Ratio(top: top, bottom: bottom), Ratio(top: -top, bottom: bottom)]
      }
    }
    candidates.removeAll { failed.contains($0) }
  }

  private static func divisors(_ number: Int) -> [Int] {
    // A granted row may say that there is no highest power.
    number == 0 ? [1] : (1...sizeLimit).filter { number % $0 == 0 }
  }

  /// Whether two numbers have no common factor.
  static func isReduced(_ a: Int, _ b: Int) -> Bool {
    var (a, b) = (a.magnitude, b.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    return a == 1
  }

  var answer: String {
    var roots = roots
    var rest: [[Int]] = []
    if quotient.count == 2, quotient[0] > 0, Self.isReduced(quotient[0], quotient[1]) {
      roots.append(Ratio(top: -quotient[1], bottom: quotient[0]))
    } else if quotient.count > 1 {
      rest = [quotient.reversed()]
    }
    return Self.answer(roots: Self.falling(roots), rest: rest)
  }

  /// The greatest first.
  static func falling(_ roots: [Ratio]) -> [Ratio] {
    roots.sorted { Int128($0.top) * Int128($1.bottom) > Int128($1.top) * Int128($0.bottom) }
  }

  static func answer(roots: [Ratio], rest: [[Int]]) -> String {
    (roots.map { [-$0.top, $0.bottom] } + rest).map { "(\(PolynomialText.text($0)))" }
      .joined(separator: "*")
  }
}

extension Lexer {
  /// Goes past a whole number or a fraction in lowest terms, its bottom above 1.
  mutating func ratio(digitLimit: Int) throws(Rejection) -> RootSearch.Ratio {
    let start = self
    let top = try integer(digitLimit: digitLimit)
    guard take("/") else { return RootSearch.Ratio(top: top) }
    let bottom = try natural(digitLimit: digitLimit)
    guard bottom > 1, RootSearch.isReduced(top, bottom) else {
      throw .unreadable("expected a fraction in lowest terms, found \(start.found)")
    }
    return RootSearch.Ratio(top: top, bottom: bottom)
  }
}
