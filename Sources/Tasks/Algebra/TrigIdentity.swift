public import Files
public import Randomness

/// Two trigonometric terms, rewritten line by line until both are in reduced form and meet.
///
///     2*cos(x)^2 = 2-2*sin(x)^2  ->  2*(1-sin(x)^2) = 2-2*sin(x)^2 / 2-2*sin(x)^2 = 2-2*sin(x)^2
///     / Answer: 2-2*sin(x)^2
///
/// Every line applies one named identity at one place of one side, or multiplies one side out.
/// Reduced is a polynomial in sin(x) and cos(x) with no power of cos(x), so equal functions have
/// one reduced form and different ones differ: then the answer is `different`. Level l has l + 1
/// function signs on the left (knob `functions`).
public struct TrigIdentity: OpenFamily {
  /// Both sides, as the lines so far have rewritten them.
  public struct Problem: Sendable {
    var left: Formula
    var right: Formula
  }

  public static let name = "trig-identity"

  public init() {}

  public var about: String {
    "Both sides of a trigonometric equation are rewritten by named identities until they meet, or "
      + "are seen to differ."
  }

  public var knobs: [Knob] {
    [
      .settable("functions", in: 2...12, "sines and cosines on the left side"),
      .measured("holds", "1 if both sides are equal"), .verbose,
    ]
  }

  private static func count(_ difficulty: Difficulty) -> Int {
    difficulty["functions"] ?? difficulty.level + 1
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let count = Self.count(difficulty)
    while true {
      let left = Self.blocks(count, using: &stream)
      let changes = stream.uniform(10) == 0
      guard let reduced = Self.reduced(left),
        let right = Self.disguised(reduced, changes: changes, using: &stream), left != right
      else { continue }
      let problem = Problem(left: left, right: right)
      return posed(problem, text: Self.text(problem), at: difficulty)
    }
  }

  private static func atom(_ angles: Int, using stream: inout RandomStream) -> Formula {
    let angle = 1 + stream.uniform(angles)
    return .function(
      stream.uniform(2) == 0 ? "sin" : "cos",
      angle == 1 ? .x : .product(.number(angle), .x))
  }

  /// A sum of blocks with so many functions in all.
  private static func blocks(_ count: Int, using stream: inout RandomStream) -> Formula {
    var sum: Formula?
    var rest = count
    while rest > 0 {
      let size = 1 + stream.uniform(min(4, rest))
      rest -= size
      let block = block(size, using: &stream)
      if let before = sum {
        sum = stream.uniform(2) == 0 ? .sum(before, block) : .difference(before, block)
      } else {
        sum = block
      }
    }
    return sum ?? .number(0)
  }

  private static func block(_ size: Int, using stream: inout RandomStream) -> Formula {
    func two(_ stream: inout RandomStream) -> Formula {
      let first = atom(2, using: &stream)
      let second: Formula = .product(.number(stream.uniform(2...9)), atom(2, using: &stream))
      return stream.uniform(2) == 0 ? .sum(first, second) : .difference(first, second)
    }
    switch size {
    case 1:
      let factor = Formula.number(stream.uniform(2...9))
      return stream.uniform(2) == 0
        ? .product(factor, atom(3, using: &stream))
        : .product(factor, .power(atom(2, using: &stream), 2))
    case 2:
      if stream.uniform(2) == 0 { return .power(two(&stream), 2) }
      let factor = Formula.number(stream.uniform(2...9))
      return .product(.product(factor, atom(2, using: &stream)), atom(2, using: &stream))
    case 3: return .product(atom(2, using: &stream), two(&stream))
    default: return .product(two(&stream), two(&stream))
    }
  }

  /// The reduced form; `nil` if the term has other functions.
  static func reduced(_ term: Formula) -> TrigPolynomial? {
    var term = term
    while true {
      guard let path = places(term).first else {
        guard let polynomial = TrigPolynomial(term) else { return nil }
        if polynomial.expression == term { return polynomial }
        term = polynomial.expression
        continue
      }
      term = term.replacing(path[...], by: rewritten(term[path[...]])?.result ?? .x)
    }
  }

  /// Another writing of a reduced form, with a coefficient changed if asked; `nil` if there is
  /// none.
  private static func disguised(
    _ reduced: TrigPolynomial, changes: Bool, using stream: inout RandomStream
  ) -> Formula? {
    var products: [(coefficient: Int, factors: [Formula])] = []
    var terms = reduced.ordered
    guard !terms.isEmpty else { return nil }
    if changes {
      let place = stream.uniform(terms.count)
      terms[place].coefficient += terms[place].coefficient == -1 ? 2 : 1
    }
    let one: Formula = .power(.function("cos", .x), 2)
    let square: Formula = .power(.function("sin", .x), 2)
    var isDisguised = false
    for (powers, coefficient) in terms {
      var powers = powers
      let isLast = products.count == terms.count - 1
      guard stream.uniform(2) == 0 || (isLast && !isDisguised) else {
        products.append((coefficient, TrigPolynomial.factors(powers)))
        continue
      }
      if powers.sine >= 2 {
        powers.sine -= 2
        let rest: Formula = .difference(.number(1), one)
        products.append((coefficient, TrigPolynomial.factors(powers) + [rest]))
      } else if powers.sine == 1, powers.cosine == 1, coefficient % 2 == 0 {
        products.append((coefficient / 2, [.function("sin", .product(.number(2), .x))]))
      } else if powers.sine == 0, powers.cosine == 0 {
        products.append((coefficient, [.sum(square, one)]))
      } else {
        products.append((coefficient, TrigPolynomial.factors(powers)))
        continue
      }
      isDisguised = true
    }
    return isDisguised ? TrigPolynomial.sum(products) : nil
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    guard problem.left.functions == Self.count(difficulty) else { return nil }
    return [
      "functions": .init(problem.left.functions),
      "holds": Self.reduced(problem.left) == Self.reduced(problem.right) ? 1 : 0,
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  static func text(_ problem: Problem) -> String { "\(problem.left.text) = \(problem.right.text)" }

  /// Sides may be swapped: the smaller text.
  public func canonicalText(_ problem: Problem) -> String {
    min(
      Self.text(problem), Self.text(Problem(left: problem.right, right: problem.left)))
  }

  public func read(_ text: String) -> Problem? {
    guard text.utf8.count < 500, let middle = text.firstRange(of: " = "),
      let left = Formula(reading: text[..<middle.lowerBound], digitLimit: 4),
      let right = Formula(reading: text[middle.upperBound...], digitLimit: 4)
    else { return nil }
    let problem = Problem(left: left, right: right)
    guard [left, right].allSatisfy({ $0.size <= 60 && ($0.trigSize ?? .infinity) < 1e12 }),
      Self.text(problem) == text
    else { return nil }
    return problem
  }

  public func shortcutBound(level: Int) -> Double { 0.2 }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    [("right side", problem.right.text), ("left side", problem.left.text), ("differ", "different")]
  }

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let count = Self.count(difficulty)
    // Each function is one of four or six that are equally likely, the first block's form and
    // number one of eight at least; at most 8 of 9 draws are thrown away (measured: two of three at
    // most).
    let functions = (0..<count).reduce(1.0) { product, _ in product / 4 }
    let bound = min(1, 9 * 2 * functions / 8)
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: bound, collisionIsExact: false, heaviest: bound,
      note: "\(count) functions on the left; an upper bound")
  }
}

extension Formula {
  /// Function signs.
  var functions: Int {
    switch self {
    case .number, .x: 0
    case .binary(_, let a, let b): a.functions + b.functions
    case .power(let base, _): base.functions
    case .function(_, let argument): 1 + argument.functions
    }
  }

  /// A bound of all coefficients that rewriting may bring; `nil` for a term that is none of sines
  /// and cosines of x, 2*x, 3*x.
  var trigSize: Double? {
    switch self {
    case .number(let value): return max(1, Double(abs(value)))
    case .x: return nil
    case .binary(let sign, let a, let b):
      guard let a = a.trigSize, let b = b.trigSize, sign != UInt8(ascii: "/") else { return nil }
      return sign == UInt8(ascii: "*") ? a * b : a + b
    case .power(let base, let n):
      guard let size = base.trigSize, n <= 9 else { return nil }
      return (0..<n).reduce(1) { power, _ in power * size }
    case .function(let name, let argument):
      guard name == "sin" || name == "cos" else { return nil }
      switch argument {
      case .x: return 2
      case .binary(UInt8(ascii: "*"), .number(2), .x): return 4
      case .binary(UInt8(ascii: "*"), .number(3), .x): return 14
      default: return nil
      }
    }
  }
}
