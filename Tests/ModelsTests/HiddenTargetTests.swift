import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

/// Targets that are a teacher's hidden states.
struct `Hidden targets` {
  let configuration: TransformerConfiguration
  let student: Parameters
  let teacher: Parameters
  let batch: Batch

  init() throws {
    configuration = try smallConfiguration()
    student = Parameters(drawn: configuration, seed: Seed(3))
    teacher = Parameters(drawn: configuration, seed: Seed(4))
    batch = try `Training pass`().manySequences(configuration)
  }

  private func states(_ format: HiddenStates.Format) throws -> HiddenStates {
    let pass = InferencePass(configuration: configuration, maximumTokensPerPart: 64)
    let rows = try pass.hiddenStates(parameters: teacher, batch: batch)
    let states = HiddenStates(
      format, rowCount: batch.tokens.count, width: configuration.hiddenSize)
    #expect(states.store(0..<batch.tokens.count, from: Floats(rows)) == nil)
    return states
  }

  /// The logits of the stored states, by the definition.
  private func logits(_ states: HiddenStates) -> [Float] {
    let (C, V) = (configuration.hiddenSize, configuration.vocabularySize)
    let rows = Floats(zeros: states.rowCount * C)
    states.read(0..<states.rowCount, into: rows)
    return (0..<states.rowCount).flatMap { row in
      (0..<V).map { v in
        var sum = 0.0
        for i in 0..<C { sum += Double(rows[row * C + i]) * Double(teacher.readout[v * C + i]) }
        return Float(sum)
      }
    }
  }

  private func gradient(
    _ targets: any TargetRows, parts: Int = 3, threads: Int = 1
  ) throws -> (StepResult, [Float]) {
    let pass = TrainingPass(configuration: configuration, parts: parts, maximumTokensPerPart: 64)
    let result = try pass.step(
      parameters: student, batch: batch, loss: ForwardDivergence(temperature: 2, mix: 0.5),
      targets: targets, threads: threads)
    return (result, pass.gradients.array)
  }

  @Test(arguments: HiddenStates.Format.allCases, [1, 2])
  func `train as the dense rows that they stand for`(
    format: HiddenStates.Format, threads: Int
  ) throws {
    let states = try states(format)
    let dense = logits(states)
    // In another order than the batch's.
    let places = batch.tokens.indices.map { Int32(batch.tokens.count - 1 - $0) }
    let turned = HiddenStates(
      format, rowCount: states.rowCount, width: configuration.hiddenSize)
    for row in 0..<states.rowCount {
      var bytes: [UInt8] = []
      states.append(row..<(row + 1), to: &bytes)
      let to = states.rowCount - 1 - row
      turned.copy(to: to..<(to + 1), from: bytes, at: 0)
      turned.setScales(to..<(to + 1), states.scales(row..<(row + 1)))
    }
    let (a, d) = try gradient(LogitTargets(dense))
    let (b, e) = try gradient(
      HiddenTargets(turned, rows: places, readout: teacher.readout), threads: threads)
    #expect(mismatch(d, e, tolerance: 1e-6) == nil)
    #expect(mismatch(d.map { -$0 }, e, tolerance: 1e-6) != nil)
    #expect(abs(a.lossSum - b.lossSum) < 1e-5 * abs(a.lossSum))
  }

  @Test func `of a NaN name their row`() throws {
    let states = try states(.float16)
    let row = try #require(batch.weights.lastIndex { $0 > 0 })
    states.copy(
      to: row..<(row + 1), from: [UInt8](repeating: 0xFF, count: 2 * configuration.hiddenSize),
      at: 0)
    #expect(throws: ModelError.target(row: row)) {
      try gradient(
        HiddenTargets(
          states, rows: batch.tokens.indices.map { Int32($0) }, readout: teacher.readout))
    }
  }

  @Test func `that do not fit are refused`() throws {
    let states = try states(.float16)
    let places = batch.tokens.indices.map { Int32($0) }
    for wrong in [Array(places.dropLast()), places.map { $0 + 1 }, places.map { $0 - 1 }] {
      #expect(throws: ModelError.self) {
        try gradient(HiddenTargets(states, rows: wrong, readout: teacher.readout))
      }
    }
    #expect(throws: ModelError.self) {
      try gradient(
        HiddenTargets(states, rows: places, readout: teacher.readout[0..<configuration.hiddenSize]))
    }
  }

  /// A teacher may be much wider than its student.
  @Test func `of a wide teacher fit where the pass was told`() throws {
    let width = 4096
    let states = HiddenStates(.float16, rowCount: batch.tokens.count, width: width)
    let zeros = Floats(zeros: batch.tokens.count * width)
    _ = states.store(0..<batch.tokens.count, from: zeros)
    let readout = Floats(zeros: configuration.vocabularySize * width)
    let targets = HiddenTargets(
      states, rows: batch.tokens.indices.map { Int32($0) }, readout: readout)
    let pass = TrainingPass(
      configuration: configuration, parts: 3, maximumTokensPerPart: 64, targetWidth: width)
    let result = try pass.step(
      parameters: student, batch: batch, loss: ForwardDivergence(), targets: targets)
    // All logits 0: the teacher is uniform, and KL is log V minus the student's entropy, at least
    // 0.
    #expect(result.klSum > 0)
  }
}
