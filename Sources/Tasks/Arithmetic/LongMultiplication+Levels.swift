public import Files
public import Randomness

extension LongMultiplication {
  /// Digits of both numbers at each level.
  private static let sizes = [
    (2, 1), (3, 1), (2, 2), (3, 2), (4, 2), (3, 3), (4, 3), (5, 3), (4, 4), (5, 4),
  ]

  private static func size(at difficulty: Difficulty) -> (digits: Int, multiplier: Int) {
    let size = sizes[difficulty.level - 1]
    return (difficulty["digits"] ?? size.0, difficulty["multiplier_digits"] ?? size.1)
  }

  /// The numbers of that many digits; 1 multiplies nothing worth a line.
  private static func numbers(_ digits: Int) -> ClosedRange<Int> {
    let smallest = (1..<digits).reduce(1) { product, _ in product * 10 }
    return max(2, smallest)...10 * smallest - 1
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Self.size(at: difficulty)
    let problem = Problem(
      a: Self.digits(stream.uniform(Self.numbers(size.digits))),
      b: Self.digits(stream.uniform(Self.numbers(size.multiplier))))
    return posed(problem, text: Self.text(of: problem), at: difficulty)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Self.size(at: difficulty)
    guard problem.a.count == size.digits, problem.b.count == size.multiplier,
      problem.a.last != 0, problem.b.last != 0, problem.a != [1], problem.b != [1]
    else { return nil }
    return [
      "digits": .init(size.digits), "multiplier_digits": .init(size.multiplier),
      "zeros": .init(problem.b.count { $0 == 0 }), "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    let size = Self.size(at: difficulty)
    guard size.digits + size.multiplier <= 5 else { return false }
    for a in Self.numbers(size.digits) {
      for b in Self.numbers(size.multiplier) { try body("\(a)*\(b)") }
    }
    return true
  }

  /// With M numbers of the first length and N of the second: M N pairs, each of weight 1 / (M N);
  /// of equal lengths M (M + 1) / 2, two different numbers having the weight 2 / M² and M² - M
  /// ordered pairs.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Self.size(at: difficulty)
    let m = Int128(Self.numbers(size.digits).count)
    let n = Int128(Self.numbers(size.multiplier).count)
    if m != n {
      let weight = 1 / Double(m) / Double(n)
      return ProblemSpace(
        problems: m * n, collision: weight, collisionIsExact: true, heaviest: weight,
        note: "a number of \(size.digits) digits by one of \(size.multiplier), uniform")
    }
    let x = Double(m)
    return ProblemSpace(
      problems: m * (m + 1) / 2, collision: (2 * x - 1) / (x * x * x), collisionIsExact: true,
      heaviest: 2 / (x * x), note: "unordered pairs of numbers of \(size.digits) digits")
  }

  public func read(_ text: String) -> Problem? {
    let factors = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    guard factors.count == 2, let a = Self.digits(factors[0], limit: 24),
      let b = Self.digits(factors[1], limit: 12)
    else { return nil }
    return Problem(a: a, b: b)
  }

  public func canonicalText(_ problem: Problem) -> String {
    let (a, b) = (problem.a, problem.b)
    let isSmaller =
      a.count != b.count ? a.count < b.count : a.reversed().lexicographicallyPrecedes(b.reversed())
    return isSmaller ? Self.text(of: Problem(a: b, b: a)) : Self.text(of: problem)
  }

  private static func text(of problem: Problem) -> String {
    var line = LineText()
    line.add(reversed: problem.a)
    line.add(UInt8(ascii: "*"))
    line.add(reversed: problem.b)
    return line.text
  }

  private static func digits(_ number: Int) -> [UInt8] {
    var digits: [UInt8] = []
    var rest = number
    repeat {
      digits.append(UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    return digits
  }

  /// The digits of a natural without leading zeros.
  private static func digits(_ text: Substring.UTF8View, limit: Int) -> [UInt8]? {
    let range = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard (1...limit).contains(text.count), text.allSatisfy({ range.contains($0) }),
      text.count == 1 || text.first != UInt8(ascii: "0")
    else { return nil }
    return text.reversed().map { $0 - UInt8(ascii: "0") }
  }
}
