internal import Exact

/// Products of powers of lengths: `requation k A B … q`.
extension Statement {
  /// The largest exponent, and the most factors in all: a product is multiplied out on drawings.
  private static let mostExponent: Int128 = 8
  private static let mostFactors = 32

  /// The exponents of a product, one for each pair of points; nil where one is not whole or too
  /// large, or where there are too many factors.
  var exponents: [Int]? {
    guard predicate == .requation, numbers.count == points.count / 2 + 1 else { return nil }
    var found: [Int] = []
    for number in numbers.dropLast() {
      guard let exponent = number.integer, abs(exponent) <= Self.mostExponent else { return nil }
      found.append(Int(exponent))
    }
    return found.reduce(0) { $0 + abs($1) } <= Self.mostFactors ? found : nil
  }

  /// The canonical form of a product: each pair of points once, in order, the first exponent
  /// positive. A product of two lengths, or of two against two, is the ratio or the equality of
  /// ratios that it says.
  var product: CanonicalStatement {
    get throws {
      guard points.count.isMultiple(of: 2), let exponents, var value = numbers.last,
        value > .zero
      else { return .degenerate }
      var powers: [Segment: Int] = [:]
      for (index, exponent) in exponents.enumerated() {
        guard let pair = Segment(points[2 * index], points[2 * index + 1]) else {
          return .degenerate
        }
        powers[pair, default: 0] += exponent
      }
      var terms = powers.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      guard let first = terms.first else { return value == .one ? .trivial : .degenerate }
      if first.value < 0 {
        terms = terms.map { ($0.key, -$0.value) }
        value = try .one / value
      }
      let spelled = terms.flatMap { [$0.key.a, $0.key.b] }
      switch terms.map(\.value) {
      case [1]: return Statement(.lconst, spelled, numbers: [value]).canonical
      case [2]: return Statement(.l2const, spelled, numbers: [value]).canonical
      case [1, -1]: return Statement(.rconst, spelled, numbers: [value]).canonical
      case [2, -2]: return Statement(.r2const, spelled, numbers: [value]).canonical
      default: break
      }
      // Two lengths against two.
      func factors(_ sign: Int) -> [Int] {
        terms.filter { $0.value * sign > 0 }.flatMap { term in
          [[Int]](repeating: [term.key.a, term.key.b], count: abs(term.value)).flatMap { $0 }
        }
      }
      let (above, below) = (factors(1), factors(-1))
      if value == .one, above.count == 4, below.count == 4 {
        return Statement(.eqratio, Array(above[0...1]) + below + Array(above[2...3])).canonical
      }
      return .statement(
        Statement(.requation, spelled, numbers: terms.map { Rational($0.value) } + [value]))
    }
  }
}
