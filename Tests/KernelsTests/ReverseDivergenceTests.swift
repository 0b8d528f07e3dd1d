import Foundation
import Kernels
import Testing

/// Tolerances as in `Cross-entropy`, times the largest difference of logarithms: a gradient is
/// q (log q - log p - KL), and the logarithms are rounded in proportion to their size.
struct `Reverse divergence` {
  typealias Case = (InstructionSet, Int)
  static let cases = `Cross-entropy`.cases
  static let losses = [
    ReverseDivergence(floor: -12), ReverseDivergence(mix: 0.25, floor: -5),
    ReverseDivergence(temperature: 3), ReverseDivergence(temperature: 0.5, mix: 0.5, floor: -20),
    ReverseDivergence(temperature: 2, mix: 0),
  ]

  private func reference(
    _ x: [Double], _ targets: [Double], _ loss: ReverseDivergence
  ) -> (sums: LossSums, gradient: [Double]) {
    Reference.reverseDivergence(
      logits: x, targets: targets, token: 0, temperature: Double(loss.temperature),
      mix: Double(loss.mix), floor: Double(loss.floor))
  }

  @Test(arguments: cases, losses)
  func `agrees with the reference and with central differences, in both forms`(
    _ c: Case, loss: ReverseDivergence
  ) {
    let (set, V) = c
    let x = draw(V, seed: 1, scale: 2)
    // One of the halves is -infinity: probability 0.
    let (bits, values) = `Cross-entropy against stored rows`.stored(V)
    let expected = reference(doubles(x), values, loss)
    let T = Double(loss.temperature)
    let tolerance =
      `Cross-entropy`.relative(V) * max(T, 1 / T) * (4 - Double(loss.floor) / T)
    for targets in [
      Distributions.halves(Halves(bits), rows: [0]), .logits(Floats(values.map(Float.init))),
    ] {
      let (result, d) = loss.run(x, targets, [0], on: set)
      #expect(result.badRow == nil)
      #expect(
        `Cross-entropy`().close(result.sums, expected.sums, 20 * tolerance * max(1, T * T)))
      #expect(mismatch(d, expected.gradient, absolute: tolerance, relative: 0) == nil)
      let numeric = centralDifferences(doubles(x)) { reference($0, values, loss).sums.loss }
      #expect(mismatch(d, numeric, absolute: tolerance + 1e-8, relative: 0) == nil)
      #expect(mismatch(d.map { -$0 }, numeric, absolute: tolerance + 1e-8, relative: 0) != nil)
    }
  }

  @Test(arguments: Dispatch.available, ["plain", "mixed"])
  func `agrees with PyTorch`(set: InstructionSet, name: String) throws {
    let golden = try Golden("reverse-divergence-\(name)")
    let loss = ReverseDivergence(
      temperature: Float(golden.number("temperature")), mix: Float(golden.number("mix")),
      floor: Float(golden.number("floor")))
    let (result, d) = loss.run(
      golden.floats("logits"), .logits(Floats(golden.floats("targets"))), golden.tokens("tokens"),
      on: set, weights: golden.floats("weights"))
    let expected = LossSums(
      loss: golden.number("loss"), crossEntropy: golden.number("crossEntropy"),
      divergence: golden.number("divergence"))
    #expect(result.badRow == nil)
    let tolerance = `Cross-entropy`.relative(21) * 16
    #expect(`Cross-entropy`().close(result.sums, expected, 4 * 20 * tolerance))
    #expect(mismatch(d, golden["dLogits"], absolute: 2 * tolerance, relative: 0) == nil)
  }

  /// Exact distributions give almost every token probability 0: the divergence is then infinite,
  /// but for the floor, and its gradient must take mass from these tokens and give it to the
  /// others.
  @Test(arguments: Dispatch.available, [Float(1), 0.01, 1000])
  func `is finite where the label says that a token cannot come`(
    set: InstructionSet, temperature: Float
  ) {
    var row = [Float](repeating: -.infinity, count: 65)
    row[3] = 0
    let bits = Halves(halfBits(Floats(row)))
    let x = draw(65, seed: 4)
    let (result, d) = ReverseDivergence(temperature: temperature).run(
      x, .halves(bits, rows: [0]), [3], on: set)
    #expect(result.badRow == nil && result.sums.loss.isFinite && result.sums.loss > 0)
    #expect(d.allSatisfy { $0.isFinite })
    // At a low temperature the student says one token, here another, and learns nothing of this
    // one.
    if temperature >= 1 { #expect(d[3] < 0 && d.min() == d[3]) }
  }

  @Test(arguments: Dispatch.available)
  func `reads no row of weight 0, and names one that is no distribution`(set: InstructionSet) {
    let x = draw(3 * 17, seed: 1, scale: 2)
    var (bits, _) = `Cross-entropy against stored rows`.stored(17, rows: 3)
    bits[17 + 4] = 0x7E00
    let all = Distributions.halves(Halves(bits), rows: [0, 1, 2])
    let loss = ReverseDivergence(temperature: 2, mix: 0.5)
    let (bad, d) = loss.run(x, all, [0, 0, 0], on: set)
    #expect(bad.badRow == 1 && bad.sums.loss.isFinite && d.allSatisfy { $0.isFinite })
    let (unread, e) = loss.run(x, all, [0, 0, 0], on: set, weights: [1, 0, 1])
    #expect(unread.badRow == nil && e[17..<34].allSatisfy { $0 == 0 })
    #expect(unread.sums == bad.sums && e == d)
  }

  /// A model that is exactly the target has nothing to learn.
  @Test(arguments: Dispatch.available)
  func `is 0 between a row and itself`(set: InstructionSet) {
    let x = draw(65, seed: 9, scale: 3)
    let targets = Distributions.logits(Floats(x.map { $0 + 1 }))
    let (result, d) = ReverseDivergence().run(x, targets, [3], on: set)
    #expect(result.sums.loss >= 0 && result.sums.loss < 1e-9)
    #expect(d.allSatisfy { abs($0) < 4 * Float(`Cross-entropy`.relative(65)) })
  }

  /// It is no forward divergence under another name: the two differ where p and q do.
  @Test func `is not symmetric, and refuses tails that are sums`() {
    let x = draw(33, seed: 1, scale: 2), t = draw(33, seed: 2, scale: 2)
    let reverse = reference(doubles(x), doubles(t), ReverseDivergence(floor: -80)).sums.loss
    let forward = Reference.softCrossEntropy(
      logits: doubles(t), targets: doubles(x), token: 0, temperature: 1, mix: 1
    ).sums.loss
    #expect(abs(reverse - forward) < 1e-9, "KL(q || p), with the roles exchanged")
    let top = TopTargets(TopRows(k: 1, ids: [0], logProbabilities: [0], tails: [0]))
    #expect(ReverseDivergence().misfit(top) != nil && ReverseDivergence().misfit(nil) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `a NaN logit makes the loss NaN`(set: InstructionSet) {
    let (result, _) = ReverseDivergence().run(
      [1, .nan, 2], .logits(Floats([0, 0, 0])), [0], on: set)
    #expect(result.sums.loss.isNaN)
  }
}
