internal import Foundation

/// SVG elements in a square of 600 units, y upwards.
struct Canvas {
  private static let side = 600.0
  private static let border = 40.0
  private let scale: Double
  private let middle: Vector
  private var elements: [String] = []

  /// All points lie inside; circles too, unless that would make the points small.
  init(_ points: [Vector], circles: [(center: Vector, radius: Double)]) {
    var xs = points.map(\.x)
    var ys = points.map(\.y)
    let reach = max(
      (xs.max() ?? 1) - (xs.min() ?? 0), (ys.max() ?? 1) - (ys.min() ?? 0))
    for (center, radius) in circles where radius < 0.75 * reach {
      xs += [center.x - radius, center.x + radius]
      ys += [center.y - radius, center.y + radius]
    }
    let low = Vector(x: xs.min() ?? 0, y: ys.min() ?? 0)
    let high = Vector(x: xs.max() ?? 1, y: ys.max() ?? 1)
    let extent = max(high.x - low.x, high.y - low.y, 1e-9)
    scale = (Self.side - 2 * Self.border) / extent
    middle = 0.5 * (low + high)
  }

  private func place(_ p: Vector) -> Vector {
    Vector(
      x: Self.side / 2 + scale * (p.x - middle.x), y: Self.side / 2 - scale * (p.y - middle.y))
  }

  private func number(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }

  mutating func segment(_ a: Vector, _ b: Vector, _ color: String, dashed: Bool) {
    line(place(a), place(b), color, dashed: dashed)
  }

  private mutating func line(
    _ a: Vector, _ b: Vector, _ color: String, dashed: Bool = false, width: Double = 1.4
  ) {
    elements.append(
      "<line x1=\"\(number(a.x))\" y1=\"\(number(a.y))\" x2=\"\(number(b.x))\" y2=\"\(number(b.y))\" "
        + "stroke=\"\(color)\" stroke-width=\"\(number(width))\""
        + (dashed ? " stroke-dasharray=\"5 4\"" : "") + "/>")
  }

  mutating func circle(_ center: Vector, _ radius: Double, _ color: String) {
    let c = place(center)
    guard radius * scale < 20 * Self.side else { return }
    elements.append(
      "<circle cx=\"\(number(c.x))\" cy=\"\(number(c.y))\" r=\"\(number(radius * scale))\" fill=\"none\" "
        + "stroke=\"\(color)\" stroke-width=\"1\"/>")
  }

  mutating func ticks(_ a: Vector, _ b: Vector, _ count: Int) {
    let (u, v) = (place(a), place(b))
    let along = (v - u).unit
    for index in 0..<count {
      let at = 0.5 * (u + v) + (4 * (Double(index) - Double(count - 1) / 2)) * along
      line(at + 5 * along.turned, at - 5 * along.turned, "#2b6cb0", width: 1.6)
    }
  }

  mutating func arcs(_ o: Vector, _ a: Vector, _ b: Vector, _ count: Int) {
    let corner = place(o)
    let (u, v) = ((place(a) - corner).unit, (place(b) - corner).unit)
    for index in 0..<count {
      let radius = 20 + 4 * Double(index)
      let (p, q) = (corner + radius * u, corner + radius * v)
      elements.append(
        "<path d=\"M \(number(p.x)) \(number(p.y)) A \(number(radius)) \(number(radius)) 0 0 "
          + "\(u.cross(v) > 0 ? 1 : 0) \(number(q.x)) \(number(q.y))\" fill=\"none\" "
          + "stroke=\"#2b6cb0\" stroke-width=\"1.4\"/>")
    }
  }

  mutating func rightAngle(_ corner: Vector, _ a: Vector, _ b: Vector) {
    let c = place(corner)
    let (u, v) = (8 * (place(a) - c).unit, 8 * (place(b) - c).unit)
    line(c + u, c + u + v, "#718096", width: 1)
    line(c + v, c + u + v, "#718096", width: 1)
  }

  mutating func point(_ p: Vector, _ name: String, _ color: String) {
    let at = place(p)
    elements.append(
      "<circle cx=\"\(number(at.x))\" cy=\"\(number(at.y))\" r=\"3\" fill=\"\(color)\"/>")
    let escaped = name.replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;")
    // Away from the middle, where fewer lines run.
    let outward = at - Vector(x: Self.side / 2, y: Self.side / 2)
    let offset = outward.length > 1 ? 13 * outward.unit : Vector(x: 9, y: -9)
    elements.append(
      "<text x=\"\(number(at.x + offset.x))\" y=\"\(number(at.y + offset.y + 5))\" "
        + "text-anchor=\"middle\" font-size=\"15\" font-family=\"serif\" font-style=\"italic\" "
        + "fill=\"\(color)\">\(escaped)</text>")
  }

  func text(title: String) -> String {
    let side = number(Self.side)
    let escaped = title.replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(side)" height="\(side)" viewBox="0 0 \(side) \(side)">
      <title>\(escaped)</title>
      <rect width="\(side)" height="\(side)" fill="white"/>
      \(elements.joined(separator: "\n"))
      </svg>

      """
  }
}
