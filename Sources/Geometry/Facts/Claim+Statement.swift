internal import Exact
package import GeometryProofs

extension Claim.Kind {
  /// The predicate of the same name, for kinds that have one.
  var predicate: Predicate? {
    switch self {
    case .coll: .coll
    case .cyclic: .cyclic
    case .circle: .circle
    case .para: .para
    case .perp: .perp
    case .cong: .cong
    case .eqangle: .eqangle
    case .eqratio: .eqratio
    case .midp: .midp
    case .simtri: .simtri
    case .simtrir: .simtrir
    case .contri: .contri
    case .contrir: .contrir
    case .aconst: .aconst
    case .rconst: .rconst
    case .r2const: .r2const
    case .angleSum: .aequation
    case .lengthSum: .lequation
    case .squareSum, .median: .l2equation
    case .product: .requation
    case .diff: .diff
    case .ncoll: .ncoll
    case .npara: .npara
    case .nperp: .nperp
    case .sameclock: .sameclock
    case .sameside: .sameside
    case .nsameside: .nsameside
    case .longer: .longer
    case .obtuse: .obtuseAngle
    }
  }
}

extension Claim {
  /// The claims that a statement consists of; none for conditions and for statements that the
  /// engine cannot use (absolute lengths, general equations). Using less than what is given is
  /// sound.
  package static func claims(of statement: Statement) -> [Claim] {
    let p = statement.points
    let number = statement.numbers.first
    switch statement.predicate {
    case .coll:
      return (2..<p.count).map { Claim(.coll, p[0], p[1], p[$0]) }
    case .cyclic:
      return (3..<p.count).map { Claim(.cyclic, p[0], p[1], p[2], p[$0]) }
    case .circle:
      return (3..<p.count).map { Claim(.circle, p[0], p[1], p[2], p[$0]) }
    case .para, .perp, .cong, .eqangle, .eqratio:
      for index in stride(from: 0, to: p.count, by: 2) where p[index] == p[index + 1] { return [] }
      let kinds: [Predicate: Kind] = [
        .para: .para, .perp: .perp, .cong: .cong, .eqangle: .eqangle, .eqratio: .eqratio,
      ]
      return kinds[statement.predicate].map { [Claim($0, list: p)] } ?? []
    case .midp: return [Claim(.midp, list: p)]
    case .simtri: return [Claim(.simtri, list: p)]
    case .simtrir: return [Claim(.simtrir, list: p)]
    case .contri: return [Claim(.contri, list: p)]
    case .contrir: return [Claim(.contrir, list: p)]
    case .aconst, .rconst, .r2const:
      guard let number, let top = Int32(exactly: number.numerator),
        let bottom = Int32(exactly: number.denominator)
      else { return [] }
      let kind: Kind =
        statement.predicate == .aconst
        ? .aconst : statement.predicate == .rconst ? .rconst : .r2const
      if kind == .aconst && Closure.turnParts % Int(bottom) != 0 { return [] }
      if kind != .aconst && top <= 0 { return [] }
      return [Claim(kind, list: p).with(Int(top), over: Int(bottom))]
    default: return []
    }
  }

  /// The statement in the proof language.
  package var statement: Statement {
    let points = list
    func half(_ top: Int, _ bottom: Int) -> Rational {
      (try? Rational(Int128(top), over: Int128(bottom))) ?? .zero
    }
    let constant = half(Int(numerator), Int(denominator))
    let one = Rational.one
    let minus = Rational(-1)
    switch kind {
    case .aconst, .rconst, .r2const:
      return Statement(kind.predicate ?? .aconst, points, numbers: [constant])
    case .angleSum:
      // d(CD) - d(AB) + d(EF) - d(GH).
      return Statement(
        .aequation, [self[2], self[3], self[0], self[1], self[4], self[5], self[6], self[7]],
        numbers: [one, minus, one, minus, constant])
    case .product:
      let (a, b, c, d, e, f) = (self[0], self[1], self[2], self[3], self[4], self[5])
      return Statement(
        .requation, [b, d, c, e, a, f, d, c, e, a, f, b],
        numbers: [one, one, one, minus, minus, minus, one])
    case .lengthSum:
      return Statement(
        .lequation, [self[0], self[1], self[1], self[2], self[0], self[2]],
        numbers: [one, one, minus, .zero])
    case .squareSum:
      var pairs: [Int] = []
      var numbers: [Rational] = []
      let (a, b, c, d) = (self[0], self[1], self[2], self[3])
      for (coefficient, x, y) in [(one, a, c), (one, b, d), (minus, a, d), (minus, b, c)]
      where x != y {
        pairs += [x, y]
        numbers.append(coefficient)
      }
      return Statement(.l2equation, pairs, numbers: numbers + [.zero])
    case .median:
      let (m, a, b, c) = (self[0], self[1], self[2], self[3])
      return Statement(
        .l2equation, [c, m, a, b, c, a, c, b],
        numbers: [Rational(4), one, Rational(-2), Rational(-2), .zero])
    default:
      return Statement(kind.predicate ?? .coll, points)
    }
  }
}
