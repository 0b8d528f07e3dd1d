/// A polynomial in s = sin(x) and c = cos(x) with whole coefficients.
struct TrigPolynomial: Sendable, Equatable {
  struct Powers: Hashable, Comparable, Sendable {
    var sine: Int
    var cosine: Int

    /// Fewer cosines first, then fewer sines.
    static func < (a: Self, b: Self) -> Bool { (a.cosine, a.sine) < (b.cosine, b.sine) }
  }

  /// No coefficient is 0.
  private(set) var terms: [Powers: Int] = [:]

  init(_ terms: [Powers: Int]) { self.terms = terms.filter { $0.value != 0 } }

  /// Multiplies out; `nil` for a term with other functions or a quotient.
  init?(_ expression: Formula) {
    switch expression {
    case .number(let value): self.init([Powers(sine: 0, cosine: 0): value])
    case .function("sin", .x): self.init([Powers(sine: 1, cosine: 0): 1])
    case .function("cos", .x): self.init([Powers(sine: 0, cosine: 1): 1])
    case .binary(let sign, let a, let b):
      guard let a = TrigPolynomial(a), let b = TrigPolynomial(b) else { return nil }
      switch sign {
      case UInt8(ascii: "+"): self.init(a.terms.merging(b.terms, uniquingKeysWith: +))
      case UInt8(ascii: "-"):
        self.init(a.terms.merging(b.terms.mapValues { -$0 }, uniquingKeysWith: +))
      case UInt8(ascii: "*"): self = a.times(b)
      default: return nil
      }
    case .power(let base, let n):
      guard let base = TrigPolynomial(base) else { return nil }
      self = (1..<n).reduce(base) { power, _ in power.times(base) }
    default: return nil
    }
  }

  private func times(_ other: Self) -> Self {
    var product: [Powers: Int] = [:]
    for (p, a) in terms {
      for (q, b) in other.terms {
        product[Powers(sine: p.sine + q.sine, cosine: p.cosine + q.cosine), default: 0] += a * b
      }
    }
    return Self(product)
  }

  /// In the order of `Powers`.
  var ordered: [(powers: Powers, coefficient: Int)] {
    terms.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The canonical term: signs between monomials, the first with its own.
  var expression: Formula {
    Self.sum(
      ordered.map { ($0.coefficient, Self.factors($0.powers)) })
  }

  static func factors(_ powers: Powers) -> [Formula] {
    var factors: [Formula] = []
    if powers.sine > 0 { factors.append(.raised(.function("sin", .x), powers.sine)) }
    if powers.cosine > 0 { factors.append(.raised(.function("cos", .x), powers.cosine)) }
    return factors
  }

  /// Products of a coefficient and factors, added up; 0 for none.
  static func sum(_ products: [(coefficient: Int, factors: [Formula])]) -> Formula {
    var sum: Formula?
    for (coefficient, factors) in products {
      let size = sum == nil ? coefficient : abs(coefficient)
      var all = factors
      if size != 1 || factors.isEmpty { all.insert(.number(size), at: 0) }
      let product = all.dropFirst().reduce(all[0]) { .product($0, $1) }
      guard let before = sum else {
        sum = product
        continue
      }
      sum = coefficient < 0 ? .difference(before, product) : .sum(before, product)
    }
    return sum ?? .number(0)
  }
}
