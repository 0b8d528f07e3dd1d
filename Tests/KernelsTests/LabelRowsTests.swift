import Foundation
import Kernels
import Testing

struct `Rows of labels` {
  static let cases = `Cross-entropy`.cases

  static func made(
    _ x: [Float], rows R: Int, _ tokens: [Int32], _ weights: [Float], _ set: InstructionSet
  ) -> (bits: [UInt16], figures: [RowFigures]) {
    let V = x.count / R
    // One row in front stays as it is.
    let halves = Halves([UInt16](repeating: 0x1234, count: (R + 1) * V))
    let figures = LabelFigureRows(count: R + 1)
    Dispatch.using(set) {
      labelRows(
        halves: halves, firstRow: 1, logits: Floats(x), vocabulary: V, tokens: tokens.span,
        weights: weights.span, scratch: Floats(zeros: V), figures: figures)
    }
    #expect(halves.bits(0..<V).allSatisfy { $0 == 0x1234 })
    return (halves.bits(V..<((R + 1) * V)), (1...R).map { figures[$0] })
  }

  /// Halves: the logarithm in float32 is off by a few units of its last place, so the half is the
  /// nearest or its neighbour. Figures: p good to 2e-7 + V / 16 roundings; KL is of second order in
  /// deltas of 2^-12 |y|, which the float32 logarithms blur by 2^-24 |y|: 2^-11 of itself.
  @Test(arguments: cases)
  func `hold the log-softmax and what its halves keep`(_ c: (InstructionSet, Int)) {
    let (set, V) = c
    var x = draw(V, seed: 3, scale: 3)
    if V > 2 { x[V / 2] = -.infinity }
    let (bits, figures) = Self.made(x, rows: 1, [0], [1], set)
    let logP = Reference.logSoftmax(doubles(x))
    let stored = doubles(floats(ofHalves: bits.span))
    for (a, b) in zip(stored, logP) where b != -.infinity {
      #expect(abs(a - b) <= 0x1p-11 * abs(b) + 1e-6)
    }
    #expect(zip(stored, logP).allSatisfy { ($0 == -.infinity) == ($1 == -.infinity) })
    let logQ = Reference.logSoftmax(stored)
    var divergence = 0.0
    var entropy = 0.0
    for (p, q) in zip(logP, logQ) where p != -.infinity {
      divergence += exp(p) * (p - q)
      entropy -= exp(p) * p
    }
    let tolerance = 20 * `Cross-entropy`.relative(V)
    #expect(figures[0].isDistribution)
    #expect(abs(figures[0].crossEntropy + logP[0]) < tolerance)
    #expect(abs(figures[0].entropy - entropy) < tolerance)
    #expect(abs(figures[0].massKept - 1) < tolerance)
    #expect(abs(figures[0].divergence - divergence) <= 0x1p-9 * divergence + 1e-12)
    #expect(V == 2 || figures[0].divergence > 1e-10)
  }

  /// Tolerances as above: the reference starts from the same logarithms in float32.
  @Test(arguments: cases)
  func `are measured as the reference measures them`(_ c: (InstructionSet, Int)) {
    let (set, V) = c
    let x = draw(V, seed: 12, scale: 3)
    let (bits, figures) = Self.made(x, rows: 1, [Int32(V / 2)], [1], set)
    let row = Reference.logSoftmax(doubles(x)).map { Float($0) }
    let found = Reference.rowFigures(
      row: row[...], kept: floats(ofHalves: bits.span)[...],
      sum: row.reduce(0) { $0 + exp(Double($1)) }, token: V / 2)
    let tolerance = 20 * `Cross-entropy`.relative(V)
    #expect(abs(figures[0].crossEntropy - found.crossEntropy) < tolerance)
    #expect(abs(figures[0].entropy - found.entropy) < tolerance)
    #expect(abs(figures[0].massKept - found.massKept) < tolerance)
    #expect(
      abs(figures[0].divergence - found.divergence) <= 0x1p-9 * found.divergence + 1e-12)
  }

  @Test(arguments: Dispatch.available)
  func `are the same on every instruction set but for neighbours`(set: InstructionSet) {
    let x = draw(4 * 65, seed: 3, scale: 3)
    let (bits, _) = Self.made(x, rows: 4, [0, 1, 2, 3], [1, 1, 1, 1], set)
    let (other, _) = Self.made(x, rows: 4, [0, 1, 2, 3], [1, 1, 1, 1], .baseline)
    #expect(zip(bits, other).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test(arguments: Dispatch.available)
  func `without weight are made and not measured`(set: InstructionSet) {
    let x = draw(2 * 33, seed: 3, scale: 3)
    let all = Self.made(x, rows: 2, [0, 1], [1, 1], set)
    let one = Self.made(x, rows: 2, [0, 1], [0, 1], set)
    #expect(all.bits == one.bits)
    #expect(one.figures[0].isDistribution && one.figures[0].entropy == 0)
    #expect(one.figures[1] == all.figures[1])
  }

  @Test(arguments: cases, [Float.nan, .infinity])
  func `of logits that are no numbers say so`(_ c: (InstructionSet, Int), bad: Float) {
    let (set, V) = c
    for place in [0, V - 1] {
      for weight: Float in [0, 1] {
        var x = draw(V, seed: 3)
        x[place] = bad
        let (_, figures) = Self.made(x, rows: 1, [0], [weight], set)
        #expect(!figures[0].isDistribution)
      }
    }
    let none = [Float](repeating: -.infinity, count: V)
    #expect(!Self.made(none, rows: 1, [0], [1], set).figures[0].isDistribution)
  }

  /// One token has all of it: 0, not a rounding above.
  @Test(arguments: Dispatch.available)
  func `are never above 0`(set: InstructionSet) {
    for V in [1, 2, 17, 64] {
      var x = draw(V, seed: 3).map { $0 - 200 }
      x[0] = 100
      let (bits, figures) = Self.made(x, rows: 1, [0], [1], set)
      #expect(bits[0] & 0x7FFF == 0)
      #expect(figures[0].crossEntropy == 0 && figures[0].divergence == 0)
    }
  }

  @Test(arguments: cases)
  func `sum to what their halves sum to`(_ c: (InstructionSet, Int)) {
    let (set, V) = c
    let (bits, values) = `Cross-entropy against stored rows`.stored(V, rows: 3)
    let (masses, largest) = Dispatch.using(set) { halfRowMasses(bits.span, vocabulary: V) }
    for r in 0..<3 {
      let row = values[(r * V)..<((r + 1) * V)]
      let sum = row.reduce(0) { $0 + exp($1) }
      #expect(abs(Double(masses[r]) - sum) < `Cross-entropy`.relative(V))
      #expect(Double(largest[r]) == row.max())
    }
    var broken = bits
    broken[2 * V - 1] = 0x7E00
    let found = Dispatch.using(set) { halfRowMasses(broken.span, vocabulary: V) }
    #expect(found.masses[1].isNaN && !found.masses[0].isNaN && !found.masses[2].isNaN)
  }
}
