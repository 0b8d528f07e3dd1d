internal import Files
internal import Kernels
internal import Models
internal import Sets
internal import Stages
internal import Tokenization

/// One or several living teachers, as one source of distributions.
///
/// Several make a mixture of their probabilities, or each labels its own families. They read a
/// batch one after another; a teacher reads only the samples that it has a part in.
struct LivingTeachers: TargetSource {
  private let all: [LivingTeacher]
  private let mix: TeacherMix

  /// - Returns: `nil` where there is no teacher.
  /// - Throws: `TrainingError.teacher` for teachers of different tokens, and what loading one
  ///   throws.
  init?(
    _ inputs: [StageInput], mix: TeacherMix, engine: MatrixEngine, parts: Int, maxTokens: Int
  ) throws {
    guard !inputs.isEmpty else { return nil }
    all = try inputs.map {
      try LivingTeacher($0, engine: engine, parts: parts, maxTokens: maxTokens)
    }
    self.mix = mix
    let first = all[0]
    for other in all.dropFirst()
    where other.tokenizer.fingerprint != first.tokenizer.fingerprint
      || other.vocabulary != first.vocabulary
    {
      throw TrainingError.teacher(
        name: other.name,
        reason: "has other token ids than \(first.name) (\(other.vocabulary) and "
          + "\(first.vocabulary)) -- teachers are mixed token by token and must share a tokenizer")
    }
  }

  var name: String { all.map(\.name).joined(separator: ", ") }
  var tokenizer: Tokenizer { all[0].tokenizer }
  /// V; the student's must be equal.
  var vocabulary: Int { all[0].vocabulary }
  /// 64 hex.
  var fingerprint: String { mix.fingerprint(of: all.map(\.fingerprint)) }
  /// The manifest's key `teachers`; `nil` for one alone.
  var parts: JSON? { all.count == 1 ? nil : mix.json(of: all.map(\.fingerprint)) }

  var targetWidth: Int {
    all.count == 1
      ? all[0].width
      : MixedTargets.scratchWidth(widths: all.map(\.width), vocabulary: vocabulary)
  }

  /// The same, whose states at a place come with the distributions.
  ///
  /// - Throws: `TrainingError.teacher` for several teachers, whose states are no one's, and where
  ///   the one has no such place.
  func capturing(_ site: StateSite) throws -> LivingTeachers {
    guard all.count == 1 else {
      throw TrainingError.teacher(
        name: name, reason: "are several, and states are matched to those of one -- name one")
    }
    return LivingTeachers(all: [try all[0].capturing(site)], mix: mix)
  }

  /// Of the first: what is asked of one teacher's shape is asked of one alone.
  var configuration: TransformerConfiguration { all[0].configuration }
  var stateWidth: Int? { all.count == 1 ? all[0].stateWidth : nil }
  /// Bytes that they take: weights as read and as packed, and the activations of their passes.
  var heldBytes: Int { all.reduce(0) { $0 + $1.heldBytes } }
  /// Bytes that a row of a batch takes.
  var rowBytes: Int { all.reduce(0) { $0 + $1.rowBytes } }

  private init(all: [LivingTeacher], mix: TeacherMix) {
    self.all = all
    self.mix = mix
  }

  /// - Throws: `TrainingError.sample` for a sample whose family no teacher has.
  func requireFamilies(of samples: TrainingSamples) throws(TrainingError) {
    guard all.count > 1 else { return }
    for sample in samples.samples where mix.weights(of: sample.family, teachers: all.count) == nil {
      throw .sample(
        set: samples.name, id: sample.id,
        reason: "no teacher has its family -- route it, or name a \(TeacherMix.fallbackKey)")
    }
  }

  /// For each teacher the weight of each sample.
  private func weights(of members: [TrainingSamples.Sample]) -> [[Float]] {
    let rows = members.map { mix.weights(of: $0.family, teachers: all.count) ?? [] }
    return all.indices.map { teacher in
      rows.map { $0.indices.contains(teacher) ? Float($0[teacher]) : 0 }
    }
  }

  func targets(
    of members: [TrainingSamples.Sample], in batch: Batch, threads: Int
  ) throws -> any StepTargets {
    guard all.count > 1 else {
      let (final, captured) = try all[0].states(of: batch, threads: threads)
      return Step(
        finals: [final],
        rows: { StateTargets($0[0], width: all[0].width, readout: all[0].readout) },
        widths: [all[0].width], captured: captured)
    }
    let T = batch.tokens.count
    let weights = weights(of: members)
    var states: [Floats] = []
    for (teacher, own) in zip(all, weights) {
      let width = teacher.width
      let read = members.indices.filter { own[$0] > 0 }
      let whole = Floats(zeros: T * width)
      states.append(whole)
      if read.isEmpty { continue }
      let part = try Batch(samples: read.map { (members[$0].tokens, members[$0].mask) })
      let found = try teacher.states(of: part, threads: threads).final
      for (place, member) in read.enumerated() {
        let from = (part.rowStarts[place] * width)..<(part.rowStarts[place + 1] * width)
        let to = (batch.rowStarts[member] * width)..<(batch.rowStarts[member + 1] * width)
        whole[to].copy(from: found[from])
      }
    }
    let rowWeights = weights.map { own in
      zip(own, zip(batch.rowStarts, batch.rowStarts.dropFirst())).flatMap { weight, rows in
        [Float](repeating: weight, count: rows.1 - rows.0)
      }
    }
    let V = vocabulary
    return Step(
      finals: states,
      rows: { states in
        MixedTargets(
          all.indices.map {
            MixedTargets.Part(
              states: states[$0], width: all[$0].width, readout: all[$0].readout,
              weights: rowWeights[$0])
          }, vocabulary: V)
      }, widths: all.map(\.width))
  }

  /// One forward pass of each teacher over what it reads.
  func operations(_ batch: Batch, of members: [TrainingSamples.Sample]) -> Double {
    guard all.count > 1 else { return all[0].operations(batch) }
    return zip(all, weights(of: members)).reduce(0) { sum, one in
      let read = members.indices.filter { one.1[$0] > 0 }
      guard !read.isEmpty,
        let part = try? Batch(samples: read.map { (members[$0].tokens, members[$0].mask) })
      else { return sum }
      return sum + one.0.operations(part)
    }
  }

  private struct Step: StepTargets {
    let finals: [Floats]
    let make: @Sendable ([Floats]) -> any TargetRows
    let widths: [Int]
    /// Of one teacher, at the place that is matched.
    let captured: FloatStates?

    init(
      finals: [Floats], rows: @escaping @Sendable ([Floats]) -> any TargetRows, widths: [Int],
      captured: FloatStates? = nil
    ) {
      self.finals = finals
      make = rows
      self.widths = widths
      self.captured = captured
    }

    var rows: any TargetRows { make(finals) }
    var states: (any StateRows)? { captured ?? (widths.count == 1 ? rows.teacherStates : nil) }
    func poison(_ row: Int) {
      for (states, width) in zip(finals, widths) { states[row * width] = .nan }
    }
    func flaw(of row: Int) -> String { "the teacher's: NaN or infinity" }
  }
}

extension TrainingSamples.Sample {
  /// The family that its id names: `<family>-<16 hex>-<8 hex>`.
  var family: String {
    id.split(separator: "-", omittingEmptySubsequences: false).dropLast(2).joined(separator: "-")
  }
}
