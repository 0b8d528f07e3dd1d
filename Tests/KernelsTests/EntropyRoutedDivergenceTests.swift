import Foundation
import Kernels
import Testing

/// Tolerances as in `Reverse divergence`, which is the rougher of the two ways.
struct `A loss that goes by entropy` {
  typealias Case = (InstructionSet, Int)
  static let losses = [
    EntropyRoutedDivergence(threshold: 0, floor: -12),
    EntropyRoutedDivergence(threshold: 99, floor: -12),
    EntropyRoutedDivergence(threshold: 99, temperature: 2, mix: 0.5, floor: -12),
    EntropyRoutedDivergence(judge: .student, threshold: 99, floor: -12),
    EntropyRoutedDivergence(judge: .student, settled: .nextToken, threshold: 99),
    EntropyRoutedDivergence(settled: .nextToken, threshold: 99, temperature: 3, mix: 0.5),
    EntropyRoutedDivergence(settled: .nextToken, threshold: 0, temperature: 3, mix: 0.5),
  ]

  @Test(arguments: `Cross-entropy`.cases, losses)
  func `agrees with the reference and with central differences, in both forms`(
    _ c: Case, loss: EntropyRoutedDivergence
  ) {
    let (set, V) = c
    let x = draw(V, seed: 1, scale: 2)
    let (bits, values) = `Cross-entropy against stored rows`.stored(V)
    let expected = Reference.entropyRouted(loss, logits: doubles(x), targets: values, token: 0)
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
      let numeric = centralDifferences(doubles(x)) {
        Reference.entropyRouted(loss, logits: $0, targets: values, token: 0).sums.loss
      }
      #expect(mismatch(d, numeric, absolute: tolerance + 1e-8, relative: 0) == nil)
      #expect(mismatch(d.map { -$0 }, numeric, absolute: tolerance + 1e-8, relative: 0) != nil)
    }
  }

  /// Rows of one tile that go different ways: each is what it would be alone.
  @Test(arguments: Dispatch.available, ["teacher", "mixed", "student", "hard"])
  func `agrees with PyTorch`(set: InstructionSet, name: String) throws {
    let golden = try Golden("entropy-routed-\(name)")
    let loss = EntropyRoutedDivergence(
      judge: name == "student" ? .student : .teacher,
      settled: name == "hard" ? .nextToken : .reverse,
      threshold: Float(golden.number("threshold")),
      temperature: Float(golden.number("temperature")), mix: Float(golden.number("mix")),
      floor: Float(golden.number("floor")))
    let (result, d) = loss.run(
      golden.floats("logits"), .logits(Floats(golden.floats("targets"))), golden.tokens("tokens"),
      on: set, weights: golden.floats("weights"))
    let expected = LossSums(
      loss: golden.number("loss"), crossEntropy: golden.number("crossEntropy"),
      divergence: golden.number("divergence"))
    #expect(result.badRow == nil)
    let tolerance = `Cross-entropy`.relative(21) * 24
    #expect(`Cross-entropy`().close(result.sums, expected, 5 * 20 * tolerance))
    #expect(mismatch(d, golden["dLogits"], absolute: 2 * tolerance, relative: 0) == nil)
    let judged = golden.floats(name == "student" ? "logits" : "targets")
    let entropies = Dispatch.using(set) { rowEntropies(Floats(judged), vocabulary: 21, rows: 5) }
    // A sum of 21 terms of at most log 21 nats each, rounded at every one.
    #expect(mismatch(entropies, golden["entropies"], absolute: 21 * 4e-7, relative: 0) == nil)
  }

  /// One ruled-out token, all but one, a temperature that leaves one: nothing may be infinite.
  @Test(arguments: Dispatch.available, losses)
  func `is finite where a label says that a token cannot come`(
    set: InstructionSet, loss: EntropyRoutedDivergence
  ) {
    var row = [Float](repeating: -.infinity, count: 65)
    row[3] = 0
    let bits = Halves(halfBits(Floats(row)))
    for temperature: Float in [1, 0.01, 100] {
      var loss = loss
      loss.temperature = temperature
      let (result, d) = loss.run(draw(65, seed: 4), .halves(bits, rows: [0]), [3], on: set)
      #expect(result.badRow == nil && result.sums.loss.isFinite && result.sums.loss >= 0)
      #expect(d.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: Dispatch.available, losses)
  func `reads no row of weight 0, and names one that is no distribution`(
    set: InstructionSet, loss: EntropyRoutedDivergence
  ) {
    let x = draw(3 * 17, seed: 1, scale: 2)
    var (bits, _) = `Cross-entropy against stored rows`.stored(17, rows: 3)
    bits[17 + 4] = 0x7E00
    let all = Distributions.halves(Halves(bits), rows: [0, 1, 2])
    let (bad, d) = loss.run(x, all, [0, 0, 0], on: set)
    #expect(bad.badRow == 1 && bad.sums.loss.isFinite && d.allSatisfy { $0.isFinite })
    let (unread, e) = loss.run(x, all, [0, 0, 0], on: set, weights: [1, 0, 1])
    #expect(unread.badRow == nil && e[17..<34].allSatisfy { $0 == 0 })
    #expect(unread.sums == bad.sums && e == d)
  }

  @Test func `needs whole distributions`() {
    let top = TopTargets(TopRows(k: 1, ids: [0], logProbabilities: [0], tails: [0]))
    #expect(
      EntropyRoutedDivergence().misfit(top) != nil && EntropyRoutedDivergence().misfit(nil) == nil)
  }

  /// An even row, a certain one, one of two ways.
  @Test(arguments: Dispatch.available) func `knows entropies`(set: InstructionSet) {
    var rows = [Float](repeating: 0, count: 17)
    rows += [Float](repeating: -.infinity, count: 16) + [5]
    rows += [Float](repeating: -.infinity, count: 15) + [1, 1]
    let found = Dispatch.using(set) { rowEntropies(Floats(rows), vocabulary: 17, rows: 3) }
    #expect(abs(found[0] - log(17)) < 1e-6 && found[1] == 0 && abs(found[2] - log(2)) < 1e-6)
  }
}
