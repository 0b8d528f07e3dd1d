internal import Foundation

/// Where a construction with one degree of freedom puts its point.
enum Locus {
  case line(through: Vector, along: Vector)
  /// The half of a line that starts at `from`.
  case ray(from: Vector, along: Vector)
  /// Between the ends, away from both.
  case segment(Vector, Vector)
  case circle(center: Vector, radius: Double)

  /// The line that all but circles lie on.
  private var line: (through: Vector, along: Vector)? {
    switch self {
    case .line(let origin, let along), .ray(let origin, let along): (origin, along)
    case .segment(let a, let b): (a, b - a)
    case .circle: nil
    }
  }

  /// Whether a point of the line or circle is on the part that is meant.
  private func covers(_ point: Vector) -> Bool {
    switch self {
    case .line, .circle: true
    case .ray(let from, let along): (point - from).dot(along) > 0
    case .segment(let a, let b): (point - a).dot(point - b) < 0
    }
  }

  /// A point of it, near what is drawn already.
  func sample<R: RandomNumberGenerator>(near scale: Double, _ random: inout R) -> Vector {
    switch self {
    case .line(let through, let along):
      return through + (scale * Double.random(in: -1.5...1.5, using: &random)) * along.unit
    case .ray(let from, let along):
      return from + (scale * Double.random(in: 0.3...1.5, using: &random)) * along.unit
    case .segment(let a, let b):
      return a + Double.random(in: 0.15...0.85, using: &random) * (b - a)
    case .circle(let center, let radius):
      let angle = Double.random(in: 0..<(2 * .pi), using: &random)
      return center + radius * Vector(x: cos(angle), y: sin(angle))
    }
  }

  /// The common points of two loci: none, one or two.
  static func meet(_ first: Locus, _ second: Locus) -> [Vector] {
    let candidates: [Vector]
    switch (first, second) {
    case (.circle(let o, let r), .circle(let p, let s)):
      candidates = circles(o, r, p, s)
    case (.circle(let o, let r), _):
      guard let line = second.line else { return [] }
      candidates = circle(o, r, line.through, line.along)
    case (_, .circle(let o, let r)):
      guard let line = first.line else { return [] }
      candidates = circle(o, r, line.through, line.along)
    default:
      guard let a = first.line, let b = second.line else { return [] }
      let cross = a.along.cross(b.along)
      guard abs(cross) > 1e-9 * a.along.length * b.along.length else { return [] }
      candidates = [a.through + ((b.through - a.through).cross(b.along) / cross) * a.along]
    }
    return candidates.filter { first.covers($0) && second.covers($0) }
  }

  /// A tangent line counts as meeting once: near the tangent the two points are not told apart.
  private static func circle(
    _ o: Vector, _ r: Double, _ through: Vector, _ along: Vector
  ) -> [Vector] {
    let direction = along.unit
    let foot = through + (o - through).dot(direction) * direction
    let distance = (foot - o).length
    let squared = (r - distance) * (r + distance)
    if abs(squared) < 1e-9 * r * r { return [foot] }
    guard squared > 0 else { return [] }
    let half = squared.squareRoot() * direction
    return [foot + half, foot - half]
  }

  private static func circles(_ o: Vector, _ r: Double, _ p: Vector, _ s: Double) -> [Vector] {
    let between = p - o
    let d = between.length
    guard d > 1e-9 * max(r, s) else { return [] }
    let along = (d * d + r * r - s * s) / (2 * d)
    return circle(o, r, o + (along / d) * between, between.turned)
  }
}
