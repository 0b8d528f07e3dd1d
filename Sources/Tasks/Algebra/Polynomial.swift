public import Files
public import Randomness

/// A product expanded, a quotient by synthetic division, or factors found by trying roots.
///
///     factor x^2-x-2  ->  x=1: 1,0,-2 / x=-1: 1,-2,0 / Answer: (x-2)*(x+1)
///
/// Forms (knob `form`): 1 expand, term by term of the first factor in any order; 2 divide by x-r;
/// 3 factor by the rational root theorem: fractions of a divisor of the constant and one of the
/// first coefficient are tried, in half of the steps one of the least size, failures included. The
/// highest degree is `degree`; coefficients and roots' tops are drawn up to `bound`, their bottoms
/// up to `leading`.
public struct Polynomial: WalkFamily {
  /// What a problem asks for; the raw value is the knob `form`.
  enum Form: Int, Sendable { case expand = 1, divide, factor }

  /// The polynomials given, and how far the work of the form has come.
  public struct Problem: Sendable {
    var form: Form
    /// Coefficients from the constant up: the first factor, the dividend, or what is to be
    /// factored.
    var first: [Int]
    var second: [Int] = []
    /// The number r of the divisor x-r.
    var shift = 0
    /// Expand: degrees of the first factor's terms still to multiply, and the sum so far.
    var rest: [Int] = []
    var sum: [Int] = []
    /// Divide: numbers of the last row so far. Factor: what is left, from the highest power down.
    var row: [Int] = []
    var rowLine = 0
    var failed: [Ratio] = []
    var roots: [Ratio] = []
    /// Candidates not tried yet.
    var open: [Ratio] = []
    var written = 0
  }

  public static let name = "polynomial"

  public init() {}

  public var about: String {
    "Polynomials are multiplied term by term, divided by x-r, and factored by trying roots."
  }

  public var knobs: [Knob] {
    [
      .settable("form", in: 1...3, "1 expand, 2 divide, 3 factor; else any"),
      .settable("degree", in: 2...5, "degree of the product, the dividend or what is factored"),
      .settable(
        "bound", in: 3...9, "largest coefficient or top of a root that is drawn, without its sign"),
      .settable("leading", in: 1...4, "largest bottom of a root to find; 1: whole roots alone"),
      .verbose,
    ]
  }

  static let levels = [
    (2, 3, 1), (2, 5, 2), (3, 4, 2), (3, 6, 2), (3, 9, 2), (4, 5, 2), (4, 6, 2), (5, 5, 2),
    (5, 7, 3), (5, 9, 3),
  ]

  struct Shape {
    var degree: Int
    var bound: Int
    var leading: Int

    init(_ difficulty: Difficulty) {
      let level = Polynomial.levels[difficulty.level - 1]
      degree = difficulty["degree"] ?? level.0
      bound = difficulty["bound"] ?? level.1
      leading = difficulty["leading"] ?? level.2
    }
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let shape = Shape(difficulty)
    let form = Form(rawValue: difficulty["form"] ?? 1 + stream.uniform(3)) ?? .expand
    let problem: Problem
    switch form {
    case .expand:
      let low = shape.degree / 2
      problem = Self.expanding(
        Self.coefficients(low, shape.bound, using: &stream),
        Self.coefficients(shape.degree - low, shape.bound, using: &stream))
    case .divide:
      problem = Self.dividing(
        Self.coefficients(shape.degree, shape.bound, using: &stream),
        by: Self.nonzero(shape.bound, using: &stream))
    case .factor: problem = Self.factoring(Self.product(shape, using: &stream))
    }
    return posed(problem, text: Self.text(problem), at: difficulty)
  }

  static func nonzero(_ bound: Int, using stream: inout RandomStream) -> Int {
    let value = stream.uniform(2 * bound) - bound
    return value < 0 ? value : value + 1
  }

  /// Neither the highest nor the constant coefficient is 0.
  private static func coefficients(
    _ degree: Int, _ bound: Int, using stream: inout RandomStream
  ) -> [Int] {
    (0...degree).map { power in
      power == 0 || power == degree
        ? nonzero(bound, using: &stream) : stream.uniform(-bound...bound)
    }
  }

  /// Coefficients of a problem: the numbers of its rows then stay below 18 digits.
  static let coefficientLimit = 999
  /// The first coefficient of a polynomial to factor, for the same reason.
  static let leadingLimit = 99

  static func times(_ a: [Int], _ b: [Int]) -> [Int] {
    var product = [Int](repeating: 0, count: a.count + b.count - 1)
    for (i, x) in a.enumerated() {
      for (j, y) in b.enumerated() { product[i + j] += x * y }
    }
    return product
  }

  static func expanding(_ first: [Int], _ second: [Int]) -> Problem {
    Problem(
      form: .expand, first: first, second: second,
      rest: first.indices.reversed().filter { first[$0] != 0 })
  }

  static func dividing(_ dividend: [Int], by shift: Int) -> Problem {
    Problem(form: .divide, first: dividend, shift: shift)
  }

  static func factoring(_ polynomial: [Int]) -> Problem {
    let row = Array(polynomial.reversed())
    return Problem(
      form: .factor, first: polynomial, row: row, open: candidates(row, without: []))
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let shape = Shape(difficulty)
    let degree = problem.first.count - 1 + max(0, problem.second.count - 1)
    guard degree == shape.degree, difficulty["form"].map({ $0 == problem.form.rawValue }) ?? true
    else { return nil }
    func isDrawn(_ polynomial: [Int]) -> Bool {
      polynomial.allSatisfy { abs($0) <= shape.bound } && polynomial[0] != 0
    }
    switch problem.form {
    case .expand:
      guard problem.first.count - 1 == degree / 2, isDrawn(problem.first), isDrawn(problem.second)
      else { return nil }
    case .divide:
      guard isDrawn(problem.first), problem.shift != 0, abs(problem.shift) <= shape.bound else {
        return nil
      }
    case .factor:
      var state = problem
      while choices(state) > 0 { state = step(state, 0).state }
      let isWhole = state.row.count == 2 || state.row.count == 3
      let (tops, bottoms) = (state.roots.map(\.top), state.roots.map(\.bottom))
      guard isWhole, (tops + state.row.dropFirst()).allSatisfy({ abs($0) <= shape.bound }),
        (bottoms + state.row.prefix(1)).allSatisfy({ $0 <= shape.leading })
      else { return nil }
    }
    return [
      "form": .init(problem.form.rawValue), "degree": .init(shape.degree),
      "bound": .init(shape.bound), "leading": .init(shape.leading),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.15 }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    switch problem.form {
    case .expand:
      // Highest and lowest terms alone.
      var product = Self.times(problem.first, problem.second)
      for power in product.indices.dropFirst().dropLast() { product[power] = 0 }
      return [("outer terms", Self.text(product))]
    case .divide: return []
    case .factor: return [("as it is", "(\(Self.text(problem.first)))")]
    }
  }

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let shape = Shape(difficulty)
    let forms = difficulty["form"].map { [$0] } ?? [1, 2, 3]
    let share = 1 / Double(forms.count)
    let b = Double(shape.bound)
    func power(_ base: Double, _ exponent: Int) -> Double {
      (0..<max(0, exponent)).reduce(1) { product, _ in product * base }
    }
    var (collision, heaviest) = (0.0, 0.0)
    for form in forms {
      let likeliest: Double
      switch Form(rawValue: form) {
      case .expand:
        let middle = max(0, shape.degree / 2 - 1) + max(0, shape.degree - shape.degree / 2 - 1)
        likeliest = 2 / (power(2 * b, 4) * power(2 * b + 1, middle))
      case .divide: likeliest = 1 / (power(2 * b, 3) * power(2 * b + 1, shape.degree - 1))
      default:
        likeliest = Self.likeliestProduct(shape)
      }
      collision += share * share * likeliest
      heaviest = max(heaviest, share * likeliest)
    }
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: collision, collisionIsExact: false,
      heaviest: heaviest,
      note: "degree \(shape.degree), numbers up to \(shape.bound), bottoms up to \(shape.leading); "
        + "an upper bound")
  }

  /// An upper bound of the probability of any polynomial to factor.
  ///
  /// Each linear factor is one of those in lowest terms, all equally likely; a product has them in
  /// any order, and a quadratic without roots first if it has one. One draw in four at least is
  /// kept (measured: more than three in ten).
  private static func likeliestProduct(_ shape: Shape) -> Double {
    var factors = 0.0
    for bottom in 1...shape.leading {
      for top in 1...shape.bound where divisor(top, bottom) == 1 { factors += 2 }
    }
    /// Of so many linear factors, in any order.
    func linear(_ count: Int) -> Double {
      (0..<count).reduce(1) { $0 * Double($1 + 1) / factors }
    }
    let b = Double(shape.bound)
    let quadratic = 1 / (2 * b * (2 * b + 1) * Double(shape.leading))
    return min(1, 4 * max(linear(shape.degree), quadratic * linear(shape.degree - 2)) / 2)
  }
}
