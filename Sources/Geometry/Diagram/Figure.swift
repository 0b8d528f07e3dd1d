internal import Foundation

/// What can be read off one numeric diagram: directions, lengths, lines, circles.
///
/// Everything the closure asks a diagram for is computed here once. Values that agree within the
/// tolerance are made identical, so later comparisons are exact.
package struct Figure {
  /// Relative; coordinates are of order 1 and carry about 1e-13.
  static let tolerance = 1e-9

  /// A circle through three or more of the points.
  package struct Circle {
    /// As a mask.
    package var points: UInt64
    var center: Vector
    var radius: Double
    /// The point at the centre, if the diagram has one.
    package var centerPoint: Int?
  }

  let count: Int
  let points: ContiguousArray<Vector>
  /// How many pairs of points there are.
  package let pairCount: Int
  /// `count * a + b` to the pair's index, the same for both orders.
  private let pairs: ContiguousArray<Int32>
  let first: ContiguousArray<UInt8>
  let second: ContiguousArray<UInt8>
  /// Per pair, in turns of pi, in [0, 1).
  package private(set) var direction: ContiguousArray<Double>
  /// Per pair; pairs of one class are parallel.
  private(set) var directionClass: ContiguousArray<Int32>
  /// Per pair.
  package private(set) var length: ContiguousArray<Double>
  private(set) var logLength: ContiguousArray<Double>
  /// Per pair; pairs of one class are equally long.
  package private(set) var lengthClass: ContiguousArray<Int32>
  private(set) var directionClassCount = 0
  private(set) var lengthClassCount = 0
  /// Per pair, the line it lies on.
  private(set) var line: ContiguousArray<Int32>
  /// Per line, its points as a mask; lines of two points are lines too.
  package private(set) var lineMask: ContiguousArray<UInt64> = []
  /// Those of four or more points, and those of three whose centre is a point.
  package private(set) var circles: ContiguousArray<Circle> = []
  /// Whether some directions or lengths are nearly equal: too far apart to be one value, too near
  /// to be surely two. Such a figure is drawn again.
  package private(set) var isAmbiguous = false
  private static let clearlyApart = 20 * tolerance

  /// Measures a diagram.
  ///
  /// - Complexity: O(n^3) for n points, and O(m^3) for a circle of m.
  /// - Precondition: at most 64 points, no two of them in one place.
  package init(_ points: [Vector]) {
    precondition(points.count <= 64, "point sets are 64-bit masks")
    self.points = ContiguousArray(points)
    count = points.count
    let n = count
    var pairs = ContiguousArray<Int32>(repeating: -1, count: n * n)
    var first = ContiguousArray<UInt8>()
    var second = ContiguousArray<UInt8>()
    for a in 0..<n {
      for b in (a + 1)..<max(n, a + 1) {
        pairs[n * a + b] = Int32(first.count)
        pairs[n * b + a] = Int32(first.count)
        first.append(UInt8(a))
        second.append(UInt8(b))
      }
    }
    self.pairs = pairs
    self.first = first
    self.second = second
    pairCount = first.count
    direction = ContiguousArray(repeating: 0, count: pairCount)
    length = direction
    logLength = direction
    directionClass = ContiguousArray(repeating: -1, count: pairCount)
    lengthClass = directionClass
    line = directionClass
    measurePairs()
    findLines()
    findCircles()
  }

  /// The index of the pair of two different points.
  @inline(__always)
  package func pair(_ a: Int, _ b: Int) -> Int { Int(pairs[count * a + b]) }

  private mutating func measurePairs() {
    for p in 0..<pairCount {
      let difference = points[Int(second[p])] - points[Int(first[p])]
      direction[p] = difference.direction
      length[p] = difference.length
    }
    directionClassCount = Self.cluster(
      &direction, into: &directionClass, wrapsAt: 1, scale: { _ in 1 }, &isAmbiguous)
    lengthClassCount = Self.cluster(
      &length, into: &lengthClass, wrapsAt: nil, scale: { $0 }, &isAmbiguous)
    for p in 0..<pairCount { logLength[p] = log(length[p]) }
  }

  /// Gives values closer than the tolerance to their neighbours the same value and class.
  private static func cluster(
    _ values: inout ContiguousArray<Double>, into classes: inout ContiguousArray<Int32>,
    wrapsAt modulus: Double?, scale: (Double) -> Double, _ isAmbiguous: inout Bool
  ) -> Int {
    let order = values.indices.sorted { values[$0] < values[$1] }
    guard let smallest = order.first.map({ values[$0] }) else { return 0 }
    var current: Int32 = -1
    var representative = -Double.infinity
    var last = -Double.infinity
    for index in order {
      let value = values[index]
      if value - last > tolerance * scale(value) {
        if value - last < clearlyApart * scale(value) { isAmbiguous = true }
        current += 1
        representative = value
      }
      last = value
      values[index] = representative
      classes[index] = current
    }
    var count = Int(current) + 1
    if let modulus, count > 1, smallest + modulus - last <= tolerance {
      for index in order where classes[index] == current {
        classes[index] = 0
        values[index] = smallest
      }
      count -= 1
    }
    return count
  }

  private mutating func findLines() {
    for p in 0..<pairCount where line[p] < 0 {
      let (a, b) = (Int(first[p]), Int(second[p]))
      var mask: UInt64 = 1 << UInt64(a) | 1 << UInt64(b)
      for c in (b + 1)..<max(count, b + 1)
      where directionClass[pair(a, c)] == directionClass[p]
        && directionClass[pair(b, c)] == directionClass[p]
      {
        mask |= 1 << UInt64(c)
      }
      let members = Self.members(of: mask)
      for i in members.indices {
        for j in members.indices where j > i {
          line[pair(members[i], members[j])] = Int32(lineMask.count)
        }
      }
      lineMask.append(mask)
    }
  }

  private mutating func findCircles() {
    let n = count
    guard n >= 3 else { return }
    // By triple of points, whether a circle of four or more was found that holds them.
    var covered = [Bool](repeating: false, count: n * n * n)
    for a in 0..<(n - 2) {
      for b in (a + 1)..<(n - 1) {
        for c in (b + 1)..<n where !areCollinear(a, b, c) {
          if covered[(a * n + b) * n + c] { continue }
          addCircle(a, b, c, &covered)
        }
      }
    }
  }

  private mutating func addCircle(_ a: Int, _ b: Int, _ c: Int, _ covered: inout [Bool]) {
    let (u, v) = (points[b] - points[a], points[c] - points[a])
    let area = 2 * u.cross(v)
    let offset = Vector(
      x: (v.y * u.squared - u.y * v.squared) / area, y: (u.x * v.squared - v.x * u.squared) / area)
    let center = points[a] + offset
    let radius = offset.length
    // A centre far away is known less exactly.
    let tolerance = 4 * Self.tolerance * max(radius, 1)
    guard radius < 1e6 else { return }
    var mask: UInt64 = 1 << UInt64(a) | 1 << UInt64(b) | 1 << UInt64(c)
    for d in (c + 1)..<max(count, c + 1)
    where abs((points[d] - center).length - radius) < tolerance {
      mask |= 1 << UInt64(d)
    }
    var atCenter: Int?
    for d in 0..<count where (points[d] - center).length < tolerance { atCenter = d }
    guard mask.nonzeroBitCount > 3 || atCenter != nil else { return }
    if mask.nonzeroBitCount > 3 {
      let members = Self.members(of: mask)
      for i in members.indices {
        for j in members.indices where j > i {
          for k in members.indices where k > j {
            covered[(members[i] * count + members[j]) * count + members[k]] = true
          }
        }
      }
    }
    circles.append(Circle(points: mask, center: center, radius: radius, centerPoint: atCenter))
  }

  /// The points of a mask in increasing order.
  package static func members(of mask: UInt64) -> [Int] {
    var rest = mask
    var result: [Int] = []
    while rest != 0 {
      result.append(rest.trailingZeroBitCount)
      rest &= rest &- 1
    }
    return result
  }

  /// Whether the figure has them on one line.
  package func areCollinear(_ a: Int, _ b: Int, _ c: Int) -> Bool {
    line[pair(a, b)] == line[pair(a, c)]
  }

  /// Whether the lines of two pairs are parallel or the same.
  package func areParallel(_ p: Int, _ q: Int) -> Bool { directionClass[p] == directionClass[q] }

  /// Whether the lines of two pairs are perpendicular.
  package func arePerpendicular(_ p: Int, _ q: Int) -> Bool {
    abs(abs(direction[p] - direction[q]) - 0.5) < 2 * Self.tolerance
  }

  /// Twice the signed area: positive if a, b, c turn counter-clockwise.
  func orientation(_ a: Int, _ b: Int, _ c: Int) -> Double {
    (points[b] - points[a]).cross(points[c] - points[a])
  }

  /// `(b - a) . (c - a)`.
  func dot(_ a: Int, _ b: Int, _ c: Int) -> Double {
    (points[b] - points[a]).dot(points[c] - points[a])
  }
}
