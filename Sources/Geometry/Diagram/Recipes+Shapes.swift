internal import Foundation

extension Recipes {
  /// A free shape in a pose of its own; nil for names of other constructions.
  static func shape<R: RandomNumberGenerator>(_ name: String, _ random: inout R) -> [Vector]? {
    func between(_ low: Double, _ high: Double) -> Double {
      Double.random(in: low...high, using: &random)
    }
    func point(_ x: Double, _ y: Double) -> Vector { Vector(x: x, y: y) }
    func polar(_ radius: Double, _ turns: Double) -> Vector {
      point(radius * cos(turns * .pi), radius * sin(turns * .pi))
    }
    switch name {
    case "free": return [point(between(-1, 1), between(-1, 1))]
    case "segment":
      return [point(between(-1, 0), between(-1, 1)), point(between(0.2, 1), between(-1, 1))]
    case "triangle": return [point(0, 0), point(1, 0), polar(between(0.5, 2), between(0.2, 0.8))]
    case "acute_triangle":
      let (first, second) = (between(0.2, 0.46), between(0.2, 0.46))
      let ratio = sin(second * .pi) / sin((first + second) * .pi)
      guard first + second > 0.54 else { return shape(name, &random) }
      return [point(0, 0), point(1, 0), polar(ratio, first)]
    case "r_triangle": return [point(0, 0), point(0, between(0.5, 2)), point(between(0.5, 2), 0)]
    case "iso_triangle", "iso_triangle0":
      let (base, height) = (between(0.5, 1.5), between(0.5, 1.5))
      return [point(0, height), point(-base / 2, 0), point(base / 2, 0)]
    case "ieq_triangle": return [point(0, 0), point(1, 0), polar(1, 1.0 / 3)]
    case "risos": return [point(0, 0), point(0, 1), point(1, 0)]
    case "triangle12":
      let side = between(1.5, 2.5)
      let x = (1 - 4 + side * side) / (2 * side)
      return [point(x, (1 - x * x).squareRoot()), point(0, 0), point(side, 0)]
    case "quadrangle":
      return [
        point(0, 0), point(1, 0), polar(between(0.9, 1.6), between(0.15, 0.3)),
        polar(between(0.5, 1.3), between(0.4, 0.65)),
      ]
    case "pentagon":
      return (0..<5).map { index in
        polar(between(0.8, 1.2), (Double(index) + between(-0.25, 0.25)) * 0.4)
      }
    case "rectangle":
      let height = between(0.4, 0.9) * (Bool.random(using: &random) ? 1 : 2)
      return [point(0, 0), point(1, 0), point(1, height), point(0, height)]
    case "isquare": return [point(0, 0), point(1, 0), point(1, 1), point(0, 1)]
    case "trapezoid":
      let (x, y, width) = (between(-0.3, 0.6), between(0.4, 1.2), between(0.4, 0.8))
      return [point(0, 0), point(1.3, 0), point(x + width, y), point(x, y)]
    case "r_trapezoid":
      let (y, width) = (between(0.5, 1.5), between(0.3, 0.8))
      return [point(0, 0), point(1, 0), point(width, y), point(0, y)]
    case "iso_trapezoid":
      let (base, top, height) = (between(1, 1.5), between(0.4, 0.9), between(0.5, 1.2))
      return [
        point(-base / 2, 0), point(base / 2, 0), point(top / 2, height), point(-top / 2, height),
      ]
    case "eq_quadrangle":
      let side = between(0.5, 1.2)
      return [
        point(0, 0), point(1, 0), point(1, 0) + polar(side, between(0.3, 0.5)),
        polar(side, between(0.51, 0.7)),
      ]
    case "eqdia_quadrangle":
      let (m, n) = (between(0.3, 0.7), between(0.3, 0.7))
      let (near, far) = (polar(m, between(0.3, 0.7)), polar(1 - m, 0))
      let along = near.unit
      return [point(-n, 0), -(m * along), point(1 - n, 0), far.length * along]
    default: return nil
    }
  }

  /// The shape turned, perhaps flipped, scaled and shifted at random.
  static func pose<R: RandomNumberGenerator>(_ points: [Vector], _ random: inout R) -> [Vector] {
    guard points.count > 1 else { return points }
    let angle = Double.random(in: 0..<(2 * .pi), using: &random)
    let scale = Double.random(in: 0.5...2, using: &random)
    let shift = Vector(
      x: Double.random(in: -1...1, using: &random), y: Double.random(in: -1...1, using: &random))
    let isFlipped = Bool.random(using: &random)
    return points.map { point in
      let flipped = isFlipped ? Vector(x: point.x, y: -point.y) : point
      return scale * flipped.rotated(by: angle) + shift
    }
  }

  /// Constructions with a choice of their own.
  static func special<R: RandomNumberGenerator>(
    _ name: String, _ p: [Vector], _ number: Double, _ random: inout R
  ) -> [Vector]? {
    switch name {
    case "tangent":
      let circle = Locus.circle(center: p[1], radius: (p[2] - p[1]).length)
      let meets = Locus.meet(
        circle, .circle(center: 0.5 * (p[0] + p[1]), radius: (p[1] - p[0]).length / 2))
      guard meets.count == 2 else { return nil }
      return Bool.random(using: &random) ? meets : meets.reversed()
    case "cc_tangent0", "cc_tangent", "cc_itangent":
      let outer = tangents(
        p[0], (p[1] - p[0]).length, p[2], (p[3] - p[2]).length,
        sign: name == "cc_itangent" ? -1 : 1)
      guard let outer else { return nil }
      return name == "cc_tangent0" ? Array(outer.prefix(2)) : outer
    case "eqangle2":
      let (a, b, c) = (p[0], p[1], p[2])
      let (ba, bc) = ((a - b).length, (c - b).length)
      // Triangles ABE and CBY are similar, so the lines AE and CY see B alike.
      let be = bc * Double.random(in: 0.2...1.6, using: &random)
      let e = b + (be / bc) * (c - b)
      let y = b + (be * bc / (ba * ba)) * (a - b)
      return Locus.meet(line(c, y), line(a, e)).first.map { [$0] }
    case "eq_triangle":
      let turn = Bool.random(using: &random) ? Double.pi / 3 : -Double.pi / 3
      return [p[0] + (p[1] - p[0]).rotated(by: turn)]
    case "simtri": return similar(p, reversed: false).map { [$0] }
    case "simtrir": return similar(p, reversed: true).map { [$0] }
    case "contri", "contrir":
      let angle = Double.random(in: 0..<(2 * .pi), using: &random)
      let q = p[3] + (p[1] - p[0]).length * Vector(x: cos(angle), y: sin(angle))
      return similar(p + [q], reversed: name == "contrir").map { [q, $0] }
    case "2l1c":
      let (a, b, c, o) = (p[0], p[1], p[2], p[3])
      let along = ((a - c).unit + (b - c).unit).unit
      let sine = abs(along.cross((a - c).unit))
      let radius = (a - o).length
      // |c - o + t u| = R - t sine: tangent from inside.
      let w = c - o
      let (k2, k1, k0) = (
        1 - sine * sine, 2 * (w.dot(along) + radius * sine), w.squared - radius * radius
      )
      let root = k1 * k1 - 4 * k2 * k0
      guard root >= 0 else { return nil }
      let t = [1.0, -1.0].map { (-k1 + $0 * root.squareRoot()) / (2 * k2) }
        .first { $0 > 1e-6 && $0 * sine < radius }
      guard let t else { return nil }
      let i = c + t * along
      return [foot(i, a, c), foot(i, b, c), o + radius * (i - o).unit, i]
    case "3peq":
      let (a, b, c) = (p[0], p[1], p[2])
      let z = b + Double.random(in: 0.2...0.8, using: &random) * (c - b)
      let (u, v, w) = (b - a, c - a, 2 * (z - a))
      let area = u.cross(v)
      guard abs(area) > 1e-9 else { return nil }
      let (s, t) = (w.cross(v) / area, u.cross(w) / area)
      return [a + s * u, a + t * v, z]
    case "e5128":
      let (a, b, c, d) = (p[0], p[1], p[2], p[3])
      let y = 0.5 * (a + b)
      let meets = Locus.meet(line(d, y), .circle(center: c, radius: (b - c).length))
      guard let x = meets.max(by: { ($0 - d).length < ($1 - d).length }) else { return nil }
      return [x, y]
    default: return nil
    }
  }

  /// The image of c when a, b go to the last two points.
  private static func similar(_ p: [Vector], reversed: Bool) -> Vector? {
    let (a, b, c, u, v) = (p[0], p[1], p[2], p[3], p[4])
    let base = b - a
    guard base.squared > 0 else { return nil }
    let x = (c - a).dot(base) / base.squared
    let y = base.cross(c - a) / base.squared
    let image = v - u
    return u + x * image + (reversed ? -y : y) * image.turned
  }

  /// Touching points of both common tangents: x on the first circle, y on the second, then z and i.
  private static func tangents(
    _ o: Vector, _ r: Double, _ w: Vector, _ s: Double, sign: Double
  ) -> [Vector]? {
    let between = w - o
    let d = between.length
    let cosine = (r - sign * s) / d
    guard abs(cosine) < 1 else { return nil }
    let angle = acos(cosine)
    return [angle, -angle].flatMap { turn -> [Vector] in
      let normal = between.unit.rotated(by: turn)
      return [o + r * normal, w + (sign * s) * normal]
    }
  }
}
