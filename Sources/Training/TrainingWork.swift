internal import Archives
internal import Files
internal import Kernels
internal import Models
internal import Sets
internal import SoftLabels
internal import Stages
internal import Tokenization

/// What the stages `train` and `distil` do, the objective being all that they differ in.
struct TrainingWork: Sendable {
  /// What a stage wishes to train towards; the smoothing may follow from the set.
  enum Wish: Sendable, Equatable {
    case hard
    /// `nil`: as uncertain as the set's labels are on average.
    case smoothed(Double?)
    case soft(temperature: Double, mix: Double)

    var name: String {
      switch self {
      case .hard: "hard"
      case .smoothed: "smoothed"
      case .soft: "soft"
      }
    }
  }

  let kind: String
  let codeVersion: Int
  let settings: TrainingSettings
  let wish: Wish
  /// Ids of a tokenizer that is trained on the set's texts, at most.
  let vocabularyLimit: Int
  let takesUnverified: Bool
  let inputs: TrainingInputs
  /// Every setting written out.
  let resolved: JSONObject

  /// Refuses what the outlooks of the inputs rule out already, in the order of the stage's inputs.
  func check(_ outlooks: [Outlook]) throws {
    func outlook(_ input: StageInput?) -> Outlook? {
      outlooks.first { $0.name == input?.name }
    }
    let set = outlook(inputs.samples)
    let validation = outlook(inputs.validation)
    if case .soft = wish, set?.labels == "none" {
      throw InputError(
        input: inputs.samples.name,
        reason: "holds no distributions (source: none) -- label it with source: teacher or oracle")
    }
    if case .smoothed(nil) = wish, let set, set.labels ?? "none" == "none" {
      throw InputError(
        input: inputs.samples.name,
        reason:
          "holds no labels whose mean entropy could be taken -- say how much: smoothing: 0.1, "
          + "or train on a label set")
    }
    if let reason = validation.flatMap({ set?.overlap(with: $0) }) {
      throw InputError(
        input: inputs.validation?.name ?? "",
        reason: "its problems are learnt from: \(inputs.samples.name) holds them too, since "
          + "\(reason) -- draw the validation set with split: validation")
    }
    for found in [set, validation] where found?.isVerified == false && !takesUnverified {
      throw InputError(
        input: found?.name ?? "",
        reason: "will not be verified -- say unverified: true to train on it")
    }
  }

  static let metricsFile = "metrics.jsonl"

  func run(
    _ context: StageContext, failure: InjectedFailure?, shouldStop: @escaping () -> Bool
  ) throws -> StageResult {
    let reader = try open(inputs.samples)
    let order = try OrderFile(
      inputs.order, over: reader, entries: settings.steps * settings.batch)
    let isSoft: Bool
    if case .soft = wish { isSoft = true } else { isSoft = false }
    let samples = try TrainingSamples(
      inputs.samples, reader: reader, texts: .trainTokenizer(vocabulary: vocabularyLimit),
      positions: Set(order.positions).sorted().map { Int($0) }, distributions: isSoft,
      maxTokens: settings.maxTokens, context: context)
    var model = settings.model
    model.vocabularySize = samples.vocabulary
    let objective = try objective(
      vocabulary: samples.vocabulary, manifest: reader.manifest)
    let batches = try TrainingBatches(samples: samples, order: order, batchSize: settings.batch)
    let validation = try validation(
      samples.tokenizer, model: model, apartFrom: reader, context: context)
    var contents: [String] = []
    for input in [inputs.samples, inputs.order] + (inputs.validation.map { [$0] } ?? []) {
      contents.append(try input.require().manifest.content)
    }
    let configuration = StageKey(
      kind: kind, codeVersion: codeVersion, configuration: resolved, inputs: contents
    ).hex
    var run = try TrainingRun(
      settings: settings, objective: objective, model: model, batches: batches,
      validation: validation,
      store: CheckpointStore(
        folder: context.scratch, configuration: configuration, orderDigest: order.digest,
        batch: settings.batch, model: model),
      context: context)
    run.failure = failure
    run.shouldStop = shouldStop
    let initial = SHA256.hash(
      try Self.weights(of: Parameters(drawn: model, seed: TrainingRun.weightSeed(settings)))
    ).hex
    try run.run()
    return try finish(run, objective: objective, initialWeights: initial, context: context)
  }

  /// A set whose every record was verified, unless the settings take others.
  private func open(_ input: StageInput) throws -> ArchiveReader {
    let reader = try ArchiveReader(directory: try input.require().folder)
    if try SetManifest(reader.manifest, name: input.name).isVerified == false, !takesUnverified {
      throw TrainingError.set(
        name: input.name, reason: "is not verified -- say unverified: true to train on it")
    }
    return reader
  }

  private func objective(vocabulary: Int, manifest: Manifest) throws -> Objective {
    switch wish {
    case .hard: return .hard
    case .soft(let temperature, let mix):
      return .soft(SoftTargetOptions(temperature: Float(temperature), mix: Float(mix)))
    case .smoothed(let epsilon?): return .smoothed(epsilon: Float(epsilon))
    case .smoothed(nil):
      guard
        let certificate = try SetManifest(manifest, name: inputs.samples.name).certificate()
      else { throw SetError.noLabels(set: inputs.samples.name) }
      let entropy = certificate.meanEntropy
      let epsilon = Smoothing.epsilon(entropy: entropy, vocabulary: vocabulary)
      return .smoothed(epsilon: min(Float(epsilon), Float(1).nextDown))
    }
  }

  private func validation(
    _ tokenizer: Tokenizer, model: TransformerConfiguration, apartFrom training: ArchiveReader,
    context: StageContext
  ) throws -> Validation? {
    guard let input = inputs.validation else { return nil }
    let reader = try open(input)
    let problems = try reader.problems()
    let shared = problems.shared(with: try training.problems())
    guard shared.count == 0 else {
      throw TrainingError.set(
        name: input.name,
        reason: "\(shared.count) of its \(problems.count) problems stand in \(inputs.samples.name) "
          + "too, which is learnt from (content "
          + shared.examples.joined(separator: ", ")
          + ") -- draw the validation set with split: validation")
    }
    let hasOracle = try SetManifest(reader.manifest, name: input.name).source == .oracle
    let samples = try TrainingSamples(
      input, reader: reader, texts: .encode(with: tokenizer), positions: nil,
      distributions: hasOracle,
      maxTokens: settings.maxTokens, context: context)
    guard samples.vocabulary == model.vocabularySize else {
      throw TrainingError.set(
        name: input.name,
        reason: "has \(samples.vocabulary) token ids, the training set "
          + "\(model.vocabularySize)")
    }
    return try Validation(
      samples: samples, hasOracle: hasOracle, configuration: model,
      engine: MatrixEngine(backend: settings.backend, precision: settings.precision),
      parts: settings.parts)
  }

  /// Writes the outputs: the model, the best weights where they are others, the metrics.
  private func finish(
    _ run: TrainingRun, objective: Objective, initialWeights: String, context: StageContext
  ) throws -> StageResult {
    let samples = run.batches.samples
    let folder = context.folder + "/" + StoredModel.folderName
    try Folder.make(folder)
    var files: [String] = []
    var fingerprint = ""
    for (name, bytes) in try ModelFolder.files(
      run.parameters,
      wrapping: Wrapping(samples.tokenizer, template: samples.template))
    {
      try write(bytes, StoredModel.folderName + "/" + name, context, to: &files)
      if name == ModelFolder.weightsName { fingerprint = SHA256.hash(bytes).hex }
    }
    try Folder.sync(folder)
    let best = run.state.best
    if let best, best.step != run.state.step {
      try write(try Self.weights(of: best.weights), StoredModel.bestName, context, to: &files)
    }
    let lines = run.state.metrics.map { $0.serialized() + [0x0A] }
    try write(Array(lines.joined()), Self.metricsFile, context, to: &files)

    let unique = run.batches.uniqueCount(through: run.state.step)
    var facts: JSONObject = [
      "parameters": JSON(run.parameters.layout.count), "tokens": JSON(run.state.tokens),
      "tokens_processed": JSON(run.state.rows), "flops": JSON(run.state.operations),
      "fingerprint": JSON(fingerprint), "tokenizer": JSON(samples.tokenizer.fingerprint),
      "vocab_size": JSON(samples.vocabulary), "steps": JSON(run.state.step),
      "best_step": best.map { JSON($0.step) } ?? .null,
      "initial_weights": JSON(initialWeights), "order": JSON(run.batches.order.digest),
      "unique_samples": JSON(unique), "dropped": JSON(samples.dropped), "labels": JSON(wish.name),
      "machines": run.state.machines.json,
    ]
    if case .smoothed(let epsilon) = objective { facts["smoothing"] = JSON(Double(epsilon)) }
    return StageResult(
      details: facts, files: files,
      summary:
        "\(run.parameters.layout.count) parameters, \(run.state.tokens.counted("target")) of "
        + unique.counted("sample")
        + (run.state.machines.isMixed ? "; steps \(run.state.machines.words)" : ""))
  }

  /// The bytes of `model.safetensors`.
  ///
  /// - Throws: where a model's folder holds no such file, rather than the digest of nothing.
  private static func weights(of parameters: Parameters) throws -> [UInt8] {
    let files = ModelFolder.files(parameters, tokenizer: nil)
    guard let weights = files.first(where: { $0.name == ModelFolder.weightsName }) else {
      throw StageError.data("a model's folder has no \(ModelFolder.weightsName) to be digested")
    }
    return weights.bytes
  }

  private func write(
    _ bytes: [UInt8], _ name: String, _ context: StageContext, to files: inout [String]
  ) throws(FileError) {
    let file = try OutputFile(creating: context.folder + "/" + name)
    try file.write(bytes)
    try file.finish()
    files.append(name)
  }
}
