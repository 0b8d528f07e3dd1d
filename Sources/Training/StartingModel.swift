internal import Files
internal import Kernels
internal import Models
internal import Sets
internal import Stages
internal import Tokenization

/// The checkpoint that a training starts from: weights, shape and tokenizer, which the trained
/// model keeps.
struct StartingModel {
  let name: String
  /// 64 hex: the digest of its weights file.
  let fingerprint: String
  /// float32, whatever the file holds.
  var parameters: Parameters
  let tokenizer: Tokenizer
  /// `config.json`, as stored or as made from a GGUF file's metadata.
  var configuration: JSONObject
  /// What was pruned away before the training.
  var pruned: Pruned?

  /// Loads the model of a finished stage; every file is checked against the manifest first.
  ///
  /// - Throws: `SetError.modelFile`, `ModelError.memory`, `TrainingError.start`, and what the
  ///   readers of model and tokenizer throw.
  init(_ input: StageInput, threads: Int) throws {
    let stored = try StoredModel(input)
    name = stored.name
    fingerprint = stored.fingerprint
    let place = ModelFolder.place(inStage: stored.folder, files: stored.files)
    let file = try ModelFile(place)
    // Weights, gradient, both moments.
    try file.requireMemory(bytesPerWeight: 16)
    configuration = file.checkpoint.configuration
    parameters = try file.parameters(threads: threads)
    tokenizer = try Tokenizer(of: place)
    guard tokenizer.vocabularySize <= parameters.configuration.vocabularySize else {
      throw TrainingError.start(
        name: name,
        reason: "its tokenizer has \(tokenizer.vocabularySize) ids, its model takes "
          + "\(parameters.configuration.vocabularySize) -- they do not belong together")
    }
  }

  /// How sets become tokens.
  ///
  /// - Parameter template: name of the wrapping; `nil`: as its tokenizer says.
  func texts(_ template: String?) -> TrainingSamples.Texts {
    .wrap(tokenizer, template: template)
  }

  /// - Throws: `TrainingError.start` where samples may be longer than the model reads.
  func check(maxTokens: Int) throws(TrainingError) {
    let most = parameters.configuration.positionCount
    guard maxTokens <= most + 1 else {
      throw .start(
        name: name,
        reason: "takes at most \(most) positions, max_tokens is \(maxTokens) -- set max_tokens to "
          + "\(most + 1) or less")
    }
  }

  /// Gives samples the model's number of rows.
  func adapt(_ samples: inout TrainingSamples) throws(TrainingError) {
    try samples.widen(to: parameters.configuration.vocabularySize)
  }
}
