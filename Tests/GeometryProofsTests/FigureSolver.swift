import Exact
import Foundation
import GeometryProofs
import Randomness

/// Figures that satisfy given facts and nothing else: random points moved by Levenberg's and
/// Marquardt's method until the facts hold. The judge of rules and of mutants; it shares neither
/// equations nor drawings with the checker.
struct FigureSolver {
  let pointCount: Int
  let facts: [Statement]
  let conditions: [Statement]
  /// Pairs of points that must stay apart.
  let apart: [(Int, Int)]

  typealias Point = SIMD2<Double>

  /// A figure, or nil where this start leads to none, or to a degenerate one.
  func figure(using stream: inout RandomStream) -> [Point]? {
    var x = (0..<2 * pointCount).map { _ in 2 * stream.unit() - 1 }
    guard solve(&x) else { return nil }
    let points = (0..<pointCount).map { Point(x[2 * $0], x[2 * $0 + 1]) }
    let centre = points.reduce(.zero, +) / Double(points.count)
    let extent = points.map { length($0 - centre) }.max() ?? 0
    guard extent > 0.05, extent < 30 else { return nil }
    for (i, j) in apart where length(points[i] - points[j]) < 0.03 * extent { return nil }
    let places = points.map { Position($0.x, $0.y) }
    guard conditions.allSatisfy({ $0.margin(on: places) > 1e-3 }) else { return nil }
    // A circle is not a line.
    for fact in facts where fact.predicate == .cyclic || fact.predicate == .circle {
      let three = Statement(.ncoll, Array(fact.points.suffix(3)))
      guard Set(three.points).count < 3 || three.margin(on: places) > 1e-3 else { return nil }
    }
    return points
  }

  private func solve(_ x: inout [Double]) -> Bool {
    var (r, damping) = (residuals(x), 1e-2)
    var size = squares(r)
    for _ in 0..<120 {
      if size < 1e-27 { return true }
      let n = x.count
      var jacobian = [[Double]](repeating: [], count: n)
      for k in 0..<n {
        let kept = x[k]
        x[k] = kept + 1e-7
        let plus = residuals(x)
        x[k] = kept - 1e-7
        let minus = residuals(x)
        x[k] = kept
        jacobian[k] = zip(plus, minus).map { ($0 - $1) / 2e-7 }
      }
      var normal = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n)
      for i in 0..<n {
        for j in 0..<n { for m in r.indices { normal[i][j] += jacobian[i][m] * jacobian[j][m] } }
        for m in r.indices { normal[i][n] -= jacobian[i][m] * r[m] }
      }
      var isBetter = false
      for _ in 0..<8 {
        var system = normal
        for i in 0..<n { system[i][i] += damping * (1e-3 + system[i][i]) }
        if let step = eliminate(&system) {
          let next = zip(x, step).map(+)
          let changed = residuals(next)
          let changedSize = squares(changed)
          if changedSize < size {
            (x, r, size, isBetter) = (next, changed, changedSize, true)
            damping = max(damping / 8, 1e-15)
            break
          }
        }
        damping *= 6
      }
      if !isBetter { return size < 1e-22 }
    }
    return size < 1e-22
  }

  private func squares(_ r: [Double]) -> Double {
    let sum = r.reduce(0) { $0 + $1 * $1 }
    return sum.isFinite ? sum : .infinity
  }

  private func eliminate(_ a: inout [[Double]]) -> [Double]? {
    let n = a.count
    for k in 0..<n {
      let pivot = (k..<n).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
      a.swapAt(k, pivot)
      guard abs(a[k][k]) > 1e-300 else { return nil }
      for i in (k + 1)..<max(n, k + 1) {
        let f = a[i][k] / a[k][k]
        if f != 0 { for j in k...n { a[i][j] -= f * a[k][j] } }
      }
    }
    var x = [Double](repeating: 0, count: n)
    for k in (0..<n).reversed() {
      var sum = a[k][n]
      for j in (k + 1)..<max(n, k + 1) { sum -= a[k][j] * x[j] }
      x[k] = sum / a[k][k]
    }
    return x
  }

  private func residuals(_ x: [Double]) -> [Double] {
    let points = (0..<pointCount).map { Point(x[2 * $0], x[2 * $0 + 1]) }
    return facts.flatMap { signedResiduals($0, points) }
  }
}

private func length(_ v: SIMD2<Double>) -> Double { (v * v).sum().squareRoot() }

/// Numbers that are 0 exactly if the fact holds, smooth and of size about 1: angles by sines and
/// cosines, lengths themselves, where the checker has complex products and squares.
func signedResiduals(_ fact: Statement, _ at: [SIMD2<Double>]) -> [Double] {
  let p = fact.points.map { at[$0] }
  func angle(_ k: Int) -> Double {
    let v = p[2 * k + 1] - p[2 * k]
    return atan2(v.y, v.x)
  }
  func size(_ k: Int) -> Double { length(p[2 * k + 1] - p[2 * k]) }
  func relative(_ a: Double, _ b: Double) -> Double { (a - b) / (abs(a) + abs(b)) }
  func sine(_ a: Int, _ b: Int, _ c: Int) -> Double {
    let (u, v) = (p[b] - p[a], p[c] - p[a])
    return (u.x * v.y - u.y * v.x) / (length(u) * length(v))
  }
  func turn(_ a: Int, _ b: Int, _ c: Int) -> Double {
    let (u, v) = (p[b] - p[a], p[c] - p[a])
    return atan2(u.x * v.y - u.y * v.x, (u * v).sum())
  }
  func value(_ k: Int) -> Double {
    Double(fact.numbers[k].numerator) / Double(fact.numbers[k].denominator)
  }
  switch fact.predicate {
  case .coll: return (2..<p.count).map { sine(0, 1, $0) }
  case .cyclic: return (3..<p.count).map { sin(turn(2, 0, 1) - turn($0, 0, 1)) }
  case .circle:
    return (2..<p.count).map { relative(length(p[$0] - p[0]), length(p[1] - p[0])) }
  case .para: return [sin(angle(0) - angle(1))]
  case .perp: return [cos(angle(0) - angle(1))]
  case .cong: return [relative(size(0), size(1))]
  case .eqangle: return [sin(angle(1) - angle(0) - angle(3) + angle(2))]
  case .eqratio: return [relative(size(0) * size(3), size(1) * size(2))]
  case .midp:
    let v = (2 * p[0] - p[1] - p[2]) / length(p[1] - p[2])
    return [v.x, v.y]
  case .simtri, .contri, .simtrir, .contrir:
    let sign = fact.predicate == .simtri || fact.predicate == .contri ? 1.0 : -1.0
    let similar = [
      sin((turn(0, 1, 2) - sign * turn(3, 4, 5)) / 2),
      relative(
        length(p[1] - p[0]) * length(p[5] - p[3]), length(p[2] - p[0]) * length(p[4] - p[3])),
    ]
    let isCongruent = fact.predicate == .contri || fact.predicate == .contrir
    return similar + (isCongruent ? [relative(length(p[1] - p[0]), length(p[4] - p[3]))] : [])
  case .aconst: return [sin(angle(1) - angle(0) - .pi * value(0))]
  case .rconst: return [relative(size(0), value(0) * size(1))]
  case .r2const: return [relative(size(0) * size(0), value(0) * size(1) * size(1))]
  case .lconst: return [relative(size(0), value(0))]
  case .l2const: return [relative(size(0) * size(0), value(0))]
  case .aequation:
    let terms = (0..<p.count / 2).map { value($0) * angle($0) }
    return [sin(terms.reduce(-.pi * value(p.count / 2), +))]
  case .lequation, .l2equation:
    let power = fact.predicate == .lequation ? 1.0 : 2.0
    let terms = (0..<p.count / 2).map { value($0) * pow(size($0), power) } + [-value(p.count / 2)]
    return [terms.reduce(0, +) / terms.reduce(0) { $0 + abs($1) }]
  case .requation:
    let terms = (0..<p.count / 2).map { value($0) * log(size($0)) }
    return [tanh(terms.reduce(-log(value(p.count / 2)), +))]
  case .same:
    let extent = at.map { length($0 - at[0]) }.max() ?? 1
    return [(p[0].x - p[1].x) / extent, (p[0].y - p[1].y) / extent]
  default: return []
  }
}
