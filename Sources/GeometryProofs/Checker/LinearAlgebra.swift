internal import Exact

/// A sum of multiples of unknowns, and a constant: an equation "this is 0".
struct LinearForm: Equatable {
  /// By unknown; none is 0.
  private(set) var coefficients: [Int: Rational] = [:]
  /// By basis element: 1 itself (key 1), or log p for a prime p (key p).
  private(set) var constants: [Int: Rational] = [:]

  mutating func add(_ value: Rational, toUnknown unknown: Int) throws(ExactError) {
    coefficients[unknown] = try Self.sum(coefficients[unknown], value)
  }
  mutating func add(_ value: Rational, toConstant basis: Int) throws(ExactError) {
    constants[basis] = try Self.sum(constants[basis], value)
  }
  mutating func add(_ other: LinearForm, times factor: Rational) throws(ExactError) {
    for (unknown, value) in other.coefficients {
      try add(try value * factor, toUnknown: unknown)
    }
    for (basis, value) in other.constants { try add(try value * factor, toConstant: basis) }
  }

  /// Whether nothing is left; `modulo`: but a whole number.
  func isZero(modulo: Bool) -> Bool {
    coefficients.isEmpty && constants.values.allSatisfy { modulo && $0.isInteger }
  }

  private static func sum(_ a: Rational?, _ b: Rational) throws(ExactError) -> Rational? {
    let value = try (a ?? .zero) + b
    return value == .zero ? nil : value
  }
}

/// The equations that facts are in one system of quantities, one unknown for each pair of points.
struct LinearAlgebra {
  private let system: Proof.System
  private let pointCount: Int
  /// Segments of one line share an unknown.
  private var directions: DisjointSets

  init(_ system: Proof.System, pointCount: Int) {
    self.system = system
    self.pointCount = pointCount
    directions = DisjointSets(system == .directions ? pointCount * pointCount : 0)
  }

  private func unknown(_ a: Int, _ b: Int) -> Int {
    let key = min(a, b) * pointCount + max(a, b)
    return system == .directions ? directions.find(key) : key
  }

  /// All segments between these points are on one line and have one direction.
  mutating func identifyDirections(on points: [Int]) {
    let first = points[0] * pointCount + points[1]
    for i in points.indices {
      for j in points.indices where j > i {
        directions.unite(first, points[i] * pointCount + points[j])
      }
    }
  }

  /// The equations of a fact as it is spelled, so that coefficients have the signs a reader
  /// expects; none where it is not of this system. Only a line through three points has several,
  /// each of which says all.
  ///
  /// - Precondition: the fact has a canonical form, so that no direction is of equal ends.
  func equations(of fact: Statement) -> [LinearForm] {
    let p = fact.points
    do {
      switch (system, fact.predicate) {
      case (.directions, .para): return [try form([(1, 0), (-1, 1)], p)]
      case (.directions, .perp):
        return [try form([(1, 0), (-1, 1)], p, (1, Rational(-1, over: 2)))]
      case (.directions, .eqangle): return [try form([(-1, 0), (1, 1), (1, 2), (-1, 3)], p)]
      case (.directions, .aconst):
        return [try form([(-1, 0), (1, 1)], p, (1, -fact.numbers[0]))]
      case (.directions, .coll) where p.count == 3:
        let (a, b, c) = (p[0], p[1], p[2])
        return try [[a, b, a, c], [a, b, b, c], [a, c, b, c]].map {
          try form([(1, 0), (-1, 1)], $0)
        }
      case (.directions, .aequation), (.lengths, .lequation), (.squares, .l2equation):
        return [try equation(fact)]
      case (.ratios, .cong), (.lengths, .cong), (.squares, .cong):
        return [try form([(1, 0), (-1, 1)], p)]
      case (.ratios, .eqratio): return [try form([(1, 0), (-1, 1), (-1, 2), (1, 3)], p)]
      case (.ratios, .rconst): return [try logarithm([(1, 0), (-1, 1)], p, fact.numbers[0], 1)]
      case (.ratios, .r2const): return [try logarithm([(1, 0), (-1, 1)], p, fact.numbers[0], 2)]
      case (.ratios, .requation):
        guard let exponents = fact.exponents, let value = fact.numbers.last else { return [] }
        return [
          try logarithm(exponents.enumerated().map { ($0.element, $0.offset) }, p, value, 1)
        ]
      case (.ratios, .lconst): return [try logarithm([(1, 0)], p, fact.numbers[0], 1)]
      case (.ratios, .l2const): return [try logarithm([(1, 0)], p, fact.numbers[0], 2)]
      case (.lengths, .rconst): return [try ratio(p, fact.numbers[0])]
      case (.squares, .rconst): return [try ratio(p, fact.numbers[0] * fact.numbers[0])]
      case (.squares, .r2const): return [try ratio(p, fact.numbers[0])]
      case (.lengths, .lconst): return [try form([(1, 0)], p, (1, -fact.numbers[0]))]
      case (.squares, .lconst):
        return [try form([(1, 0)], p, (1, -(fact.numbers[0] * fact.numbers[0])))]
      case (.squares, .l2const): return [try form([(1, 0)], p, (1, -fact.numbers[0]))]
      default: return []
      }
    } catch {
      // Numbers beyond 128 bits: the fact cannot be used here.
      return []
    }
  }

  /// Multiples of the unknowns of pairs of points, and a constant.
  private func form(
    _ terms: [(factor: Int, pair: Int)], _ points: [Int], _ constant: (basis: Int, Rational)? = nil
  ) throws(ExactError) -> LinearForm {
    var form = LinearForm()
    for (factor, pair) in terms {
      try form.add(Rational(factor), toUnknown: unknown(points[2 * pair], points[2 * pair + 1]))
    }
    if let (basis, value) = constant { try form.add(value, toConstant: basis) }
    return form
  }

  /// |AB| - q |CD|, or of squares.
  private func ratio(_ points: [Int], _ q: Rational) throws(ExactError) -> LinearForm {
    var form = try form([(1, 0)], points)
    try form.add(-q, toUnknown: unknown(points[2], points[3]))
    return form
  }

  /// Logarithms whose sum is log(q) / root.
  private func logarithm(
    _ terms: [(factor: Int, pair: Int)], _ points: [Int], _ q: Rational, _ root: Int
  ) throws(ExactError) -> LinearForm {
    var form = try form(terms, points)
    for (number, sign) in [(q.numerator, -1), (q.denominator, 1)] {
      for (prime, exponent) in try Self.factors(number) {
        try form.add(Rational(Int128(sign * exponent), over: Int128(root)), toConstant: prime)
      }
    }
    return form
  }

  /// The prime factors of a number below 2^62.
  private static func factors(_ number: Int128) throws(ExactError) -> [(prime: Int, exponent: Int)]
  {
    // Trial division to the root of 10^9: nine digits is what the text allows.
    guard var rest = Int(exactly: number), (1...1_000_000_000).contains(rest) else {
      throw .overflow(operation: "factors of \(number)")
    }
    var (found, prime): ([(Int, Int)], Int) = ([], 2)
    while prime * prime <= rest {
      var exponent = 0
      while rest.isMultiple(of: prime) {
        rest /= prime
        exponent += 1
      }
      if exponent > 0 { found.append((prime, exponent)) }
      prime += 1
    }
    if rest > 1 { found.append((rest, 1)) }
    return found
  }

  private func equation(_ fact: Statement) throws(ExactError) -> LinearForm {
    var form = LinearForm()
    for index in 0..<fact.points.count / 2 {
      let (a, b) = (fact.points[2 * index], fact.points[2 * index + 1])
      // The length between two names of one point is 0.
      if a != b { try form.add(fact.numbers[index], toUnknown: unknown(a, b)) }
    }
    try form.add(-fact.numbers[fact.numbers.count - 1], toConstant: 1)
    return form
  }
}
