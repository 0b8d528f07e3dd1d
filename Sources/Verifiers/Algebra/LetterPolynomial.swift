/// A polynomial whose letters are sin and cos of x, 2*x and 3*x, multiplied out exactly.
struct LetterPolynomial: Equatable {
  /// Coefficients that are not 0, by exponents: 8 bits for each of sin(x), cos(x), sin(2*x), ….
  private(set) var terms: [UInt64: Int]

  /// Highest sum of exponents.
  private static let degreeLimit = 96

  /// Multiplies a term out.
  ///
  /// - Parameter budget: products of monomials that may still be taken; reduced by those taken.
  /// - Throws: for other functions, x alone, quotients, numbers or work beyond the limits.
  init(_ term: Term, budget: inout Int) throws(Rejection) {
    var stack: [LetterPolynomial] = []
    var place = term.nodes.count
    while place > 0 {
      place -= 1
      switch term.nodes[place] {
      case .number(let value): stack.append(LetterPolynomial(terms: value == 0 ? [:] : [0: value]))
      // The argument of a function: read with the function before it.
      case .x: stack.append(LetterPolynomial(terms: [.max: 1]))
      case .function(let name):
        guard stack.popLast() != nil, let letter = Self.letter(name, term, place) else {
          throw Self.foreign
        }
        stack.append(LetterPolynomial(terms: [1 << UInt64(8 * letter): 1]))
      case .power(let n):
        guard let base = stack.popLast(), n <= 48 else { throw Self.foreign }
        var power = base
        for _ in 1..<n { power = try power.times(base, &budget) }
        stack.append(power)
      case .binary(let sign):
        guard let a = stack.popLast(), let b = stack.popLast() else { throw Self.foreign }
        // `2*x` under a function is a letter's name, not a product.
        let isName =
          sign == UInt8(ascii: "*") && term.nodes[(place + 2)...].first == .x && b.isBareX
        stack.append(isName ? b : try a.combined(sign, b, &budget))
      }
    }
    guard stack.count == 1, !stack[0].isBareX else { throw Self.foreign }
    self = stack[0]
  }

  private init(terms: [UInt64: Int]) { self.terms = terms }

  private static var foreign: Rejection {
    .unreadable(
      "expected sums, products and powers of numbers and of sin and cos of x, 2*x, 3*x")
  }

  private var isBareX: Bool { terms[.max] != nil }

  private static func letter(_ name: Term.Name, _ term: Term, _ place: Int) -> Int? {
    let argument = term.nodes[(place + 1)..<term.end(of: place)]
    let angle: Int
    switch Array(argument) {
    case [.x]: angle = 1
    case [.times, .number(2), .x]: angle = 2
    case [.times, .number(3), .x]: angle = 3
    default: return nil
    }
    switch name {
    case .sin: return 2 * (angle - 1)
    case .cos: return 2 * (angle - 1) + 1
    default: return nil
    }
  }

  private func combined(
    _ sign: UInt8, _ other: Self, _ budget: inout Int
  ) throws(Rejection) -> Self {
    guard !isBareX, !other.isBareX else { throw Self.foreign }
    switch sign {
    case UInt8(ascii: "*"): return try times(other, &budget)
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      var sum = self
      budget -= other.terms.count
      for (key, value) in other.terms {
        try sum.add(sign == UInt8(ascii: "+") ? value : -value, at: key)
      }
      return sum
    default: throw Self.foreign
    }
  }

  private func times(_ other: Self, _ budget: inout Int) throws(Rejection) -> Self {
    guard !isBareX, !other.isBareX else { throw Self.foreign }
    budget -= terms.count * other.terms.count
    guard budget > 0 else { throw .unreadable("expected terms that take less to multiply out") }
    var product = Self(terms: [:])
    for (p, a) in terms {
      for (q, b) in other.terms {
        let (value, overflow) = a.multipliedReportingOverflow(by: b)
        guard !overflow, Self.degree(p) + Self.degree(q) <= Self.degreeLimit else {
          throw .unreadable("expected smaller numbers and powers")
        }
        try product.add(value, at: p + q)
      }
    }
    return product
  }

  private static func degree(_ key: UInt64) -> Int {
    (0..<6).reduce(0) { $0 + Int(key >> UInt64(8 * $1) & 255) }
  }

  private mutating func add(_ value: Int, at key: UInt64) throws(Rejection) {
    let (sum, overflow) = terms[key, default: 0].addingReportingOverflow(value)
    guard !overflow, sum != .min else { throw .unreadable("expected smaller numbers") }
    terms[key] = sum == 0 ? nil : sum
  }

  /// The canonical term if this holds sin(x) and at most first powers of cos(x) and nothing else.
  var reduced: Term? {
    var products: [[Term.Node]] = []
    var signs: [Term.Node] = []
    let order = terms.keys.sorted { ($0 >> 8, $0 & 255) < ($1 >> 8, $1 & 255) }
    for key in order {
      guard key < 1 << 9 else { return nil }
      let coefficient = terms[key] ?? 0
      let size = products.isEmpty ? coefficient : abs(coefficient)
      var factors: [[Term.Node]] = size != 1 || key == 0 ? [[.number(size)]] : []
      let sine = Int(key & 255)
      if sine > 0 { factors.append((sine > 1 ? [.power(sine)] : []) + [.function(.sin), .x]) }
      if key >> 8 > 0 { factors.append([.function(.cos), .x]) }
      if !products.isEmpty { signs.append(coefficient < 0 ? .minus : .plus) }
      products.append(
        [Term.Node](repeating: .times, count: factors.count - 1) + Array(factors.joined()))
    }
    if products.isEmpty { return Term(nodes: [.number(0)]) }
    return Term(nodes: signs.reversed() + Array(products.joined()))
  }
}
