public import Files
public import Randomness

/// Five tasks of number theory that rest on Euclid's rows, or on squaring.
///
///     gcd 252 105  ->  252=2*105+42 / 105=2*42+21 / 42=2*21+0 / Answer: 21
///
/// Forms (knob `form`): 1 the greatest common divisor, 2 with the coefficients that make it, 3 an
/// inverse or that there is none, 4 a power by squaring, 5 two to four congruences at once (knob
/// `moduli`), each combined with the result so far, or that no number meets them all. A row may
/// leave the remainder or, where it is closer, what is missing to the next multiple: two choices.
/// The greatest number of a problem has exactly `bits` bits, level + 5.
public struct Euclid: WalkFamily {
  /// What a problem asks for; the raw value is the knob `form`.
  enum Form: Int, Sendable { case divisor = 1, bezout, inverse, power, congruences }

  /// What the next line does.
  enum Phase: Sendable { case row, normalize, reduce, square, difference, factor, combine, done }

  /// The numbers given, and those of the present row. Two are equal if their form and the numbers
  /// given are, however far their work has come.
  public struct Problem: Sendable, Equatable {
    var form: Form
    /// The numbers of the problem as its text gives them.
    var given: [Int]
    var phase: Phase
    /// The pair of the next row, then the divisor found and 0. For powers, result and base.
    var high: Int
    var low: Int
    /// Their coefficients of the first and the second number. For powers, `s` is the exponent.
    var s = (high: 1, low: 0)
    var t = (high: 0, low: 1)
    var answer = ""
    /// What the first `folded` congruences come to, and the line that says so; 0 for the problem.
    var known = (remainder: 0, modulus: 1)
    var folded = 1
    var knownLine = 0
    var written = 0

    /// The congruence to combine next.
    var next: (remainder: Int, modulus: Int) { (given[2 * folded], given[2 * folded + 1]) }

    public static func == (a: Self, b: Self) -> Bool { a.form == b.form && a.given == b.given }
  }

  public static let name = "euclid"

  public init() {}

  public var about: String {
    "Greatest common divisors with their coefficients, inverses, powers and congruences are "
      + "worked by Euclid's rows and by squaring."
  }

  public var knobs: [Knob] {
    [
      .settable(
        "form", in: 1...5,
        "1 divisor, 2 with coefficients, 3 inverse, 4 power, 5 congruences; else any"),
      .settable("bits", in: 5...16, "bits of the greatest number"),
      .settable(
        "moduli", in: 0...4, "2 to 4: congruences to meet at once, form 5; 0: the other forms"),
      .verbose,
    ]
  }

  static func bits(_ difficulty: Difficulty) -> Int { difficulty["bits"] ?? difficulty.level + 5 }

  /// How many congruences a problem of them has.
  static func moduli(_ difficulty: Difficulty) -> Int {
    difficulty["moduli"] ?? [2, 2, 2, 2, 3, 3, 3, 4, 4, 4][difficulty.level - 1]
  }

  static func forms(_ difficulty: Difficulty) -> [Form] {
    let forms: [Form] =
      switch difficulty["moduli"] {
      case nil: [.divisor, .bezout, .inverse, .power, .congruences]
      case 0?: [.divisor, .bezout, .inverse, .power]
      default: [.congruences]
      }
    return forms.filter { $0.rawValue == difficulty["form"] ?? $0.rawValue }
  }

  public func refusal(of difficulty: Difficulty) -> String? {
    if difficulty["moduli"] == 1 { return "one congruence is its own answer: 2 to 4, or 0" }
    return Self.forms(difficulty).isEmpty ? "congruences, and they alone, have 2 to 4 moduli" : nil
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let half = 1 << (Self.bits(difficulty) - 1)
    let forms = Self.forms(difficulty)
    let form = forms[forms.count == 1 ? 0 : stream.uniform(forms.count)]
    let given: [Int]
    switch form {
    case .divisor, .bezout:
      // A common factor first: else the answer would be 1 most of the time.
      let factor = 1 + stream.uniform(Self.factorLimit(half))
      let first = stream.uniform((half + factor - 1) / factor...(2 * half - 1) / factor)
      given = [factor * first, factor * (1 + stream.uniform(first - 1))]
    case .inverse: given = Self.inverse(half, using: &stream)
    case .power:
      let modulus = half + stream.uniform(half)
      given = [2 + stream.uniform(modulus - 2), half + stream.uniform(half), modulus]
    case .congruences:
      given = Self.congruences(half, count: Self.moduli(difficulty), using: &stream)
    }
    let problem = Self.problem(form, given)
    return posed(problem, text: canonicalText(problem), at: difficulty)
  }

  /// Where there is no inverse, half of the draws are drawn again: "none" must not be a good guess.
  private static func inverse(_ half: Int, using stream: inout RandomStream) -> [Int] {
    while true {
      let modulus = half + stream.uniform(half)
      let number = 2 + stream.uniform(modulus - 2)
      if divisor(number, modulus) == 1 || stream.uniform(2) == 0 { return [number, modulus] }
    }
  }

  static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// Common factors are drawn up to this; every first number then has three multiples at least.
  static func factorLimit(_ half: Int) -> Int { max(2, half / 8) }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let bits = Self.bits(difficulty)
    guard let greatest = problem.given.max(), greatest >> (bits - 1) == 1,
      Self.forms(difficulty).contains(problem.form)
    else { return nil }
    // The modulus is what has the bits; an exponent has as many.
    if problem.form == .power,
      problem.given[1] >> (bits - 1) != 1 || problem.given[2] >> (bits - 1) != 1
    {
      return nil
    }
    let isDrawn =
      problem.form != .congruences
      || Self.areDrawn(problem.given, count: Self.moduli(difficulty))
    guard isDrawn else { return nil }
    return [
      "form": .init(problem.form.rawValue), "bits": .init(bits),
      "moduli": .init(problem.form == .congruences ? problem.given.count / 2 : 0),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  static func problem(_ form: Form, _ given: [Int]) -> Problem {
    switch form {
    case .divisor, .bezout:
      Problem(form: form, given: given, phase: .row, high: given[0], low: given[1])
    case .inverse:
      Problem(form: form, given: given, phase: .row, high: given[1], low: given[0])
    case .power:
      Problem(
        form: form, given: given, phase: .square, high: 1, low: given[0], s: (given[1], 0))
    case .congruences: folding(given)
    }
  }

  public func canonicalText(_ problem: Problem) -> String {
    let n = problem.given
    return switch problem.form {
    case .divisor: "gcd \(n[0]) \(n[1])"
    case .bezout: "bezout \(n[0]) \(n[1])"
    case .inverse: "inverse \(n[0]) mod \(n[1])"
    case .power: "power \(n[0])^\(n[1]) mod \(n[2])"
    case .congruences:
      stride(from: 0, to: n.count, by: 2).map { "x=\(n[$0]) mod \(n[$0 + 1])" }
        .joined(separator: "; ")
    }
  }

  public func read(_ text: String) -> Problem? {
    let numbers = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
    let form: Form
    switch (text.first, numbers.count) {
    case ("g", 2): form = .divisor
    case ("b", 2): form = .bezout
    case ("i", 2): form = .inverse
    case ("p", 3): form = .power
    case ("x", 4), ("x", 6), ("x", 8): form = .congruences
    default: return nil
    }
    guard numbers.allSatisfy({ $0 < 1_000_000_000 }) else { return nil }
    switch form {
    case .divisor, .bezout: guard numbers[0] > numbers[1], numbers[1] > 0 else { return nil }
    case .inverse: guard 2..<max(3, numbers[1]) ~= numbers[0], numbers[1] > 2 else { return nil }
    case .power:
      guard numbers[2] > 2, 2..<numbers[2] ~= numbers[0], numbers[1] > 0 else { return nil }
    case .congruences: guard Self.areCongruences(numbers) else { return nil }
    }
    let problem = Self.problem(form, numbers)
    return canonicalText(problem) == text ? problem : nil
  }

  public func choices(_ state: Problem) -> Int {
    switch state.phase {
    case .done: 0
    case .row: 2 * (state.high % state.low) > state.low ? 2 : 1
    default: 1
    }
  }

  public func answer(_ state: Problem) -> String { state.answer }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let n = problem.given
    switch problem.form {
    case .divisor: return [("difference", String(n[0] - n[1])), ("one", "1")]
    case .inverse: return [("complement", String(n[1] - n[0])), ("one", "none")]
    case .power: return [("complement", String(n[2] - n[0])), ("one", "1")]
    case .congruences: return [("one", "none")]
    case .bezout: return [("one", "1,-1")]
    }
  }

  public func shortcutBound(level: Int) -> Double { 0.2 }
}
