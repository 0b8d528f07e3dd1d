import Foundation
import Kernels
import Testing

/// Rows wide enough for several blocks of columns, each of which has a maximum of its own.
struct `Hard cross-entropy of wide rows` {
  /// How logits run along a row: which block holds the largest.
  enum Slope: Float, CaseIterable, Sendable { case level = 0, rising = 40, falling = -40 }

  func run(_ x: [Float], _ token: Int, epsilon: Float, _ set: InstructionSet)
    -> (sums: LossSums, d: [Float])
  {
    let logits = Floats(x)
    let tokens = [Int32(token)], weights: [Float] = [1]
    let sums = Dispatch.using(set) {
      hardCrossEntropy(
        logits: logits, vocabulary: x.count, tokens: tokens.span, weights: weights.span,
        epsilon: epsilon, gradientScale: 1)
    }
    return (sums, logits.array)
  }

  func logits(_ V: Int, _ slope: Slope) -> [Float] {
    draw(V, seed: 1, scale: 2).enumerated().map { j, x in
      x + slope.rawValue * Float(j) / Float(V)
    }
  }

  /// Roundings: V / 64 + 30 of a sum, exponents up to 60 rounded by their own unit, exponentials.
  static func tolerance(_ V: Int) -> Double {
    2e-7 + (Double(V) / 64 + 30 + 2 * 60) * unitRoundoff
  }

  @Test(arguments: Dispatch.available, [1023, 1024, 1025, 2048, 3001])
  func `agree with the reference`(set: InstructionSet, vocabulary V: Int) {
    for slope in Slope.allCases {
      for (token, epsilon) in [(0, Float(0)), (V - 1, 0), (V / 2, 0.1)] {
        let x = logits(V, slope)
        let expected = Reference.hardCrossEntropy(
          logits: doubles(x), token: token, epsilon: Double(epsilon))
        let found = run(x, token, epsilon: epsilon, set)
        let tolerance = Self.tolerance(V)
        #expect(abs(found.sums.loss - expected.sums.loss) <= 60 * tolerance)
        #expect(abs(found.sums.crossEntropy - expected.sums.crossEntropy) <= 60 * tolerance)
        #expect(abs(found.sums.divergence - expected.sums.divergence) <= 60 * tolerance)
        #expect(mismatch(found.d, expected.gradient, absolute: tolerance, relative: 0) == nil)
        // The planted fault: the first block's exponentials not brought to the row's maximum.
        if slope == .rising, V >= 2048 {
          var faulty = found.d
          let forgotten = (logits(V, slope).max() ?? 0) - (x[0..<1024].max() ?? 0)
          for j in 0..<1024 { faulty[j] *= Float(exp(Double(forgotten))) }
          #expect(mismatch(faulty, expected.gradient, absolute: tolerance, relative: 0) != nil)
        }
      }
    }
  }

  /// More than 256 blocks of 1024 columns would not fit: blocks grow.
  @Test func `agree with the reference on the widest rows`() {
    let V = 256 * 1024 + 70
    let x = logits(V, .rising)
    let expected = Reference.hardCrossEntropy(logits: doubles(x), token: 5, epsilon: 0)
    let found = run(x, 5, epsilon: 0, Dispatch.current)
    let tolerance = Self.tolerance(V)
    #expect(abs(found.sums.loss - expected.sums.loss) <= 60 * tolerance)
    #expect(mismatch(found.d, expected.gradient, absolute: tolerance, relative: 0) == nil)
  }

  /// A masked block of columns has probability 0, wherever it lies, and no say in the rest.
  @Test(arguments: Dispatch.available)
  func `blocks of minus infinity have no share`(set: InstructionSet) {
    let x = draw(1024, seed: 2, scale: 2)
    let blank = [Float](repeating: -.infinity, count: 1024)
    let alone = run(x, 3, epsilon: 0, set)
    let before = run(blank + x, 1024 + 3, epsilon: 0, set)
    let after = run(x + blank, 3, epsilon: 0, set)
    #expect(before.sums == alone.sums && after.sums == alone.sums)
    #expect(before.d == [Float](repeating: 0, count: 1024) + alone.d)
    #expect(after.d == alone.d + [Float](repeating: 0, count: 1024))
  }

  @Test(arguments: Dispatch.available)
  func `a NaN logit makes the loss NaN in any block`(set: InstructionSet) {
    for place in [0, 1500, 2999] {
      var x = draw(3000, seed: 3)
      x[place] = .nan
      #expect(run(x, 7, epsilon: 0, set).sums.loss.isNaN)
    }
  }
}
