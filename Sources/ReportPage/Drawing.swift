internal import Foundation
internal import Statistics

/// A number of an SVG attribute: at most two decimals, no trailing zeros.
func svg(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  var text = String(format: "%.2f", value)
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text == "-0" ? "0" : text
}

/// A mark of an arm's shape: circle, square, triangle, diamond, ring.
func mark(_ style: ArmStyle, x: Double, y: Double, size: Double, faint: Bool = false) -> HTML {
  let name = "mark \(style.name)" + (faint ? " faint" : "")
  func polygon(_ points: [(Double, Double)]) -> HTML {
    .leaf(
      "polygon",
      [
        "class": name,
        "points": points.map { svg(x + $0.0 * size) + "," + svg(y + $0.1 * size) }
          .joined(separator: " "),
      ])
  }
  switch style.shape {
  case 1: return polygon([(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)])
  case 2: return .leaf("circle", ["class": name, "cx": svg(x), "cy": svg(y), "r": svg(size)])
  case 3: return polygon([(0, -1.25), (1.1, 0), (0, 1.25), (-1.1, 0)])
  case 4:
    return .leaf("circle", ["class": "ring", "cx": svg(x), "cy": svg(y), "r": svg(size * 0.8)])
  case 7: return polygon([(0, 1.15), (1.1, -0.85), (-1.1, -0.85)])
  case 8: return polygon([(-1.1, -0.6), (1.1, -0.6), (1.1, 0.6), (-1.1, 0.6)])
  case 9: return polygon([(-0.6, -1.1), (0.6, -1.1), (0.6, 1.1), (-0.6, 1.1)])
  case 11: return polygon([(1.1, -1.1), (-1.1, 0), (1.1, 1.1)])
  case 10: return polygon([(-1.1, -1.1), (1.1, 0), (-1.1, 1.1)])
  default: return polygon([(0, -1.15), (1.1, 0.85), (-1.1, 0.85)])
  }
}

func line(_ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> HTML {
  .leaf(
    "line", ["class": name, "x1": svg(x1), "y1": svg(y1), "x2": svg(x2), "y2": svg(y2)])
}

func path(_ name: String, _ points: [(x: Double, y: Double)], closed: Bool = false) -> HTML {
  let text = points.enumerated().map {
    ($0.offset == 0 ? "M" : "L") + svg($0.element.x) + " " + svg($0.element.y)
  }.joined(separator: "")
  return .leaf("path", ["class": name, "d": text + (closed ? "Z" : "")])
}

/// - Parameter anchor: `start`, `middle` or `end`.
func label(_ name: String, _ x: Double, _ y: Double, _ text: String, anchor: String = "start")
  -> HTML
{
  .element("text", ["class": name, "x": svg(x), "y": svg(y), "text-anchor": anchor]) {
    HTML.text(text)
  }
}

/// A drawing that scales with the page. `title` is read by screen readers.
func drawing(width: Double, height: Double, title: String, @HTMLBuilder _ content: () -> HTML)
  -> HTML
{
  .element(
    "svg",
    [
      "viewBox": "0 0 \(svg(width)) \(svg(height))", "role": "img", "aria-label": title,
      "class": "chart",
    ], content)
}

/// Maps values to positions, linear or logarithmic, with round ticks.
struct Scale {
  let low: Double
  let high: Double
  let from: Double
  let to: Double
  let isLogarithmic: Bool

  /// - Parameters:
  ///   - values: values that must fit; a little room is added.
  ///   - zero: whether 0 must be on the axis.
  ///   - padding: room on a logarithmic axis, as a share of its length.
  init(
    _ values: [Double], from: Double, to: Double, zero: Bool = false, logarithmic: Bool = false,
    padding: Double = 0
  ) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if logarithmic {
      low = max(low, 1e-12)
      high = max(high, low * 1.0001)
      let room = pow(high / low, padding)
      low /= room
      high *= room
    } else {
      if zero {
        low = min(low, 0)
        high = max(high, 0)
      }
      if high - low < 1e-12 {
        low -= 0.5 * max(abs(low), 1e-3)
        high += 0.5 * max(abs(high), 1e-3)
      }
      let room = (high - low) * 0.06
      low -= low == 0 && zero ? 0 : room
      high += high == 0 && zero ? 0 : room
    }
    self.low = low
    self.high = high
    self.from = from
    self.to = to
    isLogarithmic = logarithmic
  }

  func callAsFunction(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? log(max(value, 1e-12) / low) / log(high / low) : (value - low) / (high - low)
    return from + share * (to - from)
  }

  /// Round values: about `count` of them; on a logarithmic axis 1, 2, 5 times powers of ten.
  func ticks(_ count: Int = 5) -> [Double] {
    guard !isLogarithmic else {
      var found: [Double] = []
      var power = pow(10, log10(low).rounded(.down))
      while power <= high {
        for digit in [1.0, 2, 5] where digit * power >= low * 0.999 && digit * power <= high * 1.001
        {
          found.append(digit * power)
        }
        power *= 10
      }
      let tens = found.filter { abs(log10($0) - log10($0).rounded()) < 1e-9 }
      return found.count > 8 && tens.count > 1 ? tens : found
    }
    let step = Self.step((high - low) / Double(max(count, 1)))
    var tick = (low / step).rounded(.up) * step
    var found: [Double] = []
    while tick <= high + step * 1e-9, found.count < 40 {
      found.append(abs(tick) < step * 1e-9 ? 0 : tick)
      tick += step
    }
    return found
  }

  /// Decimals needed to distinguish the ticks.
  var tickDecimals: Int {
    if isLogarithmic { return max(0, -Int((log10(low) + 1e-9).rounded(.down))) }
    let step = Self.step((high - low) / 5)
    return max(0, -Int((log10(step) + 1e-9).rounded(.down)))
  }

  private static func step(_ rough: Double) -> Double {
    guard rough > 0, rough.isFinite else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let digit = rough / power
    return (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * power
  }
}

/// Moves labels apart so that they do not overlap, keeping their order.
///
/// - Returns: the new positions, in the given order.
func spread(_ places: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
  let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  var moved = order.map { min(max(places[$0], range.lowerBound), range.upperBound) }
  for _ in 0..<60 {
    for i in moved.indices.dropFirst() where moved[i] - moved[i - 1] < gap {
      let push = (gap - (moved[i] - moved[i - 1])) / 2
      moved[i - 1] -= push
      moved[i] += push
    }
    if let first = moved.first, first < range.lowerBound {
      moved[0] = range.lowerBound
    }
    if let last = moved.last, last > range.upperBound {
      moved[moved.count - 1] = range.upperBound
    }
  }
  var result = places
  for (place, i) in order.enumerated() { result[i] = moved[place] }
  return result
}
