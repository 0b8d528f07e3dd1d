import Foundation
import Kernels
import Testing

struct `Distances of states` {
  private func run(
    _ measure: StateMeasure, _ y: [Float], _ target: [Float], weights: [Float], scale: Float = 1
  ) -> (loss: Double, d: [Float]) {
    let states = Floats(y)
    let loss = stateLoss(
      measure, y: states, target: Floats(target), weights: weights[...],
      width: y.count / weights.count, scale: scale)
    return (loss, states.array)
  }

  /// Sums are in double; a gradient is rounded once.
  @Test(arguments: StateMeasure.allCases, edgeWidths)
  func `agree with the reference and with central differences`(measure: StateMeasure, C: Int) {
    let (y, t) = (draw(C, seed: 1), draw(C, seed: 2))
    let expected = Reference.stateLoss(measure, y: doubles(y), target: doubles(t))
    let (loss, d) = run(measure, y, t, weights: [1])
    #expect(abs(loss - expected.loss) < 1e-12)
    // Where one number has only a sign, a cosine cancels to nothing.
    #expect(mismatch(d, expected.gradient, absolute: 1e-7, relative: 1e-6) == nil)
    let numeric = centralDifferences(doubles(y)) {
      Reference.stateLoss(measure, y: $0, target: doubles(t)).loss
    }
    #expect(mismatch(d, numeric, absolute: 1e-6, relative: 1e-6) == nil)
    if C > 1 { #expect(mismatch(d.map { -$0 }, numeric, absolute: 1e-6, relative: 1e-6) != nil) }
    let (twice, e) = run(measure, y, t, weights: [2], scale: 3)
    #expect(abs(twice - 2 * loss) < 1e-12)
    #expect(mismatch(e, d.map { 6 * Double($0) }, absolute: 1e-6, relative: 1e-6) == nil)
  }

  @Test(arguments: StateMeasure.allCases) func `agree with PyTorch`(measure: StateMeasure) throws {
    let golden = try Golden("state-loss-\(measure.rawValue)")
    let (loss, d) = run(
      measure, golden.floats("y"), golden.floats("target"), weights: golden.floats("weights"))
    #expect(abs(loss - golden.number("loss")) < 1e-10)
    #expect(mismatch(d, golden["dY"], absolute: 1e-7, relative: 1e-6) == nil)
  }

  /// States of no length, and rows that are no target: whatever stands there.
  @Test(arguments: StateMeasure.allCases) func `make no NaN`(measure: StateMeasure) {
    let (loss, d) = run(measure, [0, 0, 1, 2], [1, 2, 0, 0], weights: [1, 1])
    #expect(loss.isFinite && d.allSatisfy(\.isFinite))
    let (masked, e) = run(measure, [.nan, .infinity, 1, 2], [.nan, 0, 1, 2], weights: [0, 1])
    #expect(abs(masked) < 1e-12 && e[0] == 0 && e[1] == 0 && e.allSatisfy(\.isFinite))
  }

  @Test func `are 0 between a state and itself`() {
    let y = draw(33, seed: 3)
    for measure in StateMeasure.allCases {
      let (loss, d) = run(measure, y, y, weights: [1])
      #expect(abs(loss) < 1e-12 && d.allSatisfy { abs($0) < 1e-7 })
    }
    // A direction has no length.
    let (loss, _) = run(.cosine, y, y.map { 3 * $0 }, weights: [1])
    #expect(abs(loss) < 1e-12)
  }
}

struct `Relations of a sequence` {
  private func run(
    _ x: [Float], _ y: [Float], weights: [Float], scale: Float = 1
  ) -> (loss: Double, bad: Int?, d: [Float]) {
    let n = weights.count
    let d = Floats(zeros: x.count)
    let (loss, bad) = relationLoss(
      dX: d, x: Floats(x), xStride: x.count / n, width: x.count / n, y: Floats(y),
      yStride: y.count / n, width: y.count / n, weights: weights[...], scale: scale,
      scratch: Floats([Float](repeating: .nan, count: relationScratch(n))), engine: .openBLAS)
    return (loss, bad, d.array)
  }

  private static func rows(_ x: [Double], _ n: Int) -> [[Double]] {
    let width = x.count / n
    return (0..<n).map { Array(x[($0 * width)..<(($0 + 1) * width)]) }
  }

  /// A relation is a product of 5 or 8 terms rounded each, about 10 large, and goes through a
  /// softmax; a gradient sums n of them times a vector's number of about 4.
  @Test(arguments: [1, 2, 9, 17])
  func `agree with the reference and with central differences`(n: Int) {
    let (x, y) = (draw(n * 5, seed: 1, scale: 1.5), draw(n * 8, seed: 2, scale: 1.5))
    let weights = (0..<n).map { Float($0 % 3) / 2 + (n == 1 ? 1 : 0) }
    func reference(_ x: [Double]) -> (loss: Double, gradient: [[Double]]) {
      Reference.relationLoss(
        x: Self.rows(x, n), y: Self.rows(doubles(y), n), weights: doubles(weights))
    }
    let expected = reference(doubles(x))
    let (loss, bad, d) = run(x, y, weights: weights)
    let tolerance = 10 * 8 * unitRoundoff * 4 * Double(n)
    #expect(bad == nil && abs(loss - expected.loss) < 10 * tolerance)
    let gradient = Array(expected.gradient.joined())
    #expect(mismatch(d, gradient, absolute: 4 * tolerance, relative: 0) == nil)
    let numeric = centralDifferences(doubles(x)) { reference($0).loss }
    #expect(mismatch(d, numeric, absolute: 4 * tolerance + 1e-8, relative: 0) == nil)
    if n > 1 {
      #expect(mismatch(d.map { -$0 }, numeric, absolute: 4 * tolerance + 1e-8, relative: 0) != nil)
    }
  }

  @Test func `agree with PyTorch`() throws {
    let golden = try Golden("relation-loss")
    let (loss, bad, d) = run(
      golden.floats("x"), golden.floats("y"), weights: golden.floats("weights"))
    #expect(bad == nil && abs(loss - golden.number("loss")) < 1e-4)
    #expect(mismatch(d, golden["dX"], absolute: 1e-4, relative: 0) == nil)
  }

  /// A row of weight 0 is not compared; a state that is not finite is told.
  @Test func `name a bad row, and are 0 between a sequence and itself`() {
    let x = draw(7 * 4, seed: 5)
    var y = draw(7 * 4, seed: 6)
    let same = run(x, x, weights: [Float](repeating: 1, count: 7))
    #expect(abs(same.loss) < 1e-6 && same.d.allSatisfy { abs($0) < 1e-5 })
    let masked = run(x, y, weights: [Float](repeating: 0, count: 7))
    #expect(masked.loss == 0 && masked.d.allSatisfy { $0 == 0 })
    y[3 * 4] = .nan
    #expect(run(x, y, weights: [Float](repeating: 1, count: 7)).bad == 3)
  }
}
