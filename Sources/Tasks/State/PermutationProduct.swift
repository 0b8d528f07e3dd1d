public import Files
public import Randomness

/// Permutations are multiplied line by line: any adjacent pair becomes its product.
///
///     S4: 2143 2341 4123  ->  3214 4123 / 2143 / Answer: 2143
///
/// A permutation is written as its images: 2341 takes 1 to 2, 2 to 3, 3 to 4, 4 to 1. A product
/// acts from left to right, so pairs may be taken in any order (the product is associative) but not
/// exchanged. Products in S5 cannot be followed by machines of fixed depth (Barrington 1989). Level
/// l has l + 2 factors (knob `factors`), of S4, from level 4 on of S5 (knob `points`). Renaming the
/// points gives the same problem.
public struct PermutationProduct: WalkFamily {
  /// The number of points and the factors that are left, images from 1.
  public struct Problem: Sendable {
    var points: Int
    var factors: [[UInt8]]
  }

  public static let name = "permutation-product"

  static let pointLimits = 3...5
  static let factorLimits = 2...32

  public init() {}

  public var about: String {
    "A list of permutations is rewritten line by line, one adjacent pair becoming its product."
  }

  public var knobs: [Knob] {
    [
      .settable("points", in: Self.pointLimits, "points that are permuted"),
      .settable("factors", in: 2...16, "permutations to begin with"), .verbose,
    ]
  }

  private static func size(at difficulty: Difficulty) -> (points: Int, factors: Int) {
    (
      difficulty["points"] ?? (difficulty.level < 4 ? 4 : 5),
      difficulty["factors"] ?? difficulty.level + 2
    )
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Self.size(at: difficulty)
    let factors = (0..<size.factors).map { _ in
      var images = (1...size.points).map { UInt8($0) }
      stream.shuffle(&images)
      return images
    }
    let problem = Problem(points: size.points, factors: factors)
    return posed(problem, text: problem.text, at: difficulty)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Self.size(at: difficulty)
    guard problem.points == size.points, problem.factors.count == size.factors else { return nil }
    return [
      "points": .init(size.points), "factors": .init(size.factors),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// By Burnside's lemma: of the n! renamings, those of one cycle type leave unchanged what
  /// commutes with them, z^k lists with z = Π m^c c! the size of the centraliser, and there are n!
  /// / z of them; so the number of lists up to renaming is the sum of z^(k-1) over all types. At
  /// most n! lists are one problem.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Self.size(at: difficulty)
    /// Sizes of centralisers of the types whose cycles are at most `longest` long.
    func centralisers(_ points: Int, _ longest: Int) -> [Int128] {
      if points == 0 { return [1] }
      if longest == 0 { return [] }
      return (0...points / longest).flatMap { cycles in
        let own = (0..<cycles).reduce(Int128(1)) { $0 * Int128(longest * ($1 + 1)) }
        return centralisers(points - cycles * longest, longest - 1).map { own * $0 }
      }
    }
    let sizes = centralisers(size.points, size.points)
    // At most 7 times 120^15, which is below 2^107.
    let problems = sizes.reduce(Int128(0)) { sum, centraliser in
      sum + (1..<size.factors).reduce(Int128(1)) { product, _ in product * centraliser }
    }
    let permutations = (1...size.points).reduce(1.0) { $0 * Double($1) }
    let named = (0..<size.factors).reduce(1.0) { product, _ in product * permutations }
    let bound = min(1, permutations / named)
    return ProblemSpace(
      problems: problems, collision: bound, collisionIsExact: false, heaviest: bound,
      note: "\(size.factors) permutations of \(size.points) points, up to renaming (Burnside); "
        + "collision bounded by renamings / named problems")
  }

  public func read(_ text: String) -> Problem? {
    let bytes = Array(text.utf8)
    guard bytes.count <= 256, bytes.count > 4, bytes[0] == UInt8(ascii: "S") else { return nil }
    let points = Int(bytes[1]) - Int(UInt8(ascii: "0"))
    guard Self.pointLimits.contains(points) else { return nil }
    let words = bytes[2...].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    let factors = words.dropFirst().map { $0.map { $0 &- UInt8(ascii: "0") } }
    let images = (1...points).map { UInt8($0) }
    guard Self.factorLimits.contains(factors.count),
      factors.allSatisfy({ $0.sorted() == images })
    else { return nil }
    let problem = Problem(points: points, factors: factors)
    return problem.text == text ? problem : nil
  }

  /// The least text over all names of the points.
  public func canonicalText(_ problem: Problem) -> String {
    var best = problem.factors
    for names in Self.orders[problem.points] {
      var renamed: [[UInt8]] = []
      var isLess = false
      for (index, factor) in problem.factors.enumerated() {
        var images = factor
        for (point, image) in factor.enumerated() {
          images[Int(names[point]) - 1] = names[Int(image) - 1]
        }
        // The first factor that differs decides.
        if !isLess, images != best[index] {
          if !images.lexicographicallyPrecedes(best[index]) { break }
          isLess = true
        }
        renamed.append(images)
      }
      if isLess { best = renamed }
    }
    return Problem(points: problem.points, factors: best).text
  }

  /// All orders of 1...n, for n up to 5.
  private static let orders: [[[UInt8]]] = (0...5).map { count in
    (0..<count).reduce([[]]) { orders, next in
      orders.flatMap { order in
        (0...order.count).map { Array(order[..<$0]) + [UInt8(next + 1)] + Array(order[$0...]) }
      }
    }
  }

  public func choices(_ state: Problem) -> Int { state.factors.count - 1 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    state.replacing(choice, by: Problem.product(state.factors[choice], state.factors[choice + 1]))
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    StepNote("multiply", from: [line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let (first, second) = (state.factors[choice], state.factors[choice + 1])
    let right = Problem.product(first, second)
    func slip(_ kind: String, _ images: [UInt8]) -> Slip<Problem> {
      let step = state.replacing(choice, by: images)
      return Slip(kind, line: step.line, state: step.state)
    }
    var exchanged = right
    exchanged.swapAt(0, 1)
    var inverse = second
    for (point, image) in second.enumerated() { inverse[Int(image) - 1] = UInt8(point + 1) }
    return [
      slip("wrong-order", Problem.product(second, first)), slip("exchanged-images", exchanged),
      slip("lost-factor", first), slip("inverse", Problem.product(first, inverse)),
    ]
  }

  public func answer(_ state: Problem) -> String { state.list }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let identity = (1...problem.points).map(String.init).joined()
    func text(_ factor: [UInt8]) -> String { factor.map { String($0) }.joined() }
    return [
      ("identity", identity), ("first factor", text(problem.factors[0])),
      ("last factor", text(problem.factors[problem.factors.count - 1])),
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.15 }
}

extension PermutationProduct.Problem {
  /// As it is given to a model.
  var text: String { "S\(points): " + list }

  /// The factors with spaces between.
  var list: String {
    var bytes: [UInt8] = []
    for factor in factors {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
      for image in factor { bytes.append(image + UInt8(ascii: "0")) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The first acts first.
  static func product(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    first.map { second[Int($0) - 1] }
  }

  func replacing(_ pair: Int, by images: [UInt8]) -> (line: String, state: Self) {
    var next = self
    next.factors[pair] = images
    next.factors.remove(at: pair + 1)
    return (next.list, next)
  }
}
