internal import Foundation

/// A point or a direction of the plane.
package struct Vector: Sendable, Equatable {
  /// To the right, in the diagram's own units.
  package var x: Double
  /// Upwards, in the diagram's own units.
  package var y: Double

  /// With these coordinates.
  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  static func + (a: Vector, b: Vector) -> Vector { Vector(x: a.x + b.x, y: a.y + b.y) }
  static func - (a: Vector, b: Vector) -> Vector { Vector(x: a.x - b.x, y: a.y - b.y) }
  static func * (a: Double, b: Vector) -> Vector { Vector(x: a * b.x, y: a * b.y) }
  static prefix func - (a: Vector) -> Vector { Vector(x: -a.x, y: -a.y) }

  func dot(_ other: Vector) -> Double { x * other.x + y * other.y }
  func cross(_ other: Vector) -> Double { x * other.y - y * other.x }
  var length: Double { (x * x + y * y).squareRoot() }
  var squared: Double { x * x + y * y }
  var unit: Vector { (1 / length) * self }
  /// A quarter turn counter-clockwise.
  var turned: Vector { Vector(x: -y, y: x) }

  func rotated(by angle: Double) -> Vector {
    let (c, s) = (cos(angle), sin(angle))
    return Vector(x: c * x - s * y, y: s * x + c * y)
  }

  /// The angle from the x axis, in (-pi, pi].
  var angle: Double { atan2(y, x) }

  /// The direction of the line, in turns of pi, in [0, 1).
  var direction: Double {
    let turns = atan2(y, x) / .pi
    let value = turns < 0 ? turns + 1 : turns
    return value >= 1 ? value - 1 : value
  }
}
