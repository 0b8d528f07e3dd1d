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
struct LivingTeacher: Sendable {
  let name: String
  /// 64 hex: the digest of its weights.
  let fingerprint: String
  let tokenizer: Tokenizer
  private let parameters: Parameters
  private let pass: InferencePass
  /// The place whose states come with the distributions; `nil`: what the readout reads.
  private(set) var site: StateSite?

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

  /// The same teacher, whose states at a place come with its distributions.
  ///
  /// - Throws: `TrainingError.teacher` where it has no such place.
  func capturing(_ site: StateSite) throws -> LivingTeacher {
    if let reason = site.misfit(configuration) {
      throw TrainingError.teacher(
        name: name, reason: "has no \(reason) -- name a teacher_layer that there is")
    }
    var other = self
    other.site = site == .final ? nil : site
    return other
  }

  /// Bytes that it takes: weights as read and as packed, and the activations of its pass.
  var heldBytes: Int {
    let weights = ParameterLayout(configuration).count
    return MemoryLayout<Float>.stride * 2 * weights + pass.bytes
  }

  /// Bytes that a row of a batch takes: its states, as the pass leaves them and as they are kept.
  var rowBytes: Int { MemoryLayout<Float>.stride * (2 * width + 2 * (stateWidth ?? 0)) }

  var configuration: TransformerConfiguration { parameters.configuration }

  var stateWidth: Int? { (site ?? .final).width(configuration) }

  /// V; the student's must be equal.
  var vocabulary: Int { parameters.configuration.vocabularySize }

  /// Width of its states.
  var width: Int { parameters.configuration.hiddenSize }
  /// `(V, width)`: times a state, these are its logits.
  var readout: Floats { parameters.readout }

  /// Final states of a batch, `(rows, width)`, and those at its site.
  func states(
    of batch: Batch, threads: Int
  ) throws -> (final: Floats, captured: FloatStates?) {
    guard let site else {
      return (
        Floats(try pass.hiddenStates(parameters: parameters, batch: batch, threads: threads)), nil
      )
    }
    let (final, other) = try pass.hiddenStates(
      parameters: parameters, batch: batch, and: site, threads: threads)
    return (final, FloatStates(other, width: site.width(configuration)))
  }

  /// One forward pass; a training step is one and a backward pass of twice its cost.
  func operations(_ batch: Batch) -> Double {
    parameters.configuration.trainingOperations(rowStarts: batch.rowStarts) / 3
  }
}
