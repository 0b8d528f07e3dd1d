import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

/// Targets as they are stored: halves by their places, and likeliest tokens.
struct `Stored targets` {
  let configuration: TransformerConfiguration
  let student: Parameters
  let batch: Batch
  /// The teacher's rows as halves, and the values they stand for.
  let bits: [UInt16]
  let rows: [Float]

  init() throws {
    configuration = try smallConfiguration()
    student = Parameters(drawn: configuration, seed: Seed(3))
    batch = try `Training pass`().manySequences(configuration)
    let inference = InferencePass(configuration: configuration, maximumTokensPerPart: 64)
    let logP = try inference.logProbabilities(
      parameters: Parameters(drawn: configuration, seed: Seed(4)), batch: batch)
    let stored = halfBits(Floats(logP))
    bits = stored
    rows = floats(ofHalves: stored.span)
  }

  private func gradient(
    _ targets: any TargetRows, _ loss: ForwardDivergence = ForwardDivergence(), threads: Int = 1
  ) throws -> (StepResult, [Float]) {
    let pass = TrainingPass(configuration: configuration, parts: 3, maximumTokensPerPart: 64)
    let result = try pass.step(
      parameters: student, batch: batch, loss: loss, targets: targets, threads: threads)
    return (result, pass.gradients.array)
  }

  /// In another order, with rows between them that belong to nobody.
  private func shuffled() -> HalfTargets {
    let V = configuration.vocabularySize
    let count = batch.tokens.count
    var all = [UInt16](repeating: 0x7E00, count: 2 * count * V)
    var places: [Int32] = []
    for row in 0..<count {
      let place = 2 * ((row * 7) % count)
      places.append(Int32(place))
      all.replaceSubrange(
        (place * V)..<((place + 1) * V), with: bits[(row * V)..<((row + 1) * V)])
    }
    return HalfTargets(Halves(all), rows: places)
  }

  @Test(arguments: [ForwardDivergence(), ForwardDivergence(temperature: 2, mix: 0.5)])
  func `train as the same rows in float32`(options: ForwardDivergence) throws {
    try #require(batch.tokens.count % 7 != 0)
    let (a, d) = try gradient(LogitTargets(rows), options)
    let (b, e) = try gradient(shuffled(), options, threads: 2)
    #expect(mismatch(d, e, tolerance: 1e-7) == nil)
    #expect(mismatch(d.map { -$0 }, e, tolerance: 1e-7) != nil)
    #expect(abs(a.lossSum - b.lossSum) < 1e-5 * abs(a.lossSum))
    #expect(abs(a.klSum - b.klSum) < 1e-5 * a.klSum)
  }

  @Test func `of all tokens train as whole rows`() throws {
    let V = configuration.vocabularySize
    let ids = batch.tokens.flatMap { _ in (0..<Int32(V)).reversed() }
    let values = batch.tokens.indices.flatMap { rows[($0 * V)..<(($0 + 1) * V)].reversed() }
    let top = TopRows(
      k: V, ids: ids, logProbabilities: values, tails: batch.tokens.map { _ in 0 })
    for mix: Float in [1, 0.3] {
      let options = ForwardDivergence(mix: mix)
      let (_, d) = try gradient(LogitTargets(rows), options)
      let (_, e) = try gradient(TopTargets(top), options, threads: 3)
      #expect(mismatch(d, e, tolerance: 1e-7) == nil)
    }
    #expect(throws: ModelError.self) {
      try gradient(TopTargets(top), ForwardDivergence(temperature: 2))
    }
  }

  /// The first in the batch, however many parts and threads look at once.
  @Test(arguments: [1, 2, 3]) func `that are none are named`(threads: Int) throws {
    let V = configuration.vocabularySize
    let counting = batch.weights.indices.filter { batch.weights[$0] > 0 }
    var broken = bits
    for row in [counting[counting.count / 3], counting[counting.count - 2]] {
      broken[row * V + 5] = 0x7E00
    }
    let places = batch.tokens.indices.map { Int32($0) }
    #expect(throws: ModelError.target(row: counting[counting.count / 3])) {
      try gradient(HalfTargets(Halves(broken), rows: places), threads: threads)
    }
    var values = rows
    values[counting[4] * V] = .nan
    #expect(throws: ModelError.target(row: counting[4])) {
      try gradient(LogitTargets(values), threads: threads)
    }
    var probabilities = rows.map { expf($0) }
    probabilities[counting[9] * V] = .nan
    #expect(throws: ModelError.target(row: counting[9])) {
      try gradient(LogitTargets(probabilities.map { logf($0) }), threads: threads)
    }
    let silent = try #require(batch.weights.firstIndex(of: 0))
    var unread = bits
    unread[silent * V] = 0x7E00
    _ = try gradient(HalfTargets(Halves(unread), rows: places), threads: threads)
  }

  @Test func `that do not fit the batch are refused`() throws {
    let halves = Halves(bits)
    let places = batch.tokens.indices.map { Int32($0) }
    for wrong in [Array(places.dropLast()), places.map { $0 + 1 }, places.map { $0 - 1 }] {
      #expect(throws: ModelError.self) { try gradient(HalfTargets(halves, rows: wrong)) }
    }
    let top = TopRows(k: 1, ids: [0], logProbabilities: [0], tails: [0])
    #expect(throws: ModelError.self) { try gradient(TopTargets(top)) }
  }
}
