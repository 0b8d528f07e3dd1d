public import Files
public import Randomness

/// Derivatives rule by rule, and antiderivatives that are guessed, differentiated and compared.
///
///     derive x^2*sin(x)  ->  D(x^2)*sin(x)+x^2*D(sin(x)) / 2*x*sin(x)+x^2*D(sin(x)) /
///     2*x*sin(x)+x^2*cos(x) / Answer: 2*x*sin(x)+x^2*cos(x)
///
/// Every line restates the term with one rule applied at one place; any place may be next. Level l
/// has l + 1 operators (knob `operators`); a quarter of the problems ask for an antiderivative
/// (`form` 2).
public struct Derivative: WalkFamily {
  /// What is asked, and the term as far as the work has come.
  public struct Problem: Sendable {
    /// What is to be differentiated or integrated.
    var given: Formula
    var isIntegral: Bool
    /// The antiderivative guessed.
    var guess: Formula?
    /// The term so far; `nil` before the guess.
    var term: Formula?
    var written = 0
  }

  public static let name = "derivative"

  public init() {}

  public var about: String {
    "Derivatives are taken rule by rule at any place of the term; antiderivatives are guessed and "
      + "checked by differentiating."
  }

  public var knobs: [Knob] {
    [
      .settable("form", in: 1...2, "1 derivative, 2 antiderivative; else any"),
      .settable("operators", in: 2...12, "operators and functions of the problem"), .verbose,
    ]
  }

  private static func size(_ difficulty: Difficulty) -> Int {
    difficulty["operators"] ?? difficulty.level + 1
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let form = difficulty["form"] ?? (stream.uniform(4) == 0 ? 2 : 1)
    let size = Self.size(difficulty)
    let problem =
      form == 1
      ? Self.derivative(of: Self.term(size, using: &stream))
      : Self.integral(of: Self.integrand(size, using: &stream))
    return posed(problem, text: canonicalText(problem), at: difficulty)
  }

  static func derivative(of term: Formula) -> Problem {
    Problem(given: term, isIntegral: false, term: .derivative(term))
  }

  static func integral(of term: Formula) -> Problem {
    Problem(given: term, isIntegral: true)
  }

  /// A term that holds x in every part but for factors and summands that are numbers.
  private static func term(_ size: Int, using stream: inout RandomStream) -> Formula {
    if size == 0 { return .x }
    while true {
      let kind = stream.uniform(10)
      switch kind {
      case 0...2:
        let name = ["sin", "cos", "exp", "ln"][stream.uniform(4)]
        return .function(name, term(size - 1, using: &stream))
      case 3...4:
        let base = term(size - 1, using: &stream)
        if case .power = base { continue }
        return .power(base, stream.uniform(2...5))
      case 5:
        let inner = term(size - 1, using: &stream)
        if case .binary(UInt8(ascii: "*"), .number, _) = inner { continue }
        return .product(.number(stream.uniform(2...9)), inner)
      case 6: return .sum(term(size - 1, using: &stream), .number(stream.uniform(1...9)))
      default:
        let left = stream.uniform(size)
        let (a, b) = (term(left, using: &stream), term(size - 1 - left, using: &stream))
        // 0 and 1 in disguise, of which a logarithm or a quotient has no value.
        if a == b { continue }
        switch kind {
        case 7: return stream.uniform(2) == 0 ? .sum(a, b) : .difference(a, b)
        case 8: return .product(a, b)
        default: return .quotient(a, b)
        }
      }
    }
  }

  /// A sum of terms whose antiderivatives have whole coefficients.
  private static func integrand(_ size: Int, using stream: inout RandomStream) -> Formula {
    var term: Formula?
    var rest = size
    while true {
      // A sign before every term but the first.
      if term != nil { rest -= 1 }
      // What is left after this term must have room for a sign, or be nothing.
      let operators = min(rest, stream.uniform(3))
      let next = summand(operators, using: &stream)
      rest -= operators
      if let sum = term {
        term = stream.uniform(2) == 0 ? .sum(sum, next) : .difference(sum, next)
      } else {
        term = next
      }
      if rest == 0, let term { return term }
    }
  }

  private static func summand(_ operators: Int, using stream: inout RandomStream) -> Formula {
    let name = ["sin", "cos", "exp"][stream.uniform(3)]
    switch operators {
    case 0: return .number(stream.uniform(1...9))
    case 1:
      return stream.uniform(2) == 0
        ? .function(name, .x) : .product(.number(2 * stream.uniform(1...9)), .x)
    default:
      if stream.uniform(2) == 0 {
        return .product(.number(stream.uniform(2...9)), .function(name, .x))
      }
      let exponent = stream.uniform(2...5)
      return .product(.number((exponent + 1) * stream.uniform(1...5)), .power(.x, exponent))
    }
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let form = problem.isIntegral ? 2 : 1
    guard problem.given.size == Self.size(difficulty),
      difficulty["form"].map({ $0 == form }) ?? true
    else { return nil }
    return [
      "form": .init(form), "operators": .init(problem.given.size),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func canonicalText(_ problem: Problem) -> String {
    (problem.isIntegral ? "integrate " : "derive ") + problem.given.text
  }

  public func read(_ text: String) -> Problem? {
    let isIntegral = text.hasPrefix("integrate ")
    guard isIntegral || text.hasPrefix("derive "),
      let term = Formula(reading: text.dropFirst(isIntegral ? 10 : 7)), term.size <= 30,
      term.redexes.isEmpty, term.holdsNumbers(upTo: 999)
    else { return nil }
    let problem = isIntegral ? Self.integral(of: term) : Self.derivative(of: term)
    guard !isIntegral || term.antiderivative != nil, canonicalText(problem) == text else {
      return nil
    }
    return problem
  }

  public func shortcutBound(level: Int) -> Double { 0.1 }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    [("as it is", problem.given.text), ("one", "1")]
  }

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Self.size(difficulty)
    let form = difficulty["form"]
    // The likeliest term of size n has at most the share c(n): each operator is drawn with at most
    // 3/10 times its least number of further choices.
    let term = Self.likeliest(size)
    // Of an integrand, each term of 0, 1, 2 operators is one of at least 9, 6, 6 equally likely.
    let sums = (0..<(size + 2) / 3).reduce(1.0) { product, _ in product / 6 }
    let (p, q) = form == 1 ? (1.0, 0.0) : form == 2 ? (0, 1) : (0.75, 0.25)
    let heaviest = max(p * term, q * sums)
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: p * p * term + q * q * sums,
      collisionIsExact: false, heaviest: heaviest,
      note: "\(size) operators; an upper bound")
  }

  /// An upper bound of the share of any term with `size` operators. Draws that are refused (a power
  /// of a power, a factor of a factor, two equal operands) raise shares by at most 10/6.
  private static func likeliest(_ size: Int) -> Double {
    var bounds = [1.0]
    for n in stride(from: 1, through: size, by: 1) {
      let before = bounds[n - 1]
      var binary = 0.0
      for left in 0..<n { binary = max(binary, bounds[left] * bounds[n - 1 - left]) }
      // Function, power, factor, summand; sum or difference, product, quotient at one of n splits.
      let shares = [0.3 / 4 * before, 0.2 / 4 * before, 0.1 / 8 * before, 0.1 / Double(n) * binary]
      bounds.append(10.0 / 6 * (shares.max() ?? 0))
    }
    return bounds[size]
  }
}
