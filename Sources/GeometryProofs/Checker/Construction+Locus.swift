internal import Exact

extension Construction {
  /// The locus of a construction that leaves one degree of freedom, from the points drawn so far;
  /// nil where they are degenerate or the field has no such number.
  func locus<S: Scalar>(_ at: [Position<S>?], _ pen: DiagramPen<S>) -> Locus<S>? {
    // The old points, in the table's order, without the clause's own.
    var old: [Position<S>] = []
    for (argument, parameter) in zip(arguments, entry.parameters) where parameter == .point {
      guard case .point(let point) = argument, let place = at[point] else { return nil }
      old.append(place)
    }
    /// The old point with this letter's position in the list.
    let p = old
    func line(_ through: Position<S>, _ along: Position<S>) -> Locus<S>? {
      along == Position(S(0), S(0)) ? nil : .line(through: through, along: along)
    }
    func circle(_ centre: Position<S>, through on: Position<S>) -> Locus<S> {
      .circle(centre: centre, squaredRadius: (on - centre).square, on: on)
    }
    func axis(_ a: Position<S>, _ b: Position<S>) -> Locus<S>? {
      line(pen.middle(a, b), (b - a).turned)
    }
    /// Points X with |XA|² = k |XB|².
    func apollonius(_ a: Position<S>, _ b: Position<S>, _ k: S) -> Locus<S>? {
      let rest = S(1) - k
      if pen.vanishes(rest, beside: S(1)) { return rest == S(0) ? axis(a, b) : nil }
      let centre = (S(1) / rest) * (a - k * b)
      return .circle(
        centre: centre, squaredRadius: k * (a - b).square / (rest * rest), on: nil)
    }
    /// Points X with the angle of w from XA to XB.
    func arc(_ a: Position<S>, _ b: Position<S>, _ w: Position<S>) -> Locus<S>? {
      guard let cotangent = pen.divide(w.x, by: w.y, beside: w.x) else { return nil }
      return circle(
        pen.middle(a, b) + (cotangent / S(2)) * (b - a).turned, through: a)
    }
    func turn() -> Position<S>? {
      number.flatMap { S.cosineAndSine($0) }.map { Position($0.cosine, $0.sine) }
    }
    let value = number.map { S($0) } ?? S(1)
    switch name {
    case "on_line", "between", "between_bound", "on_opline": return line(p[0], p[1] - p[0])
    case "on_pline", "on_pline0": return line(p[0], p[2] - p[1])
    case "on_tline": return line(p[0], (p[2] - p[1]).turned)
    case "lc_tangent": return line(p[0], (p[1] - p[0]).turned)
    case "on_bline", "iso_triangle_vertex", "iso_triangle_vertex_angle": return axis(p[0], p[1])
    case "on_circle": return circle(p[0], through: p[1])
    case "on_circum": return pen.circumcentre(p[0], p[1], p[2]).map { circle($0, through: p[0]) }
    case "on_dia": return circle(pen.middle(p[0], p[1]), through: p[0])
    case "eqdistance":
      return .circle(centre: p[0], squaredRadius: (p[2] - p[1]).square, on: nil)
    case "angle_bisector":
      return pen.bisector(p[0] - p[1], p[2] - p[1]).flatMap { line(p[1], $0) }
    case "angle_mirror":
      let axis = p[2] - p[1]
      return line(p[1], axis * axis * (p[0] - p[1]).conjugate)
    case "on_aline":
      // d(ax) = d(ab) + d(dc) - d(de)
      return line(p[0], (p[1] - p[0]) * (p[2] - p[3]) * (p[4] - p[3]).conjugate)
    case "on_aline0":
      // d(gx) = d(ef) + d(cd) - d(ab)
      return line(p[6], (p[5] - p[4]) * (p[3] - p[2]) * (p[1] - p[0]).conjugate)
    case "on_aline2": return arc(p[0], p[1], (p[4] - p[3]) * (p[2] - p[3]).conjugate)
    case "eqangle3": return arc(p[0], p[1], (p[4] - p[2]) * (p[3] - p[2]).conjugate)
    case "s_angle": return turn().flatMap { line(p[1], (p[0] - p[1]) * $0) }
    case "aconst": return turn().flatMap { line(p[2], (p[1] - p[0]) * $0) }
    case "rconst", "r2const":
      let k = name == "rconst" ? value * value : value
      return .circle(centre: p[2], squaredRadius: (p[1] - p[0]).square / k, on: nil)
    case "rconst2": return apollonius(p[0], p[1], value * value)
    case "lconst": return .circle(centre: p[0], squaredRadius: value * value, on: nil)
    case "l2const": return .circle(centre: p[0], squaredRadius: value, on: nil)
    case "eqratio":
      guard
        let k = pen.divide(
          (p[3] - p[2]).square * (p[5] - p[4]).square, by: (p[1] - p[0]).square, beside: S(0))
      else { return nil }
      return .circle(centre: p[6], squaredRadius: k, on: nil)
    case "eqratio6":
      guard
        let k = pen.divide((p[3] - p[2]).square, by: (p[5] - p[4]).square, beside: S(0))
      else { return nil }
      return apollonius(p[0], p[1], k)
    default: return nil
    }
  }
}

extension DiagramPen {
  func middle(_ a: Position<S>, _ b: Position<S>) -> Position<S> { (S(1) / S(2)) * (a + b) }

  /// The foot of the perpendicular from `a` to the line `bc`.
  func foot(_ a: Position<S>, _ b: Position<S>, _ c: Position<S>) -> Position<S>? {
    let u = c - b
    return divide((a - b).dot(u), by: u.square, beside: S(0)).map { b + $0 * u }
  }

  func circumcentre(_ a: Position<S>, _ b: Position<S>, _ c: Position<S>) -> Position<S>? {
    meets(
      .line(through: middle(a, b), along: (b - a).turned),
      .line(through: middle(a, c), along: (c - a).turned)
    ).first
  }

  /// The direction that halves the angle of two vectors: the inner one where there is an order,
  /// either one in a field.
  func bisector(_ u: Position<S>, _ v: Position<S>) -> Position<S>? {
    guard let product = (u.square * v.square).root else { return nil }
    return product * u + u.square * v
  }

  func meet(
    _ p: Position<S>, _ u: Position<S>, _ q: Position<S>, _ v: Position<S>
  ) -> Position<S>? {
    meets(.line(through: p, along: u), .line(through: q, along: v)).first
  }
}
