internal import Files
internal import Kernels
internal import Models
internal import Sets
internal import Stages
internal import Tokenization

/// Distributions that a teacher computes on demand: nothing is stored, and every step pays for a
/// teacher pass over its batch.
///
/// The pass yields final states, `(rows, width)`; logits are computed from them tile by tile as the
/// tiles are trained on, so that no `(rows, V)` array exists. The loss equals that of distilling
/// from `full` labels of the same teacher, except for their rounding to halves.
struct LivingTeacher: TargetSource {
  let name: String
  /// 64 hex: the digest of its weights.
  let fingerprint: String
  let tokenizer: Tokenizer
  private let parameters: Parameters
  private let pass: InferencePass

  /// Loads the model of a finished stage; every file is checked against the manifest first.
  ///
  /// - Throws: `SetError.modelFile`, `TrainingError.teacher` for a vocabulary that does
  ///   not hold the tokenizer's ids, and what the readers of model and tokenizer throw.
  init(_ input: StageInput, engine: MatrixEngine, parts: Int, maxTokens: Int) throws {
    let stored = try StoredModel(input)
    name = stored.name
    fingerprint = stored.fingerprint
    let place = ModelFolder.place(inStage: stored.folder, files: stored.files)
    parameters = try ModelFolder.load(place)
    tokenizer = try Tokenizer(of: place)
    guard tokenizer.vocabularySize <= parameters.configuration.vocabularySize else {
      throw TrainingError.teacher(
        name: input.name,
        reason: "its tokenizer has \(tokenizer.vocabularySize) ids, its model takes "
          + "\(parameters.configuration.vocabularySize) -- they do not belong together")
    }
    pass = InferencePass(
      configuration: parameters.configuration, engine: engine, parts: parts,
      maximumTokensPerPart: max(maxTokens, TrainingPass.sliceRows),
      packed: PackedParameters(parameters, engine: engine))
  }

  /// V; the student's must be equal.
  var vocabulary: Int { parameters.configuration.vocabularySize }

  var targetWidth: Int { parameters.configuration.hiddenSize }

  func targets(
    of members: [TrainingSamples.Sample], in batch: Batch, threads: Int
  ) throws -> any StepTargets {
    let states = Floats(
      try pass.hiddenStates(parameters: parameters, batch: batch, threads: threads))
    return Step(states: states, width: targetWidth, readout: parameters.readout)
  }

  /// One forward pass; a training step is one and a backward pass of twice its cost.
  func operations(_ batch: Batch) -> Double {
    parameters.configuration.trainingOperations(rowStarts: batch.rowStarts) / 3
  }

  private struct Step: StepTargets {
    let states: Floats
    let width: Int
    let readout: Floats

    var rows: any TargetRows { StateTargets(states, width: width, readout: readout) }
    func poison(_ row: Int) { states[row * width] = .nan }
    func flaw(of row: Int) -> String { "the teacher's: NaN or infinity" }
  }
}
