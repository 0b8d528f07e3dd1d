import Foundation
import Kernels
import Testing

/// The first element that is further from its expected value than the tolerances allow, in words;
/// nil when all are close.
func mismatch(
  _ actual: [Float], _ expected: [Double], absolute: Double, relative: Double
) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) elements, expected \(expected.count)"
  }
  for (i, (a, b)) in zip(actual, expected).enumerated() {
    if !(abs(Double(a) - b) <= absolute + relative * abs(b)) && !(Double(a) == b) {
      return "[\(i)]: expected \(b), found \(a)"
    }
  }
  return nil
}

/// The first element in which two runs of as many floats differ at all, in words: for arrays that
/// are too long to be printed.
func difference(_ found: Floats, _ expected: Floats) -> String? {
  guard found.count == expected.count else { return "\(found.count), not \(expected.count)" }
  let (a, b) = (found.array, expected.array)
  return a.indices.first { a[$0] != b[$0] }.map { "[\($0)]: expected \(b[$0]), found \(a[$0])" }
}

/// `count` floats of about standard deviation `scale`, the same for the same seed.
func draw(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 24) - 0.5
  }
  return (0..<count).map { _ in (next() + next() + next()) * 2 * scale }
}

func doubles(_ x: [Float]) -> [Double] { x.map(Double.init) }

/// Gradient of `f` at x by central differences. With h = 1e-5 the truncation error is about
/// h^2 |f'''| / 6 = 2e-11 |f'''| and the rounding error about 1e-16 |f| / h = 1e-11 |f|.
func centralDifferences(_ x: [Double], _ f: ([Double]) -> Double) -> [Double] {
  let h = 1e-5
  var x = x
  return x.indices.map { i in
    let before = x[i]
    x[i] = before + h
    let above = f(x)
    x[i] = before - h
    let below = f(x)
    x[i] = before
    return (above - below) / (2 * h)
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Half of the unit in the last place of 1: the relative rounding error of one operation.
let unitRoundoff = Double(Float.ulpOfOne) / 2

/// Widths on both sides of the vector's edges.
let edgeWidths = [1, 15, 16, 17, 63, 64, 65]

/// A file that Scripts/goldens/kernels.py wrote.
struct Golden: Decodable {
  let values: [String: [Double]]

  init(_ name: String) throws {
    let file = try #require(
      Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Goldens"))
    self = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  /// Values of an array; -1e30 stands for log 0.
  subscript(_ name: String) -> [Double] {
    (values[name] ?? []).map { $0 <= -1e30 ? -.infinity : $0 }
  }
  func floats(_ name: String) -> [Float] { self[name].map { Float($0) } }
  func tokens(_ name: String) -> [Int32] { self[name].map { Int32($0) } }
  func number(_ name: String) -> Double { self[name].first ?? .nan }
  func count(_ name: String) -> Int { Int(number(name)) }
}
