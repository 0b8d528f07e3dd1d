internal import Foundation
internal import GeometryProofs

/// Where each construction puts its points: the engine's drawing of the construction table.
///
/// `P` are the coordinates of the old points among a construction's arguments, in order.
enum Recipes {
  enum Placement {
    case locus(Locus)
    case points([Vector])
    /// The arguments do not allow it (parallel lines, a circle out of reach).
    case impossible
  }

  /// - Parameters:
  ///   - p: the old points of the construction, in order.
  ///   - number: its number (angles in half turns).
  static func place<R: RandomNumberGenerator>(
    _ name: String, _ p: [Vector], number: Double, _ random: inout R
  ) -> Placement {
    if let locus = locus(name, p, number) { return .locus(locus) }
    if let points = fixed(name, p) {
      return points.allSatisfy({ $0.x.isFinite && $0.y.isFinite })
        ? .points(points) : .impossible
    }
    if let points = shape(name, &random) { return .points(pose(points, &random)) }
    return special(name, p, number, &random).map { .points($0) } ?? .impossible
  }

  // MARK: One degree of freedom

  private static func locus(_ name: String, _ p: [Vector], _ number: Double) -> Locus? {
    switch name {
    case "on_line": return .line(through: p[0], along: p[1] - p[0])
    case "on_pline", "on_pline0": return .line(through: p[0], along: p[2] - p[1])
    case "on_tline": return .line(through: p[0], along: (p[2] - p[1]).turned)
    case "on_bline", "iso_triangle_vertex", "iso_triangle_vertex_angle":
      return mediator(p[0], p[1])
    case "on_circle": return .circle(center: p[0], radius: (p[1] - p[0]).length)
    case "on_circum":
      let center = circumcenter(p[0], p[1], p[2])
      return .circle(center: center, radius: (center - p[0]).length)
    case "on_dia": return .circle(center: 0.5 * (p[0] + p[1]), radius: (p[1] - p[0]).length / 2)
    case "eqdistance": return .circle(center: p[0], radius: (p[2] - p[1]).length)
    case "angle_bisector":
      return .ray(from: p[1], along: (p[0] - p[1]).unit + (p[2] - p[1]).unit)
    case "angle_mirror":
      return .ray(from: p[1], along: mirrored(p[0], over: p[1], p[2]) - p[1])
    case "on_aline":
      let turn = (p[2] - p[3]).angle - (p[4] - p[3]).angle
      return .line(through: p[0], along: (p[1] - p[0]).rotated(by: turn))
    case "on_aline0":
      let turn = (p[3] - p[2]).angle - (p[1] - p[0]).angle
      return .line(through: p[6], along: (p[5] - p[4]).rotated(by: turn))
    case "on_aline2":
      return seeing(p[0], p[1], under: (p[4] - p[3]).angle - (p[2] - p[3]).angle)
    case "eqangle3":
      return seeing(p[0], p[1], under: (p[4] - p[2]).angle - (p[3] - p[2]).angle)
    case "lc_tangent": return .line(through: p[0], along: (p[1] - p[0]).turned)
    case "s_angle": return .ray(from: p[1], along: (p[0] - p[1]).rotated(by: number * .pi))
    case "aconst": return .line(through: p[2], along: (p[1] - p[0]).rotated(by: number * .pi))
    case "rconst": return .circle(center: p[2], radius: (p[1] - p[0]).length / number)
    case "r2const":
      return .circle(center: p[2], radius: (p[1] - p[0]).length / number.squareRoot())
    case "rconst2": return apollonius(p[0], p[1], number)
    case "lconst": return .circle(center: p[0], radius: number)
    case "l2const": return .circle(center: p[0], radius: number.squareRoot())
    case "eqratio":
      let radius = (p[5] - p[4]).length * (p[3] - p[2]).length / (p[1] - p[0]).length
      return .circle(center: p[6], radius: radius)
    case "eqratio6":
      return apollonius(p[0], p[1], (p[3] - p[2]).length / (p[5] - p[4]).length)
    case "on_opline": return .ray(from: p[0], along: p[0] - p[1])
    case "between", "between_bound": return .segment(p[0], p[1])
    default: return nil
    }
  }

  private static func mediator(_ a: Vector, _ b: Vector) -> Locus {
    .line(through: 0.5 * (a + b), along: (b - a).turned)
  }

  /// The circle of points x with d(xb) - d(xa) = angle: b is a turned twice the angle about its
  /// centre.
  private static func seeing(_ a: Vector, _ b: Vector, under angle: Double) -> Locus {
    let (c, s) = (cos(2 * angle), sin(2 * angle))
    let turned = Vector(x: c * a.x - s * a.y, y: s * a.x + c * a.y)
    let numerator = b - turned
    // Divided by 1 - e^(2 i angle).
    let norm = (1 - c) * (1 - c) + s * s
    let center = Vector(
      x: (numerator.x * (1 - c) - numerator.y * s) / norm,
      y: (numerator.y * (1 - c) + numerator.x * s) / norm)
    return .circle(center: center, radius: (center - a).length)
  }

  /// The points x with |xa| = ratio |xb|.
  private static func apollonius(_ a: Vector, _ b: Vector, _ ratio: Double) -> Locus {
    let q = ratio * ratio
    if abs(1 - q) < 1e-9 { return mediator(a, b) }
    let center = (1 / (1 - q)) * (a - q * b)
    return .circle(center: center, radius: ratio * (b - a).length / abs(1 - q))
  }

  // MARK: No freedom

  private static func fixed(_ name: String, _ p: [Vector]) -> [Vector]? {
    switch name {
    case "midpoint": return [0.5 * (p[0] + p[1])]
    case "mirror": return [2 * p[1] - p[0]]
    case "foot": return [foot(p[0], p[1], p[2])]
    case "reflect": return [mirrored(p[0], over: p[1], p[2])]
    case "circle", "circumcenter": return [circumcenter(p[0], p[1], p[2])]
    case "orthocenter":
      let o = circumcenter(p[0], p[1], p[2])
      return [p[0] + p[1] + p[2] - 2 * o]
    case "incenter": return [tritangent(p[0], p[1], p[2], 1)]
    case "excenter": return [tritangent(p[0], p[1], p[2], -1)]
    case "incenter2", "excenter2":
      let i = tritangent(p[0], p[1], p[2], name == "incenter2" ? 1 : -1)
      return [foot(i, p[1], p[2]), foot(i, p[2], p[0]), foot(i, p[0], p[1]), i]
    case "centroid", "ninepoints":
      let m = [0.5 * (p[1] + p[2]), 0.5 * (p[2] + p[0]), 0.5 * (p[0] + p[1])]
      let center =
        name == "centroid"
        ? (1.0 / 3) * (p[0] + p[1] + p[2]) : circumcenter(m[0], m[1], m[2])
      return m + [center]
    case "parallelogram": return [p[0] + p[2] - p[1]]
    case "square": return [p[1] + (p[1] - p[0]).turned, p[0] + (p[1] - p[0]).turned]
    case "psquare": return [p[0] + (p[1] - p[0]).turned]
    case "nsquare": return [p[0] - (p[1] - p[0]).turned]
    case "shift": return [p[0] + p[1] - p[2]]
    case "iso_trapezoid2":
      let middle = 0.5 * (p[0] + p[1])
      return [mirrored(p[2], over: middle, middle + (p[1] - p[0]).turned)]
    case "intersection_ll": return only(line(p[0], p[1]), line(p[2], p[3]))
    case "intersection_lp":
      return only(line(p[0], p[1]), .line(through: p[2], along: p[4] - p[3]))
    case "intersection_lt":
      return only(line(p[0], p[1]), .line(through: p[2], along: (p[4] - p[3]).turned))
    case "intersection_pp":
      return only(
        .line(through: p[0], along: p[2] - p[1]), .line(through: p[3], along: p[5] - p[4]))
    case "intersection_tt":
      return only(
        .line(through: p[0], along: (p[2] - p[1]).turned),
        .line(through: p[3], along: (p[5] - p[4]).turned))
    case "intersection_lc":
      // The second meet of line ba with the circle round o through b: b mirrored in the foot.
      return [2 * foot(p[1], p[0], p[2]) - p[2]]
    case "intersection_cc": return [mirrored(p[2], over: p[0], p[1])]
    case "trisegment":
      return [(1.0 / 3) * (2 * p[0] + p[1]), (1.0 / 3) * (p[0] + 2 * p[1])]
    case "trisect":
      let (u, v) = (p[0] - p[1], p[2] - p[1])
      let step = atan2(u.cross(v), u.dot(v)) / 3
      return [1.0, 2.0].flatMap { count in
        only(
          .line(through: p[1], along: u.rotated(by: step * count)), line(p[0], p[2]))
      }
    default: return nil
    }
  }

  static func line(_ a: Vector, _ b: Vector) -> Locus { .line(through: a, along: b - a) }

  private static func only(_ a: Locus, _ b: Locus) -> [Vector] {
    let meets = Locus.meet(a, b)
    return meets.isEmpty ? [Vector(x: .nan, y: .nan)] : meets
  }

  static func foot(_ p: Vector, _ a: Vector, _ b: Vector) -> Vector {
    let along = b - a
    return a + ((p - a).dot(along) / along.squared) * along
  }

  static func mirrored(_ p: Vector, over a: Vector, _ b: Vector) -> Vector {
    2 * foot(p, a, b) - p
  }

  static func circumcenter(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
    let (u, v) = (b - a, c - a)
    let area = 2 * u.cross(v)
    return a
      + Vector(
        x: (v.y * u.squared - u.y * v.squared) / area,
        y: (u.x * v.squared - v.x * u.squared) / area)
  }

  /// The incentre, or with sign -1 the excentre opposite a.
  static func tritangent(_ a: Vector, _ b: Vector, _ c: Vector, _ sign: Double) -> Vector {
    let (x, y, z) = (sign * (c - b).length, (a - c).length, (b - a).length)
    return (1 / (x + y + z)) * (x * a + y * b + z * c)
  }
}
