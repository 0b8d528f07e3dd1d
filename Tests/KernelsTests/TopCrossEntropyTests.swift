import Foundation
import Kernels
import Testing

/// Tolerances as in `Cross-entropy`.
struct `Cross-entropy against the likeliest tokens` {
  struct Target {
    var ids: [Int32]
    var logP: [Float]
    var tailMass: Float
    var tail: TopRows.Tail
    var rows: TopRows {
      TopRows(
        k: ids.count, ids: ids, logProbabilities: logP, tails: [tailMass], tail: tail)
    }
  }

  /// k tokens of V, not in order, one of them impossible where there are several.
  static func target(_ V: Int, k: Int, _ tail: TopRows.Tail) -> Target {
    let ids = (0..<k).map { Int32(($0 * 29 + 3) % V) }
    precondition(Set(ids).count == k)
    var weights = draw(k, seed: 5, scale: 1).map { exp(Double($0)) }
    if k > 2 { weights[1] = 0 }
    let mass = k == V ? 1 : 0.8
    let sum = weights.reduce(0, +)
    return Target(
      ids: ids, logP: weights.map { Float(log($0 / sum * mass)) },
      tailMass: Float(1 - mass), tail: tail)
  }

  func found(
    _ x: [Float], _ rows: TopRows, token: Int32 = 1, mix: Float = 1, _ set: InstructionSet
  ) -> (result: SoftLossSums, d: [Float]) {
    let logits = Floats(x)
    let (places, tokens, weights): ([Int32], [Int32], [Float]) = ([0], [token], [1])
    let result = Dispatch.using(set) {
      topCrossEntropy(
        logits: logits, vocabulary: x.count, targets: rows, rows: places.span,
        tokens: tokens.span, weights: weights.span, mix: mix, gradientScale: 1,
        scratch: Floats([Float](repeating: .nan, count: 2 * rows.k)))
    }
    return (result, logits.array)
  }

  static let cases: [(InstructionSet, Int, Int)] = Dispatch.available.flatMap { set in
    [(2, 1), (15, 4), (16, 15), (17, 16), (17, 17), (63, 17), (64, 64), (65, 1), (65, 33)].map {
      (set, $0.0, $0.1)
    }
  }

  @Test(arguments: cases, [(TopRows.Tail.bucket, Float(1)), (.spread, 1), (.bucket, 0.25)])
  func `agrees with the reference and with central differences`(
    _ c: (InstructionSet, Int, Int), how: (tail: TopRows.Tail, mix: Float)
  ) {
    let (set, V, k) = c
    let x = draw(V, seed: 1, scale: 2)
    let target = Self.target(V, k: k, how.tail)
    func reference(_ x: [Double]) -> (sums: LossSums, gradient: [Double]) {
      Reference.topCrossEntropy(
        logits: x, ids: target.ids.map { Int($0) },
        probabilities: target.logP.map { exp(Double($0)) }, tailMass: Double(target.tailMass),
        tail: how.tail, token: 1, mix: Double(how.mix))
    }
    let expected = reference(doubles(x))
    let (result, d) = found(x, target.rows, mix: how.mix, set)
    let tolerance = `Cross-entropy`.relative(V) * 4
    #expect(result.badRow == nil)
    #expect(`Cross-entropy`().close(result.sums, expected.sums, 20 * tolerance))
    #expect(mismatch(d, expected.gradient, absolute: tolerance, relative: 0) == nil)
    let numeric = centralDifferences(doubles(x)) { reference($0).sums.loss }
    #expect(mismatch(d, numeric, absolute: tolerance + 1e-8, relative: 0) == nil)
    #expect(mismatch(d.map { -$0 }, numeric, absolute: tolerance + 1e-8, relative: 0) != nil)
  }

  /// With all tokens in the head it is the loss against the whole distribution.
  @Test(arguments: Dispatch.available)
  func `is that against whole rows when all tokens are in the head`(set: InstructionSet) {
    let x = draw(33, seed: 1, scale: 2)
    let target = Self.target(33, k: 33, .bucket)
    var whole = [Double](repeating: 0, count: 33)
    for (id, p) in zip(target.ids, target.logP) { whole[Int(id)] = Double(p) }
    let expected = Reference.softCrossEntropy(
      logits: doubles(x), targets: whole, token: 1, temperature: 1, mix: 1)
    let (result, d) = found(x, target.rows, set)
    let tolerance = `Cross-entropy`.relative(33) * 4
    #expect(`Cross-entropy`().close(result.sums, expected.sums, 20 * tolerance))
    #expect(mismatch(d, expected.gradient, absolute: tolerance, relative: 0) == nil)
  }

  /// A student that is all but sure of the head: the tail's weight must not vanish in a difference.
  @Test(arguments: Dispatch.available, [TopRows.Tail.bucket, .spread])
  func `keeps a tail far below the head`(set: InstructionSet, tail: TopRows.Tail) {
    var x = draw(65, seed: 1, scale: 1)
    x[3] += 120
    let target = Target(ids: [3], logP: [Float(log(0.75))], tailMass: 0.25, tail: tail)
    let expected = Reference.topCrossEntropy(
      logits: doubles(x), ids: [3], probabilities: [0.75], tailMass: 0.25, tail: tail, token: 3,
      mix: 1)
    let (result, d) = found(x, target.rows, token: 3, set)
    // Sums of logits of up to 120, each rounded to 4e-6.
    #expect(abs(result.sums.loss - expected.sums.loss) < 1e-4)
    #expect(expected.sums.loss > 25)
    #expect(
      mismatch(d, expected.gradient, absolute: 8 * `Cross-entropy`.relative(65), relative: 0)
        == nil)
  }

  /// Memory is safe and nothing is trained on, whatever the rows hold.
  @Test(arguments: Dispatch.available)
  func `reports rows that are no distribution`(set: InstructionSet) {
    let x = draw(33, seed: 1, scale: 2)
    let good = Self.target(33, k: 5, .bucket)
    let faults: [(inout Target) -> Void] = [
      { $0.ids[2] = 33 }, { $0.ids[2] = -1 }, { $0.ids[2] = $0.ids[4] }, { $0.logP[2] = .nan },
      { $0.logP[2] = .infinity }, { $0.logP[2] = 3 }, { $0.tailMass = .nan },
      { $0.tailMass = -0.1 }, { $0.tailMass = 0.5 }, { $0.tailMass = .infinity },
    ]
    #expect(found(x, good.rows, set).result.badRow == nil)
    for fault in faults {
      var target = good
      fault(&target)
      let (result, d) = found(x, target.rows, set)
      #expect(result.badRow == 0)
      #expect(result.sums == LossSums() && d.allSatisfy { $0 == 0 })
    }
    var whole = Self.target(33, k: 33, .bucket)
    whole.tailMass = 0.0005
    #expect(found(x, whole.rows, set).result.badRow == 0)
  }

  @Test(arguments: Dispatch.available)
  func `a NaN logit makes the loss NaN`(set: InstructionSet) {
    for place in [3, 4] {
      var x = draw(33, seed: 1)
      x[place] = .nan
      #expect(found(x, Self.target(33, k: 1, .bucket).rows, set).result.sums.loss.isNaN)
    }
  }
}
