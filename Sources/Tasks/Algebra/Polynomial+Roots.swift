internal import Randomness

/// Fractions tried as roots.
///
/// A root p/q of whole coefficients in lowest terms has p dividing the constant and q the first
/// coefficient (the rational root theorem). The row of synthetic division at a root is then q times
/// the quotient by q*x-p, which is whole again (Gauss).
extension Polynomial {
  /// `top/bottom` in lowest terms, the bottom above 0.
  struct Ratio: Sendable, Equatable {
    var top: Int
    var bottom: Int

    init(_ top: Int, _ bottom: Int) {
      let divisor = max(1, Polynomial.divisor(top, bottom))
      self.top = top / divisor
      self.bottom = bottom / divisor
    }

    init(_ whole: Int) { (top, bottom) = (whole, 1) }

    var text: String { bottom == 1 ? "\(top)" : "\(top)/\(bottom)" }

    var negative: Ratio { Ratio(-top, bottom) }
  }

  static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  static func divisors(_ number: Int) -> [Int] {
    let size = abs(number)
    return size == 0 ? [] : (1...size).filter { size % $0 == 0 }
  }

  /// What may be tried for these coefficients, highest power first: whole numbers before fractions,
  /// smaller tops before greater ones.
  static func candidates(_ row: [Int], without failed: [Ratio]) -> [Ratio] {
    guard row.count > 2, let constant = row.last else { return [] }
    if constant == 0 { return [Ratio(0)] }
    var candidates: [Ratio] = []
    let tops = divisors(constant)
    for bottom in divisors(row[0]) {
      for top in tops where divisor(top, bottom) == 1 {
        for candidate in [Ratio(top, bottom), Ratio(-top, bottom)]
        where !failed.contains(candidate) { candidates.append(candidate) }
      }
    }
    return candidates
  }

  /// The candidate of a choice. Half of the choices are shared by those of the least size, which
  /// make short traces; the other half are every candidate once.
  static func candidate(_ state: Problem, _ choice: Int) -> Ratio {
    let open = state.open
    if choice >= open.count { return open[choice - open.count] }
    let isPair = open.count > 1 && open[1] == open[0].negative
    return open[isPair ? choice % 2 : 0]
  }

  /// Horner's row at a number: the last is the value there.
  static func row(_ coefficients: [Int], _ root: Ratio) -> [Ratio] {
    var row: [Ratio] = []
    for coefficient in coefficients {
      let last = row.last ?? Ratio(0)
      row.append(
        Ratio(
          coefficient * root.bottom * last.bottom + root.top * last.top, root.bottom * last.bottom))
    }
    return row
  }

  func tried(
    _ state: Problem, _ root: Ratio, _ row: [Ratio]
  ) -> (line: String, state: Problem) {
    var next = state
    next.written += 1
    if row.last?.top == 0 {
      next.roots.append(root)
      next.row = row.dropLast().map { $0.top / root.bottom }
      next.rowLine = next.written
      next.open = Self.candidates(next.row, without: next.failed)
    } else {
      next.failed.append(root)
      next.open.removeAll { $0 == root }
    }
    return ("x=\(root.text): " + row.map(\.text).joined(separator: ","), next)
  }

  /// A linear factor for each root, greatest root first, what is left of degree 1 among them.
  func factors(_ state: Problem) -> String {
    var roots = state.roots
    var rest: [String] = []
    let row = state.row
    if row.count == 2, row[0] > 0, Self.divisor(row[0], row[1]) == 1 {
      roots.append(Ratio(-row[1], row[0]))
    } else if row.count > 1 {
      rest = ["(\(Self.text(row.reversed())))"]
    }
    roots.sort { $0.top * $1.bottom > $1.top * $0.bottom }
    return (roots.map { "(\(Self.text([-$0.top, $0.bottom])))" } + rest).joined(separator: "*")
  }

  func trialSlips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    func slip(_ kind: String, _ root: Ratio, _ row: [Ratio]) -> Slip<Problem> {
      let wrong = tried(state, root, row)
      return Slip(kind, line: wrong.line, state: wrong.state)
    }
    let root = Self.candidate(state, choice)
    let right = Self.row(state.row, root)
    var slips: [Slip<Problem>] = []
    if right.last?.top == 0 {
      slips.append(slip("root-overlooked", root, right.dropLast() + [Ratio(2)]))
    } else if right.dropLast().allSatisfy({
      // What is left must be whole, and no larger than a problem.
      $0.bottom == 1 && $0.top % root.bottom == 0
        && abs($0.top / root.bottom) <= Self.coefficientLimit
    }) {
      slips.append(slip("false-root", root, right.dropLast() + [Ratio(0)]))
    }
    slips.append(slip("wrong-sign", root, Self.row(state.row, root.negative)))
    if let failed = state.failed.last {
      slips.append(slip("tried-again", failed, Self.row(state.row, failed)))
    }
    // Constant and first coefficient confused.
    let inverse = Ratio(root.top < 0 ? -root.bottom : root.bottom, abs(root.top))
    if (1...20).contains(abs(root.top)), !Self.candidates(state.row, without: []).contains(inverse)
    {
      slips.append(slip("inverted-candidate", inverse, Self.row(state.row, inverse)))
    }
    return slips
  }

  // Drawing.

  /// A product of q*x-p; in half of the draws a quadratic without such roots takes two places.
  static func product(_ shape: Shape, using stream: inout RandomStream) -> [Int] {
    while true {
      var product = [1]
      if stream.uniform(2) == 0 {
        product = [
          nonzero(shape.bound, using: &stream), stream.uniform(-shape.bound...shape.bound),
          1 + (shape.leading > 1 ? stream.uniform(shape.leading) : 0),
        ]
        if !isIrreducible(product) { continue }
      }
      while product.count <= shape.degree {
        let root = nonzero(shape.bound, using: &stream)
        let bottom = 1 + (shape.leading > 1 ? stream.uniform(shape.leading) : 0)
        if divisor(root, bottom) == 1 { product = times(product, [-root, bottom]) }
      }
      if product.allSatisfy({ abs($0) <= coefficientLimit }), product[shape.degree] <= leadingLimit
      {
        return product
      }
    }
  }

  /// Whether a quadratic has no rational root, and no common factor of its coefficients either.
  static func isIrreducible(_ quadratic: [Int]) -> Bool {
    let discriminant = quadratic[1] * quadratic[1] - 4 * quadratic[0] * quadratic[2]
    let root = discriminant < 0 ? 0 : Int(Double(discriminant).squareRoot())
    return root * root != discriminant
      && divisor(divisor(quadratic[0], quadratic[1]), quadratic[2]) == 1
  }
}
