/// Claims as linear equations.
extension Closure {
  /// The equation of directions that the claim is; nil for other claims. Directions are lifted to
  /// [0, 1) as they lie in the figure, so the equation is one between real numbers.
  func directionEquation(_ claim: Claim) -> Equation? {
    switch claim.kind {
    case .para:
      return directionSum([(1, claim[0], claim[1]), (-1, claim[2], claim[3])], 0)
    case .perp:
      return directionSum(
        [(1, claim[0], claim[1]), (-1, claim[2], claim[3])], Self.turnParts / 2)
    case .coll:
      return directionSum([(1, claim[0], claim[1]), (-1, claim[0], claim[2])], 0)
    case .eqangle, .angleSum:
      return directionSum(
        [
          (1, claim[2], claim[3]), (-1, claim[0], claim[1]), (-1, claim[6], claim[7]),
          (1, claim[4], claim[5]),
        ], parts(claim))
    case .aconst:
      return directionSum([(1, claim[2], claim[3]), (-1, claim[0], claim[1])], parts(claim))
    default:
      return nil
    }
  }

  /// All equations of directions that follow from the claim at once.
  func directionEquations(_ claim: Claim) -> ContiguousArray<Equation> {
    if claim.kind == .coll {
      var equations = ContiguousArray<Equation>()
      let list = claim.list
      for index in 2..<list.count {
        for (a, b) in [(list[0], list[index]), (list[1], list[index])] {
          if let equation = directionSum([(1, list[0], list[1]), (-1, a, b)], 0) {
            equations.append(equation)
          }
        }
      }
      return equations
    }
    return directionEquation(claim).map { [$0] } ?? []
  }

  private func parts(_ claim: Claim) -> Int {
    claim.kind == .eqangle
      ? 0 : Int(claim.numerator) * Self.turnParts / Int(max(claim.denominator, 1))
  }

  private func directionSum(_ terms: [(Int, Int, Int)], _ parts: Int) -> Equation? {
    var equation = Equation()
    var sum = -Double(parts) / Double(Self.turnParts)
    for (coefficient, a, b) in terms {
      let pair = figure.pair(a, b)
      equation.add(coefficient, pair)
      sum += Double(coefficient) * figure.direction[pair]
    }
    guard !equation.isTrivial else { return nil }
    equation.add(-(parts + Self.turnParts * Int(sum.rounded())), figure.pairCount)
    return equation
  }

  /// The equation of logarithms of lengths.
  func logEquation(_ claim: Claim) -> Equation? {
    var equation = Equation()
    func pair(_ index: Int) -> Int { figure.pair(claim[2 * index], claim[2 * index + 1]) }
    switch claim.kind {
    case .cong:
      equation.add(1, pair(0))
      equation.add(-1, pair(1))
    case .eqratio:
      equation.add(1, pair(0))
      equation.add(-1, pair(1))
      equation.add(-1, pair(2))
      equation.add(1, pair(3))
    case .product:
      let (a, b, c, d, e, f) = (claim[0], claim[1], claim[2], claim[3], claim[4], claim[5])
      for (p, q) in [(b, d), (c, e), (a, f)] { equation.add(1, figure.pair(p, q)) }
      for (p, q) in [(d, c), (e, a), (f, b)] { equation.add(-1, figure.pair(p, q)) }
    case .rconst, .r2const:
      equation.add(1, pair(0))
      equation.add(-1, pair(1))
      // Constants are half logarithms.
      let weight = claim.kind == .rconst ? 2 : 1
      guard factor(Int(claim.numerator), -weight, &equation),
        factor(Int(claim.denominator), weight, &equation)
      else { return nil }
    default:
      return nil
    }
    return equation.isTrivial ? nil : equation
  }

  private func factor(_ value: Int, _ weight: Int, _ equation: inout Equation) -> Bool {
    guard value > 0 else { return false }
    var rest = value
    for (index, prime) in primes.enumerated() {
      while rest % prime == 0 {
        rest /= prime
        equation.add(weight, figure.pairCount + index)
      }
    }
    return rest == 1
  }

  func lengthEquation(_ claim: Claim) -> Equation? {
    var equation = Equation()
    switch claim.kind {
    case .cong:
      equation.add(1, figure.pair(claim[0], claim[1]))
      equation.add(-1, figure.pair(claim[2], claim[3]))
    case .rconst:
      equation.add(Int(claim.denominator), figure.pair(claim[0], claim[1]))
      equation.add(-Int(claim.numerator), figure.pair(claim[2], claim[3]))
    case .lengthSum:
      equation.add(1, figure.pair(claim[0], claim[1]))
      equation.add(1, figure.pair(claim[1], claim[2]))
      equation.add(-1, figure.pair(claim[0], claim[2]))
    default:
      return nil
    }
    return equation.isTrivial ? nil : equation
  }

  func squareEquation(_ claim: Claim) -> Equation? {
    var equation = Equation()
    func add(_ coefficient: Int, _ a: Int, _ b: Int) {
      if a != b { equation.add(coefficient, figure.pair(a, b)) }
    }
    let (a, b, c, d) = (claim[0], claim[1], claim[2], claim[3])
    switch claim.kind {
    case .cong:
      add(1, a, b)
      add(-1, c, d)
    case .rconst:
      let (top, bottom) = (Int(claim.numerator), Int(claim.denominator))
      guard top < 30_000, bottom < 30_000 else { return nil }
      add(bottom * bottom, a, b)
      add(-top * top, c, d)
    case .r2const:
      add(Int(claim.denominator), a, b)
      add(-Int(claim.numerator), c, d)
    case .squareSum:
      add(1, a, c)
      add(1, b, d)
      add(-1, a, d)
      add(-1, b, c)
    case .median:
      // M A B C: 4 CM^2 + AB^2 - 2 CA^2 - 2 CB^2.
      add(4, d, a)
      add(1, b, c)
      add(-2, d, b)
      add(-2, d, c)
    default:
      return nil
    }
    return equation.isTrivial ? nil : equation
  }
}
