internal import Exact

extension Construction {
  /// The ways to place the new points of a construction that stands alone, points in the table's
  /// order; none where the old points are degenerate or a root is missing. Free shapes and free
  /// choices are drawn at random.
  func places<S: Scalar>(_ at: [Position<S>?], _ pen: DiagramPen<S>) -> [[Position<S>]] {
    var p: [Position<S>] = []
    for (argument, parameter) in zip(arguments, entry.parameters) where parameter == .point {
      guard case .point(let point) = argument, let place = at[point] else { return [] }
      p.append(place)
    }
    if let meets = meets(p, pen) { return meets }
    let found = p.isEmpty ? shape(pen) : fixed(p, pen) ?? circles(p, pen)
    return found.map { [$0] } ?? []
  }

  /// Common points of two loci; nil where the construction is none of these.
  private func meets<S: Scalar>(_ p: [Position<S>], _ pen: DiagramPen<S>) -> [[Position<S>]]? {
    func circle(_ o: Position<S>, _ on: Position<S>) -> Locus<S> {
      .circle(centre: o, squaredRadius: (on - o).square, on: on)
    }
    func line(_ a: Position<S>, _ u: Position<S>) -> Locus<S> { .line(through: a, along: u) }
    let loci: (Locus<S>, Locus<S>)
    switch name {
    case "intersection_ll": loci = (line(p[0], p[1] - p[0]), line(p[2], p[3] - p[2]))
    case "intersection_lp": loci = (line(p[0], p[1] - p[0]), line(p[2], p[4] - p[3]))
    case "intersection_lt": loci = (line(p[0], p[1] - p[0]), line(p[2], (p[4] - p[3]).turned))
    case "intersection_pp": loci = (line(p[0], p[2] - p[1]), line(p[3], p[5] - p[4]))
    case "intersection_tt":
      loci = (line(p[0], (p[2] - p[1]).turned), line(p[3], (p[5] - p[4]).turned))
    // The second common point: the mirror image of the first, so that no root is needed.
    case "intersection_lc":
      return pen.foot(p[1], p[0], p[2]).map { [[S(2) * $0 - p[2]]] } ?? []
    case "intersection_cc":
      return pen.foot(p[2], p[0], p[1]).map { [[S(2) * $0 - p[2]]] } ?? []
    case "tangent":
      let both = pen.meets(circle(pen.middle(p[0], p[1]), p[0]), circle(p[1], p[2]))
      return both.count == 2 ? [both, [both[1], both[0]]] : []
    default: return nil
    }
    return pen.meets(loci.0, loci.1).map { [$0] }
  }

  /// Shapes that no old point binds.
  private func shape<S: Scalar>(_ pen: DiagramPen<S>) -> [Position<S>]? {
    let (a, b) = (pen.randomPoint(), pen.randomPoint())
    let (u, v) = (b - a, (b - a).turned)
    let (s, t) = (pen.random(), pen.ratio())
    let one = S(1)
    switch name {
    case "free": return [a]
    case "segment": return [a, b]
    case "triangle", "acute_triangle": return [a, b, pen.randomPoint()]
    case "quadrangle": return [a, b, pen.randomPoint(), pen.randomPoint()]
    case "pentagon":
      return [a, b, pen.randomPoint(), pen.randomPoint(), pen.randomPoint()]
    case "r_triangle": return [a, b, a + t * v]
    case "iso_triangle", "iso_triangle0": return [a, b, a + pen.randomTurn() * u]
    case "ieq_triangle":
      return S(3).root.map { [a, b, pen.middle(a, b) + ((pen.coin() ? $0 : -$0) / S(2)) * v] }
    case "risos": return [a, b, pen.coin() ? a + v : a - v]
    case "triangle12": return [a, b, a + S(2) * (pen.randomTurn() * u)]
    case "rectangle": return [a, b, b + t * v, a + t * v]
    case "isquare": return pen.coin() ? [a, b, b + v, a + v] : [a, b, b - v, a - v]
    case "trapezoid":
      let d = pen.randomPoint()
      return [a, b, d + (one + t) * u, d]
    case "r_trapezoid": return [a, b, a + t * v + (one + s) * u, a + t * v]
    case "iso_trapezoid": return [a, b, b + t * v - s * u, a + t * v + s * u]
    case "eq_quadrangle":
      let c = pen.randomPoint()
      return [a, b, c, a + pen.randomTurn() * (c - b)]
    case "eqdia_quadrangle":
      let c = pen.randomPoint()
      return [a, b, c, b + pen.randomTurn() * (c - a)]
    default: return nil
    }
  }

  /// Points that the old ones determine, or leave one free choice.
  private func fixed<S: Scalar>(_ p: [Position<S>], _ pen: DiagramPen<S>) -> [Position<S>]? {
    let two = S(2)
    func inCentre(outer: Bool) -> Position<S>? {
      guard let atA = pen.bisector(p[1] - p[0], p[2] - p[0]),
        let inner = pen.bisector(p[0] - p[2], p[1] - p[2])
      else { return nil }
      return pen.meet(p[0], atA, p[2], outer ? inner.turned : inner)
    }
    func withFeet(_ i: Position<S>?) -> [Position<S>]? {
      guard let i, let x = pen.foot(i, p[1], p[2]), let y = pen.foot(i, p[2], p[0]),
        let z = pen.foot(i, p[0], p[1])
      else { return nil }
      return [x, y, z, i]
    }
    switch name {
    case "midpoint": return [pen.middle(p[0], p[1])]
    case "mirror": return [two * p[1] - p[0]]
    case "foot": return pen.foot(p[0], p[1], p[2]).map { [$0] }
    case "reflect": return pen.foot(p[0], p[1], p[2]).map { [two * $0 - p[0]] }
    case "circle", "circumcenter": return pen.circumcentre(p[0], p[1], p[2]).map { [$0] }
    case "orthocenter":
      return pen.circumcentre(p[0], p[1], p[2]).map { [p[0] + p[1] + p[2] - two * $0] }
    case "incenter": return inCentre(outer: false).map { [$0] }
    case "excenter": return inCentre(outer: true).map { [$0] }
    case "incenter2": return withFeet(inCentre(outer: false))
    case "excenter2": return withFeet(inCentre(outer: true))
    case "centroid":
      let middles = [pen.middle(p[1], p[2]), pen.middle(p[2], p[0]), pen.middle(p[0], p[1])]
      return middles + [(S(1) / S(3)) * (p[0] + p[1] + p[2])]
    case "ninepoints":
      let m = [pen.middle(p[1], p[2]), pen.middle(p[2], p[0]), pen.middle(p[0], p[1])]
      return pen.circumcentre(m[0], m[1], m[2]).map { m + [$0] }
    case "parallelogram": return [p[0] + p[2] - p[1]]
    case "square": return [p[1] + (p[0] - p[1]).turned, p[0] + (p[0] - p[1]).turned]
    case "psquare": return [p[0] + (p[1] - p[0]).turned]
    case "nsquare": return [p[0] - (p[1] - p[0]).turned]
    case "eq_triangle":
      return S(3).root.map {
        [pen.middle(p[0], p[1]) + ((pen.coin() ? $0 : -$0) / two) * (p[1] - p[0]).turned]
      }
    case "shift": return [p[0] + p[1] - p[2]]
    case "iso_trapezoid2":
      // The mirror image of c in the axis of ab.
      let u = p[1] - p[0]
      return pen.divide((p[2] - pen.middle(p[0], p[1])).dot(u), by: u.square, beside: S(0))
        .map { [p[2] - (two * $0) * u] }
    case "eqangle2":
      // A line through a at random; the angle fixes the line through c.
      let w = pen.randomPoint()
      return pen.meet(p[0], w, p[2], (p[1] - p[2]) * (p[1] - p[0]) * w.conjugate).map { [$0] }
    case "trisect": return pen.thirds(p[0], p[1], p[2])
    case "trisegment":
      let third = (S(1) / S(3)) * (p[1] - p[0])
      return [p[0] + third, p[1] - third]
    case "3peq":
      let z = p[1] + pen.random() * (p[2] - p[1])
      // The line ac turned about z by half a turn meets ab in x.
      guard let x = pen.meet(p[0], p[1] - p[0], two * z - p[0], p[2] - p[0]) else { return nil }
      return [x, two * z - x, z]
    case "simtri", "simtrir":
      let (u, v) = (p[1] - p[0], p[2] - p[0])
      let (s, t) = name == "simtri" ? (u, v) : (u.conjugate, v.conjugate)
      guard let inverse = pen.divide(S(1), by: s.square, beside: S(0)) else { return nil }
      return [p[3] + inverse * (t * s.conjugate * (p[4] - p[3]))]
    case "contri", "contrir":
      let (u, v) = (p[1] - p[0], p[2] - p[0])
      let turn = pen.randomTurn()
      return name == "contri"
        ? [p[3] + turn * u, p[3] + turn * v]
        : [p[3] + turn * u.conjugate, p[3] + turn * v.conjugate]
    default: return nil
    }
  }

  /// Points of circles that need the radius itself.
  private func circles<S: Scalar>(_ p: [Position<S>], _ pen: DiagramPen<S>) -> [Position<S>]? {
    switch name {
    case "cc_tangent0", "cc_tangent", "cc_itangent":
      guard let r = (p[1] - p[0]).square.root, let s = (p[3] - p[2]).square.root else { return nil }
      let axis = p[2] - p[0]
      let distance = axis.square
      let inner = name == "cc_itangent"
      let k = inner ? r + s : r - s
      guard let height = (distance - k * k).root, distance != S(0) else { return nil }
      let found = [height, -height].flatMap { h in
        let normal = (S(1) / distance) * (k * axis + h * axis.turned)
        return [p[0] + r * normal, inner ? p[2] - s * normal : p[2] + s * normal]
      }
      return name == "cc_tangent0" ? Array(found[0...1]) : found
    case "2l1c":
      // The centre is c + t w on the bisector; its distances to the lines and to the circle agree.
      let (o, c, u) = (p[3], p[2], p[0] - p[2])
      guard let w = pen.bisector(u, p[1] - c), let radius = (p[0] - o).square.root,
        let s = ((w.cross(u) * w.cross(u)) / u.square).root
      else { return nil }
      let (a, e) = (w.square - s * s, c - o)
      let half = w.dot(e) + radius * s
      let rest = e.square - radius * radius
      guard let root = (half * half - a * rest).root, !pen.vanishes(a, beside: w.square) else {
        return nil
      }
      let i = c + ((root - half) / a) * w
      guard let gap = (i - o).square.root, let share = pen.divide(radius, by: gap, beside: radius),
        let x = pen.foot(i, p[0], c), let y = pen.foot(i, p[1], c)
      else { return nil }
      return [x, y, o + share * (i - o), i]
    case "e5128":
      // y is the midpoint of ab, x the second point of line dy on the circle.
      let y = pen.middle(p[0], p[1])
      guard let middle = pen.foot(p[2], p[3], y) else { return nil }
      return [S(2) * middle - p[3], y]
    default: return nil
    }
  }
}

extension DiagramPen {
  /// The points of segment ac in which the thirds of the angle at b cut it: a cube root, by
  /// Newton's method. None in a field without order.
  func thirds(_ a: Position<S>, _ b: Position<S>, _ c: Position<S>) -> [Position<S>]? {
    let w = (a - b).conjugate * (c - b)
    guard w.x.approximation != nil, let size = w.square.root,
      let unit = divide(S(1), by: size, beside: S(0)).map({ $0 * w })
    else { return nil }
    var z = unit + Position(S(1), S(0))
    for _ in 0..<60 {
      let square = z * z
      guard let inverse = divide(S(1), by: square.square, beside: S(0)) else { return nil }
      z = (S(1) / S(3)) * (S(2) * z + inverse * (unit * square.conjugate))
    }
    guard let x = meet(b, (a - b) * z, a, c - a), let y = meet(b, (a - b) * z * z, a, c - a) else {
      return nil
    }
    return [x, y]
  }
}
