package import Exact

/// What is left of a statement once its symmetries are spent.
public enum CanonicalStatement: Hashable, Sendable {
  /// Two statements say the same by symmetry alone exactly if these are equal.
  case statement(Statement)
  /// True of any points: `cong A B B A`.
  case trivial
  /// Says nothing or cannot be true: a segment of equal ends, a triangle of two points.
  case degenerate

  /// The statement, if one is left.
  public var statement: Statement? { if case .statement(let value) = self { value } else { nil } }
}

extension Statement {
  /// The canonical form: symmetric spellings become equal, and what collapses becomes simpler.
  ///
  /// `eqangle` and `eqratio` are d1 + d4 = d2 + d3 and l1 l4 = l2 l3, so their form is an unordered
  /// pair of unordered pairs; equal members cancel and leave `para` or `cong`. Constants 0, 1/2 and
  /// 1 become `para`, `perp` and `cong`; equations of few terms become the fact they say.
  public var canonical: CanonicalStatement {
    guard predicate.pointCounts.contains(points.count) else { return .degenerate }
    switch predicate {
    case .coll, .ncoll: return set(atLeast: 3)
    case .cyclic, .ncyclic: return set(atLeast: 4)
    case .diff, .same:
      guard Set(points).count == points.count else {
        return predicate == .same ? .trivial : .degenerate
      }
      return .statement(Statement(predicate, points.sorted()))
    case .circle:
      let others = Set(points.dropFirst())
      guard others.count >= 3, !others.contains(points[0]) else { return .degenerate }
      return .statement(Statement(.circle, [points[0]] + others.sorted()))
    case .midp, .obtuseAngle:
      guard Set(points).count == 3 else { return .degenerate }
      // The special point stands first in `midp` and in the middle of `obtuse_angle`.
      let special = predicate == .midp ? 0 : 1
      var ends = points
      ends.remove(at: special)
      ends.sort()
      ends.insert(points[special], at: special)
      return .statement(Statement(predicate, ends))
    case .para, .npara, .perp, .nperp, .cong: return pairOfSegments
    case .longer:
      guard let x = Segment(points[0], points[1]), let y = Segment(points[2], points[3]), x != y
      else { return .degenerate }
      return .statement(Statement(.longer, [x.a, x.b, y.a, y.b]))
    case .eqangle, .eqratio: return crossPairs
    case .simtri, .simtrir, .contri, .contrir: return triangles
    case .sameclock: return orientations
    case .sameside, .nsameside:
      guard Set(points[0...2]).count == 3, Set(points[3...5]).count == 3 else { return .degenerate }
      let (x, y) = (
        [points[0], min(points[1], points[2]), max(points[1], points[2])],
        [points[3], min(points[4], points[5]), max(points[4], points[5])]
      )
      return .statement(
        Statement(predicate, x.lexicographicallyPrecedes(y) ? x + y : y + x))
    case .aconst, .rconst, .r2const, .lconst, .l2const: return (try? constant) ?? .degenerate
    case .aequation, .lequation, .l2equation: return (try? equation) ?? .degenerate
    case .requation: return (try? product) ?? .degenerate
    }
  }

  private func set(atLeast least: Int) -> CanonicalStatement {
    let members = Set(points)
    guard members.count >= least else { return .degenerate }
    return .statement(Statement(predicate, members.sorted()))
  }

  private var pairOfSegments: CanonicalStatement {
    guard let x = Segment(points[0], points[1]), let y = Segment(points[2], points[3]) else {
      return .degenerate
    }
    if x == y { return predicate == .para || predicate == .cong ? .trivial : .degenerate }
    let (p, q) = (min(x, y), max(x, y))
    return .statement(Statement(predicate, [p.a, p.b, q.a, q.b]))
  }

  private var crossPairs: CanonicalStatement {
    let found = (0..<4).compactMap { Segment(points[2 * $0], points[2 * $0 + 1]) }
    guard found.count == 4 else { return .degenerate }
    var outer = [found[0], found[3]].sorted()
    var inner = [found[1], found[2]].sorted()
    let simpler = predicate == .eqangle ? Predicate.para : .cong
    if let shared = outer.first(where: inner.contains) {
      outer.remove(at: outer[0] == shared ? 0 : 1)
      inner.remove(at: inner[0] == shared ? 0 : 1)
      let (x, y) = (outer[0], inner[0])
      return Statement(simpler, [x.a, x.b, y.a, y.b]).canonical
    }
    if predicate == .eqratio, outer[0] == outer[1], inner[0] == inner[1] {
      return Statement(.cong, [outer[0].a, outer[0].b, inner[0].a, inner[0].b]).canonical
    }
    if inner.lexicographicallyPrecedes(outer) { swap(&outer, &inner) }
    let spelled = [outer[0], inner[0], inner[1], outer[1]]
    return .statement(Statement(predicate, spelled.flatMap { [$0.a, $0.b] }))
  }

  private var triangles: CanonicalStatement {
    let (x, y) = (Array(points[0...2]), Array(points[3...5]))
    guard Set(x).count == 3, Set(y).count == 3 else { return .degenerate }
    if x == y, predicate == .simtri || predicate == .contri { return .trivial }
    var least: [Int]?
    for (first, second) in [(x, y), (y, x)] {
      // The columns in order of the first triangle's points.
      let columns = (0..<3).sorted { first[$0] < first[$1] }
      let spelled = columns.map { first[$0] } + columns.map { second[$0] }
      if least.map({ spelled.lexicographicallyPrecedes($0) }) ?? true { least = spelled }
    }
    return .statement(Statement(predicate, least ?? points))
  }

  private var orientations: CanonicalStatement {
    func sorted(_ t: [Int]) -> (points: [Int], isOdd: Bool) {
      let inversions = [t[0] > t[1], t[0] > t[2], t[1] > t[2]].count { $0 }
      return (t.sorted(), inversions % 2 == 1)
    }
    guard Set(points[0...2]).count == 3, Set(points[3...5]).count == 3 else { return .degenerate }
    let (x, y) = (sorted(Array(points[0...2])), sorted(Array(points[3...5])))
    var (first, second) = (x.points, y.points)
    if second.lexicographicallyPrecedes(first) { swap(&first, &second) }
    if x.isOdd != y.isOdd { second.swapAt(1, 2) }
    return .statement(Statement(predicate, first + second))
  }

  private var constant: CanonicalStatement {
    get throws {
      guard numbers.count == 1, let x = Segment(points[0], points[1]) else { return .degenerate }
      var value = numbers[0]
      if predicate == .lconst || predicate == .l2const {
        guard value > .zero else { return .degenerate }
        if predicate == .l2const, let root = value.exactSquareRoot {
          return .statement(Statement(.lconst, [x.a, x.b], numbers: [root]))
        }
        return .statement(Statement(predicate, [x.a, x.b], numbers: [value]))
      }
      guard let y = Segment(points[2], points[3]) else { return .degenerate }
      let isSwapped = y < x
      let spelled = isSwapped ? [y.a, y.b, x.a, x.b] : [x.a, x.b, y.a, y.b]
      if predicate == .aconst {
        value = try (isSwapped ? -value : value).fractionOfOne
        if value == .zero { return Statement(.para, spelled).canonical }
        if x == y { return .degenerate }
        if try value + value == .one { return Statement(.perp, spelled).canonical }
        return .statement(Statement(.aconst, spelled, numbers: [value]))
      }
      guard value > .zero else { return .degenerate }
      if value == .one { return Statement(.cong, spelled).canonical }
      if x == y { return .degenerate }
      if isSwapped { value = try .one / value }
      if predicate == .r2const, let root = value.exactSquareRoot {
        return .statement(Statement(.rconst, spelled, numbers: [root]))
      }
      return .statement(Statement(predicate, spelled, numbers: [value]))
    }
  }

  private var equation: CanonicalStatement {
    get throws {
      guard points.count.isMultiple(of: 2), numbers.count == points.count / 2 + 1 else {
        return .degenerate
      }
      var sums: [Segment: Rational] = [:]
      for index in 0..<points.count / 2 {
        // A length between two names of one point is 0; a direction there is none.
        guard let pair = Segment(points[2 * index], points[2 * index + 1]) else {
          if predicate == .aequation { return .degenerate }
          continue
        }
        sums[pair] = try (sums[pair] ?? .zero) + numbers[index]
      }
      let terms = sums.filter { $0.value != .zero }.sorted { $0.key < $1.key }
      var (coefficients, right) = (terms.map(\.value), numbers[numbers.count - 1])
      if predicate == .aequation {
        guard coefficients.allSatisfy(\.isInteger) else { return .degenerate }
        if let first = coefficients.first, first < .zero {
          coefficients = try coefficients.map { value throws(ExactError) in try -value }
          right = try -right
        }
        right = try right.fractionOfOne
      } else if let first = coefficients.first {
        coefficients = try coefficients.map { value throws(ExactError) in try value / first }
        right = try right / first
      }
      if terms.isEmpty { return right == .zero ? .trivial : .degenerate }
      let spelled = terms.flatMap { [$0.key.a, $0.key.b] }
      if let fact = try shortened(spelled, coefficients, right) { return fact }
      return .statement(Statement(predicate, spelled, numbers: coefficients + [right]))
    }
  }

  /// The fact that an equation of few terms says, if one does.
  private func shortened(
    _ spelled: [Int], _ coefficients: [Rational], _ right: Rational
  ) throws -> CanonicalStatement? {
    let minusOne = Rational(-1)
    if predicate == .aequation {
      if coefficients == [.one, minusOne] {
        // d(AB) - d(CD) = r is the angle from CD to AB.
        return Statement(.aconst, Array(spelled[2...3] + spelled[0...1]), numbers: [right])
          .canonical
      }
      // Four directions, two on each side: an equality of angles.
      var sides: [[Int]] = [[], []]
      for (index, value) in coefficients.enumerated() {
        guard let count = value.integer, abs(count) <= 2 else { return nil }
        for _ in 0..<Int(abs(count)) {
          sides[count > 0 ? 0 : 1] += spelled[(2 * index)...(2 * index + 1)]
        }
      }
      guard right == .zero, sides[0].count == 4, sides[1].count == 4 else { return nil }
      let (p, q) = (sides[0], sides[1])
      return Statement(.eqangle, Array(p[0...1]) + q + Array(p[2...3])).canonical
    }
    let isSquared = predicate == .l2equation
    if coefficients.count == 1, right > .zero {
      return Statement(isSquared ? .l2const : .lconst, spelled, numbers: [right]).canonical
    }
    if coefficients.count == 2, right == .zero, coefficients[1] < .zero {
      let ratio = try -coefficients[1]
      return Statement(isSquared ? .r2const : .rconst, spelled, numbers: [ratio]).canonical
    }
    return nil
  }
}

extension Rational {
  /// The part in [0, 1) that differs from it by a whole number.
  package var fractionOfOne: Rational {
    get throws(ExactError) {
      var rest = numerator % denominator
      if rest < 0 { rest += denominator }
      return try Rational(rest, over: denominator)
    }
  }

  /// The positive root, where it is rational and the parts are below 2^62.
  package var exactSquareRoot: Rational? {
    func root(_ value: Int128) -> Int128? {
      guard value > 0, value < 1 << 62 else { return nil }
      var guess = Int128(Double(value).squareRoot())
      while guess * guess > value { guess -= 1 }
      while (guess + 1) * (guess + 1) <= value { guess += 1 }
      return guess * guess == value ? guess : nil
    }
    guard let top = root(numerator), let bottom = root(denominator) else { return nil }
    return try? Rational(top, over: bottom)
  }
}
