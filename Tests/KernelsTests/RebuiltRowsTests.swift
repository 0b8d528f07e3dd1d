import Foundation
import Kernels
import Testing

struct `Rebuilt rows` {
  static let cases = `Cross-entropy`.cases

  /// Sums of float32 terms: a few roundings of the figures' size; the divergence is a sum of terms
  /// of its own size, with deltas that float32 logarithms blur by 2^-22.
  @Test(arguments: cases, [Float(1e-3), 0.05, 2])
  func `keep what the reference says`(_ c: (InstructionSet, Int), noise: Float) {
    let (set, V) = c
    let x = draw(V, seed: 3, scale: 3)
    let y = zip(x, draw(V, seed: 8)).map { $0 + noise * $1 }
    let found = Dispatch.using(set) {
      rebuiltRows(
        logits: Floats(x), rebuilt: Floats(y), vocabulary: V, tokens: [Int32(V - 1)].span,
        weights: [1].span)[0]
    }
    let p = Reference.logSoftmax(doubles(x))
    let q = Reference.logSoftmax(doubles(y))
    let divergence = zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    let entropy = -p.reduce(0) { $0 + exp($1) * $1 }
    let tolerance = 20 * `Cross-entropy`.relative(V)
    #expect(found.isDistribution)
    #expect(abs(found.crossEntropy + p[V - 1]) < tolerance * 8)
    #expect(abs(found.keptCrossEntropy + q[V - 1]) < tolerance * 8)
    #expect(abs(found.entropy - entropy) < tolerance * 4)
    // Deltas are off by 2^-22 or so, and the divergence is of second order in them.
    let blur = 0x1p-21 * (2 * divergence).squareRoot() + 0x1p-42
    #expect(abs(found.divergence - divergence) < 1e-5 * divergence + blur)
    if V > 1 { #expect(found.divergence > 0) }
  }

  @Test(arguments: cases)
  func `that are alike have no divergence`(_ c: (InstructionSet, Int)) {
    let (set, V) = c
    let x = draw(V, seed: 3, scale: 3)
    let found = Dispatch.using(set) {
      rebuiltRows(
        logits: Floats(x), rebuilt: Floats(x.map { $0 + 4 }), vocabulary: V, tokens: [0].span,
        weights: [1].span)[0]
    }
    // The shift is a constant of the row; adding it rounds each logit by up to 2^-22.
    #expect(found.divergence < 1e-12)
  }

  @Test(arguments: cases, [Float.nan, .infinity])
  func `of no distribution say so`(_ c: (InstructionSet, Int), bad: Float) {
    let (set, V) = c
    let x = draw(V, seed: 3)
    var broken = x
    broken[V / 2] = bad
    for (a, b) in [(x, broken), (broken, x)] {
      let found = Dispatch.using(set) {
        rebuiltRows(
          logits: Floats(a), rebuilt: Floats(b), vocabulary: V, tokens: [0].span,
          weights: [1].span)[0]
      }
      #expect(!found.isDistribution)
    }
  }

  @Test func `without weight are not measured`() {
    let x = draw(2 * 9, seed: 3)
    let found = rebuiltRows(
      logits: Floats(x), rebuilt: Floats(draw(2 * 9, seed: 4)), vocabulary: 9, tokens: [1, 2].span,
      weights: [0, 1].span)
    #expect(found[0] == .unmeasured)
    #expect(found[1].divergence > 0)
  }
}
