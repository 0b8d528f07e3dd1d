public import Files
public import Randomness

extension LongDivision {
  /// What a difficulty fixes.
  private struct Size {
    var quotientDigits: Int
    var divisorDigits: Int
    /// Whether something remains; `nil` for half of the problems.
    var remains: Bool?
    var places: Int?

    init(_ difficulty: Difficulty) {
      quotientDigits = difficulty["quotient_digits"] ?? difficulty.level + 1
      divisorDigits =
        difficulty["divisor_digits"] ?? [1, 1, 1, 2, 2, 2, 3, 3, 3, 4][difficulty.level - 1]
      remains = difficulty["remainder"].map { $0 == 1 }
      places = difficulty["places"] ?? 0
      if places == 0 { places = nil }
    }

    /// Divisors of that many digits; 1 divides nothing worth a line.
    var divisors: ClosedRange<Int> {
      max(2, LongDivision.power(divisorDigits - 1))...LongDivision.power(divisorDigits) - 1
    }

    var quotients: ClosedRange<Int> {
      LongDivision.power(quotientDigits - 1)...LongDivision.power(quotientDigits) - 1
    }
  }

  private static func power(_ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Size(difficulty)
    let divisor = stream.uniform(size.divisors)
    let quotient = stream.uniform(size.quotients)
    let remains = size.remains ?? (stream.uniform(2) == 1)
    let remainder = remains ? stream.uniform(1...divisor - 1) : 0
    let problem = Problem(
      dividend: Self.digits(quotient * divisor + remainder), divisor: divisor, places: size.places)
    return posed(problem, text: canonicalText(problem), at: difficulty)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Size(difficulty)
    let value = problem.dividend.reduce(0) { 10 * $0 + Int($1) }
    let remains = value % problem.divisor > 0
    guard size.divisors.contains(problem.divisor),
      size.quotients.contains(value / problem.divisor), problem.places == size.places,
      remains == size.remains ?? remains
    else { return nil }
    return [
      "quotient_digits": .init(size.quotientDigits), "divisor_digits": .init(size.divisorDigits),
      "remainder": remains ? 1 : 0, "places": .init(size.places ?? 0),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    let size = Size(difficulty)
    guard size.quotientDigits + 2 * size.divisorDigits <= 6 else { return false }
    let ending = size.places.map { " to \($0) places" } ?? ""
    for divisor in size.divisors {
      for quotient in size.quotients {
        let from = size.remains == true ? 1 : 0
        let to = size.remains == false ? 0 : divisor - 1
        for remainder in from...to {
          try body("\(quotient * divisor + remainder)/\(divisor)" + ending)
        }
      }
    }
    return true
  }

  /// With M divisors b and N quotients, a problem that leaves nothing has the weight 1 / (M N)
  /// among its like, one that leaves something 1 / (M N (b - 1)), as many for each quotient as b -
  /// 1.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Size(difficulty)
    let (m, n) = (Double(size.divisors.count), Double(size.quotients.count))
    let least = Double(size.divisors.lowerBound - 1)
    let inverses = size.divisors.reduce(0.0) { $0 + 1 / Double($1 - 1) }
    let sum = size.divisors.reduce(Int128(0)) { $0 + Int128($1) }
    let quotients = Int128(size.quotients.count)
    let divisors = Int128(size.divisors.count)
    let exact = (count: divisors * quotients, collision: 1 / (m * n))
    let rest = (count: (sum - divisors) * quotients, collision: inverses / (m * m * n))
    let note =
      "divisor of \(size.divisorDigits), quotient of \(size.quotientDigits) digits, uniform"
    switch size.remains {
    case false?:
      return ProblemSpace(
        problems: exact.count, collision: exact.collision, collisionIsExact: true,
        heaviest: 1 / (m * n), note: note + "; nothing remains")
    case true?:
      return ProblemSpace(
        problems: rest.count, collision: rest.collision, collisionIsExact: true,
        heaviest: 1 / (m * n * least), note: note + "; something remains")
    case nil:
      return ProblemSpace(
        problems: exact.count + rest.count, collision: (exact.collision + rest.collision) / 4,
        collisionIsExact: true, heaviest: 1 / (2 * m * n),
        note: note + "; nothing remains in half of the draws")
    }
  }

  public func read(_ text: String) -> Problem? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    let numbers = words[0].utf8.split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard words.count == 1 || words.count == 4, numbers.count == 2,
      let dividend = Self.natural(numbers[0], limit: 17),
      let divisor = Self.natural(numbers[1], limit: 9), divisor > 0
    else { return nil }
    var problem = Problem(dividend: Self.digits(dividend), divisor: divisor, places: nil)
    if words.count == 4 {
      guard let places = Int(words[2]), (1...9).contains(places) else { return nil }
      problem.places = places
    }
    // Quotients stay far below 2^63, those of mistakes too.
    let length = numbers[0].count - numbers[1].count + 1 + (problem.places ?? 0)
    return length <= 18 && canonicalText(problem) == text ? problem : nil
  }

  public func canonicalText(_ problem: Problem) -> String {
    var line = LineText()
    for digit in problem.dividend { line.add(digit: digit) }
    line.add(UInt8(ascii: "/"))
    line.add(problem.divisor)
    if let places = problem.places {
      line.add(" to ")
      line.add(places)
      line.add(" places")
    }
    return line.text
  }

  private static func digits(_ number: Int) -> [UInt8] {
    String(number).utf8.map { $0 - UInt8(ascii: "0") }
  }

  private static func natural(_ text: Substring.UTF8View, limit: Int) -> Int? {
    guard (1...limit).contains(text.count), text.allSatisfy({ (0x30...0x39).contains($0) }),
      text.count == 1 || text.first != UInt8(ascii: "0")
    else { return nil }
    return text.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
  }
}
