import Foundation
import Kernels
import Testing

/// Tolerances as in `Cross-entropy`, times the largest slope: a gradient is q (g - mean g), and g
/// goes up to the logarithm of a share, or of a ratio of probabilities, here below 20 nats over T.
struct `Divergences from mixtures` {
  typealias Case = (InstructionSet, Int)
  static let cases = `Cross-entropy`.cases
  static let kinds: [MixtureDivergence.Kind] = [
    .jensenShannon(beta: 0.5), .jensenShannon(beta: 0.125), .skewForward(alpha: 0.1),
    .skewForward(alpha: 0.01), .skewReverse(alpha: 0.1), .skewReverse(alpha: 0.75), .totalVariation,
  ]
  static let settings: [(temperature: Float, mix: Float)] = [(1, 1), (1, 0.25), (3, 1), (0.5, 0.5)]

  private func reference(
    _ x: [Double], _ targets: [Double], _ loss: MixtureDivergence
  ) -> (sums: LossSums, gradient: [Double]) {
    Reference.mixtureDivergence(
      loss.kind, logits: x, targets: targets, token: 0, temperature: Double(loss.temperature),
      mix: Double(loss.mix))
  }

  @Test(arguments: cases, kinds)
  func `agree with the reference and with central differences, in both forms`(
    _ c: Case, kind: MixtureDivergence.Kind
  ) {
    let (set, V) = c
    let x = draw(V, seed: 1, scale: 2)
    // One of the halves is -infinity: probability 0.
    let (bits, values) = `Cross-entropy against stored rows`.stored(V)
    for (temperature, mix) in Self.settings {
      let loss = MixtureDivergence(kind, temperature: temperature, mix: mix)
      let expected = reference(doubles(x), values, loss)
      let T = Double(temperature)
      let tolerance = `Cross-entropy`.relative(V) * max(T, 1 / T) * (4 + 20 / T)
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
  }

  @Test(
    arguments: Dispatch.available,
    ["jensen-shannon", "skew-forward", "skew-reverse", "total-variation"])
  func `agree with PyTorch`(set: InstructionSet, name: String) throws {
    for form in ["plain", "mixed"] {
      let golden = try Golden("\(name)-\(form)")
      let share = Float(golden.number("share"))
      let kind: MixtureDivergence.Kind =
        switch name {
        case "jensen-shannon": .jensenShannon(beta: share)
        case "skew-forward": .skewForward(alpha: share)
        case "skew-reverse": .skewReverse(alpha: share)
        default: .totalVariation
        }
      let loss = MixtureDivergence(
        kind, temperature: Float(golden.number("temperature")), mix: Float(golden.number("mix")))
      let (result, d) = loss.run(
        golden.floats("logits"), .logits(Floats(golden.floats("targets"))), golden.tokens("tokens"),
        on: set, weights: golden.floats("weights"))
      let expected = LossSums(
        loss: golden.number("loss"), crossEntropy: golden.number("crossEntropy"),
        divergence: golden.number("divergence"))
      #expect(result.badRow == nil)
      let tolerance = `Cross-entropy`.relative(21) * 24
      #expect(`Cross-entropy`().close(result.sums, expected, 4 * 20 * tolerance))
      #expect(mismatch(d, golden["dLogits"], absolute: 2 * tolerance, relative: 0) == nil)
    }
  }

  /// Exact distributions give almost every token probability 0: nothing may be infinite there.
  @Test(arguments: Dispatch.available, kinds)
  func `are finite where a label says that a token cannot come`(
    set: InstructionSet, kind: MixtureDivergence.Kind
  ) {
    var row = [Float](repeating: -.infinity, count: 65)
    row[3] = 0
    let bits = Halves(halfBits(Floats(row)))
    let x = draw(65, seed: 4)
    for temperature: Float in [1, 0.01, 100] {
      let loss = MixtureDivergence(kind, temperature: temperature)
      let (result, d) = loss.run(x, .halves(bits, rows: [0]), [3], on: set)
      #expect(result.badRow == nil && result.sums.loss.isFinite && result.sums.loss >= 0)
      #expect(d.allSatisfy { $0.isFinite })
      if temperature == 1 { #expect(d[3] < 0 && result.sums.loss > 0) }
    }
  }

  @Test(arguments: Dispatch.available, kinds)
  func `read no row of weight 0, and name one that is no distribution`(
    set: InstructionSet, kind: MixtureDivergence.Kind
  ) {
    let x = draw(3 * 17, seed: 1, scale: 2)
    var (bits, _) = `Cross-entropy against stored rows`.stored(17, rows: 3)
    bits[17 + 4] = 0x7E00
    let all = Distributions.halves(Halves(bits), rows: [0, 1, 2])
    let loss = MixtureDivergence(kind, temperature: 2, mix: 0.5)
    let (bad, d) = loss.run(x, all, [0, 0, 0], on: set)
    #expect(bad.badRow == 1 && bad.sums.loss.isFinite && d.allSatisfy { $0.isFinite })
    let (unread, e) = loss.run(x, all, [0, 0, 0], on: set, weights: [1, 0, 1])
    #expect(unread.badRow == nil && e[17..<34].allSatisfy { $0 == 0 })
    #expect(unread.sums == bad.sums && e == d)
  }

  /// A model that is exactly the target has nothing to learn; total variation has a kink there, and
  /// any slope in it.
  @Test(arguments: Dispatch.available, kinds)
  func `are 0 between a row and itself`(set: InstructionSet, kind: MixtureDivergence.Kind) {
    let x = draw(65, seed: 9, scale: 3)
    let targets = Distributions.logits(Floats(x.map { $0 + 1 }))
    let (result, d) = MixtureDivergence(kind).run(x, targets, [3], on: set)
    #expect(result.sums.loss >= 0 && result.sums.loss < 1e-6)
    if kind != .totalVariation {
      #expect(d.allSatisfy { abs($0) < 4 * Float(`Cross-entropy`.relative(65)) })
    }
  }

  /// The members of the family that have other names.
  @Test func `are the forward divergence and the symmetric one at their ends`() {
    let x = doubles(draw(33, seed: 1, scale: 2)), t = doubles(draw(33, seed: 2, scale: 2))
    let forward = Reference.softCrossEntropy(
      logits: x, targets: t, token: 0, temperature: 2, mix: 1)
    let skewed = reference(x, t, MixtureDivergence(.skewForward(alpha: 0), temperature: 2))
    #expect(abs(forward.sums.loss - skewed.sums.loss) < 1e-12)
    #expect(zip(forward.gradient, skewed.gradient).allSatisfy { abs($0 - $1) < 1e-12 })
    let half = MixtureDivergence(.jensenShannon(beta: 0.5))
    #expect(abs(reference(x, t, half).sums.loss - reference(t, x, half).sums.loss) < 1e-12)
    let top = TopTargets(TopRows(k: 1, ids: [0], logProbabilities: [0], tails: [0]))
    #expect(half.misfit(top) != nil && half.misfit(nil) == nil)
  }

  @Test(arguments: Dispatch.available, kinds)
  func `of a NaN logit are NaN`(set: InstructionSet, kind: MixtureDivergence.Kind) {
    let (result, _) = MixtureDivergence(kind).run(
      [1, .nan, 2], .logits(Floats([0, 0, 0])), [0], on: set)
    #expect(result.sums.loss.isNaN)
  }
}
