public import Files
public import Randomness

/// The sum of two naturals, one line per column with its carry.
///
///     347+85  ->  7+5+0=12 write 2 carry 1 / 4+8+1=13 write 3 carry 1 / 3+0+1=4 write 4 carry 0
///                 / Answer: 432
///
/// Level l: one operand has exactly d = l + 1 digits (knob `digits`), the other is uniform below
/// 10^d; their order is random. Knob `carries` counts the columns that carry. Addition commutes:
/// the canonical form writes the larger operand first.
public struct ColumnAddition: WalkFamily {
  /// The operands and the columns written so far.
  public struct Problem: Sendable {
    /// Decimal digits, least significant first.
    var a: [UInt8]
    var b: [UInt8]
    var carry: UInt8 = 0
    /// Digits of the sum so far, least significant first.
    var written: [UInt8] = []

    var columnCount: Int { max(a.count, b.count) }

    init(a: [UInt8], b: [UInt8]) {
      self.a = a
      self.b = b
    }
  }

  public static let name = "column-addition"

  public init() {}

  public var about: String {
    "Two numbers are added column by column, each line writing a digit and the carry."
  }

  public var knobs: [Knob] {
    [
      .settable("digits", in: 2...18, "digits of the longer number"),
      .measured("carries", "columns that carry"),
    ]
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let smallest = Self.smallest(at: difficulty)
    let long = stream.uniform(smallest...smallest * 10 - 1)
    let other = stream.uniform(smallest * 10)
    let swapped = stream.uniform(2) == 1
    let problem = Problem(
      a: Self.digits(swapped ? other : long), b: Self.digits(swapped ? long : other))
    return posed(
      problem, text: Self.text(problem.a) + "+" + Self.text(problem.b), at: difficulty)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    guard problem.columnCount == Self.digitCount(at: difficulty) else { return nil }
    var state = problem
    var carries = 0
    for _ in 0..<problem.columnCount {
      state = step(state, 0).state
      carries += Int(state.carry)
    }
    return ["digits": .init(problem.columnCount), "carries": .init(carries)]
  }

  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    let smallest = Self.smallest(at: difficulty)
    // Their square overflows at the highest level, so one factor goes to the other side.
    guard smallest < 1 << 20, smallest <= TaskListing.problemLimit / (100 * smallest) else {
      return false
    }
    for a in 0..<10 * smallest {
      for b in 0..<10 * smallest where max(a, b) >= smallest { try body("\(a)+\(b)") }
    }
    return true
  }

  /// Of the unordered pairs, with M numbers of d digits, N shorter ones and T = M + N = 10 N:
  /// M N with one long operand, drawn with probability 1/(M T); M (M - 1) / 2 with two different
  /// long ones, 2/(M T); M with two equal ones, 1/(M T).
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let digits = Self.digitCount(at: difficulty)
    let short = Int128(Self.smallest(at: difficulty))
    let long = 9 * short
    let m = Double(long)
    let n = Double(short)
    let draws = m * 10 * n
    return ProblemSpace(
      problems: long * short + long * (long + 1) / 2,
      collision: (m * n + 2 * m * (m - 1) + m) / draws / draws, collisionIsExact: true,
      heaviest: 2 / draws,
      note: "unordered pairs below 10^\(digits), at least one of \(digits) digits; "
        + "two different long operands are twice as likely")
  }

  public func read(_ text: String) -> Problem? {
    let operands = text.utf8.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
    guard operands.count == 2, let a = Self.digits(operands[0]), let b = Self.digits(operands[1])
    else { return nil }
    return Problem(a: a, b: b)
  }

  public func canonicalText(_ problem: Problem) -> String {
    let (a, b) = (problem.a, problem.b)
    let isSmaller =
      a.count != b.count ? a.count < b.count : a.reversed().lexicographicallyPrecedes(b.reversed())
    return Self.text(isSmaller ? b : a) + "+" + Self.text(isSmaller ? a : b)
  }

  public func choices(_ state: Problem) -> Int {
    state.written.count < state.columnCount ? 1 : 0
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let column = state.written.count
    let a = column < state.a.count ? state.a[column] : 0
    let b = column < state.b.count ? state.b[column] : 0
    let sum = a + b + state.carry
    var next = state
    next.written.append(sum % 10)
    next.carry = sum / 10
    let line = "\(a)+\(b)+\(state.carry)=\(sum) write \(sum % 10) carry \(next.carry)"
    return (line, next)
  }

  public func answer(_ state: Problem) -> String {
    Self.text(state.carry > 0 ? state.written + [state.carry] : state.written)
  }

  private static func digitCount(at difficulty: Difficulty) -> Int {
    difficulty["digits"] ?? difficulty.level + 1
  }

  /// The smallest number of that many digits.
  private static func smallest(at difficulty: Difficulty) -> Int {
    (1..<digitCount(at: difficulty)).reduce(1) { product, _ in product * 10 }
  }

  private static func digits(_ number: Int) -> [UInt8] {
    String(number).utf8.reversed().map { $0 - UInt8(ascii: "0") }
  }

  /// The digits of a natural of 1…64 digits without leading zeros.
  private static func digits(_ text: Substring.UTF8View) -> [UInt8]? {
    let range = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard (1...64).contains(text.count), text.allSatisfy({ range.contains($0) }),
      text.count == 1 || text.first != UInt8(ascii: "0")
    else { return nil }
    return text.reversed().map { $0 - UInt8(ascii: "0") }
  }

  private static func text(_ digits: [UInt8]) -> String {
    String(decoding: digits.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }
}
