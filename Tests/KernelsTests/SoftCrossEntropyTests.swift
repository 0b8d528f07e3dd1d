import Foundation
import Kernels
import Testing

/// Tolerances as in `Cross-entropy`.
struct `Cross-entropy against stored rows` {
  typealias Case = (InstructionSet, Int)
  static let cases = `Cross-entropy`.cases

  /// Log-softmax of V normal logits as halves, one of them -infinity, and the values they stand
  /// for.
  static func stored(_ V: Int, rows: Int = 1) -> (bits: [UInt16], values: [Double]) {
    var floats: [Float] = []
    for row in 0..<rows {
      var x = doubles(draw(V, seed: UInt64(row + 2), scale: 2))
      if V > 2 { x[V / 2] = -.infinity }
      floats += Reference.logSoftmax(x).map { Float($0) }
    }
    let bits = halfBits(Floats(floats))
    return (bits, doubles(Kernels.floats(ofHalves: bits.span)))
  }

  func found(
    _ x: [Float], _ bits: [UInt16], rows: [Int32], _ tokens: [Int32], _ set: InstructionSet,
    weights: [Float]? = nil, options: ForwardDivergence = ForwardDivergence()
  ) -> (result: SoftLossSums, d: [Float]) {
    let logits = Floats(x), V = x.count / tokens.count
    let weights = weights ?? tokens.map { _ in 1 }
    let result = Dispatch.using(set) {
      softCrossEntropy(
        logits: logits, vocabulary: V, targets: Halves(bits), rows: rows.span,
        tokens: tokens.span, weights: weights.span, options: options, gradientScale: 1,
        scratch: Floats([Float](repeating: .nan, count: 3 * V)))
    }
    return (result, logits.array)
  }

  @Test(arguments: cases, `Cross-entropy`.options)
  func `agrees with the reference and with central differences`(
    _ c: Case, options: ForwardDivergence
  ) {
    let (set, V) = c
    let x = draw(V, seed: 1, scale: 2)
    let (bits, values) = Self.stored(V)
    let T = Double(options.temperature), mix = Double(options.mix)
    func reference(_ x: [Double]) -> (sums: LossSums, gradient: [Double]) {
      Reference.softCrossEntropy(
        logits: x, targets: values, token: 0, temperature: T, mix: mix)
    }
    let expected = reference(doubles(x))
    let (result, d) = found(x, bits, rows: [0], [0], set, options: options)
    let tolerance = `Cross-entropy`.relative(V) * max(T, 1 / T) * 4
    #expect(result.badRow == nil)
    #expect(
      `Cross-entropy`().close(result.sums, expected.sums, 20 * tolerance * max(1, T * T)))
    #expect(mismatch(d, expected.gradient, absolute: tolerance, relative: 0) == nil)
    let numeric = centralDifferences(doubles(x)) { reference($0).sums.loss }
    #expect(mismatch(d, numeric, absolute: tolerance + 1e-8, relative: 0) == nil)
    #expect(mismatch(d.map { -$0 }, numeric, absolute: tolerance + 1e-8, relative: 0) != nil)
  }

  /// Halves and the same rows as floats go through one body: what differs is a constant in a row.
  @Test(arguments: cases)
  func `takes rows by their places`(_ c: Case) {
    let (set, V) = c
    let x = draw(3 * V, seed: 1, scale: 2)
    let (bits, _) = Self.stored(V, rows: 5)
    let places: [Int32] = [4, 0, 2]
    let all = found(x, bits, rows: places, [0, 1, 0], set, weights: [1, 0.5, 1])
    var d: [Float] = []
    var loss = 0.0
    for (r, place) in places.enumerated() {
      let one = found(
        Array(x[(r * V)..<((r + 1) * V)]), bits, rows: [place], [[0, 1, 0][r]], set,
        weights: [[1, 0.5, 1][r]])
      d += one.d
      loss += one.result.sums.loss
    }
    #expect(all.d == d && abs(all.result.sums.loss - loss) < 1e-12)
  }

  /// A row that is no distribution must not be trained on, whatever else is in the batch.
  @Test(arguments: cases, [UInt16(0x7E00), 0xFE00, 0x7C00, 0x4500])
  func `reports NaN, infinity and logits`(_ c: Case, bad: UInt16) {
    let (set, V) = c
    let x = draw(3 * V, seed: 1, scale: 2)
    for place in [0, V / 2, V - 1] {
      var (bits, _) = Self.stored(V, rows: 3)
      bits[V + place] = bad
      for options in [ForwardDivergence(), ForwardDivergence(temperature: 2, mix: 0.5)] {
        let (result, d) = found(x, bits, rows: [0, 1, 2], [0, 0, 0], set, options: options)
        #expect(result.badRow == 1)
        #expect(result.sums.loss.isFinite && d.allSatisfy { $0.isFinite })
        #expect(d[V..<(2 * V)].allSatisfy { $0 == 0 })
      }
      let unread = found(x, bits, rows: [0, 1, 2], [0, 0, 0], set, weights: [1, 0, 1])
      #expect(unread.result.badRow == nil)
    }
  }

  @Test(arguments: Dispatch.available)
  func `reports rows that do not sum to 1`(set: InstructionSet) {
    let none = [UInt16](repeating: 0xFC00, count: 33)
    #expect(found(draw(33, seed: 1), none, rows: [0], [0], set).result.badRow == 0)
    let half = halfBits(Floats([Float](repeating: -Float(log(66.0)), count: 33)))
    #expect(found(draw(33, seed: 1), half, rows: [0], [0], set).result.badRow == 0)
    let whole = halfBits(Floats([Float](repeating: -Float(log(33.0)), count: 33)))
    #expect(found(draw(33, seed: 1), whole, rows: [0], [0], set).result.badRow == nil)
  }

  @Test(arguments: cases, [Float.nan, .infinity])
  func `reports NaN and infinity among floats`(_ c: Case, bad: Float) {
    let (set, V) = c
    let logits = Floats(draw(2 * V, seed: 1, scale: 2))
    var targets = draw(2 * V, seed: 2, scale: 2)
    targets[2 * V - 1] = bad
    let tokens: [Int32] = [0, 0], weights: [Float] = [1, 1]
    let result = Dispatch.using(set) {
      softCrossEntropy(
        logits: logits, vocabulary: V, targets: Floats(targets), tokens: tokens.span,
        weights: weights.span, options: ForwardDivergence(), gradientScale: 1,
        scratch: Floats(zeros: 3 * V))
    }
    #expect(result.badRow == 1)
  }
}
