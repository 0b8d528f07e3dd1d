internal import Foundation
internal import Kernels
internal import Models
internal import Records
internal import Sets
internal import Tokenization

/// The distributions of several teachers with the same tokens: their weighted mixture, or those of
/// the family's own teacher.
struct MixedRows: RowMaking {
  private let teachers: [Teacher]
  private let mix: TeacherMix
  private let engine: MatrixEngine
  private let packed: [PackedParameters?]
  /// Most rows of a sample.
  private let limit: Int

  /// - Throws: `TeachingError.otherTokens` for teachers whose tokens differ.
  init(
    _ teachers: [Teacher], mix: TeacherMix, engine: MatrixEngine, limit: Int
  ) throws(TeachingError) {
    let first = teachers[0]
    for other in teachers.dropFirst()
    where other.tokenizer.fingerprint != first.tokenizer.fingerprint
      || other.vocabulary != first.vocabulary || other.wrapping.sha256 != first.wrapping.sha256
    {
      throw .otherTokens(teacher: other.name, than: first.name)
    }
    self.teachers = teachers
    self.mix = mix
    self.engine = engine
    self.limit = limit
    packed = teachers.map { PackedParameters($0.parameters, engine: engine) }
  }

  func passes() -> [InferencePass] {
    zip(teachers, packed).map { teacher, packed in
      InferencePass(
        configuration: teacher.parameters.configuration, engine: engine, parts: 1,
        maximumTokensPerPart: limit, packed: packed)
    }
  }

  func rows(of item: Labeller.Tokenised, with passes: [InferencePass]) throws -> MadeRows? {
    guard let weights = mix.weights(of: item.record.family, teachers: teachers.count) else {
      throw TeachingError.unrouted(sample: item.record.id, family: item.record.family)
    }
    let batch = try Batch(samples: [(item.tokens, item.mask)])
    var sum: Floats?
    var operations = 0.0
    for (place, weight) in weights.enumerated() where weight > 0 {
      let own = Floats(
        try passes[place].logProbabilities(
          parameters: teachers[place].parameters, batch: batch))
      operations += teachers[place].operations(sequenceLengths: [item.tokens.count - 1])
      if weight == 1 {
        sum = own
      } else if let sum {
        add(logarithms: own, weighing: Float(weight), to: sum)
      } else {
        let first = Floats(zeros: own.count)
        add(logarithms: own, weighing: Float(weight), to: first, isFirst: true)
        sum = first
      }
    }
    guard let sum else { return nil }
    // Rounding of the weights' logarithms is not the teachers'.
    let V = teachers[0].vocabulary
    logSoftmax(y: sum, x: sum, rows: sum.count / V, vocabulary: V)
    return MadeRows(rows: sum.array, mask: item.mask, operations: operations, spans: nil)
  }
}
