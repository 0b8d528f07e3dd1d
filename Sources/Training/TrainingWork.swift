internal import Archives
internal import Files
internal import Kernels
internal import Models
internal import Sets
internal import SoftLabels
internal import Stages
internal import Tokenization

/// The work of the stages `train` and `distil`, which differ in their objective alone.
struct TrainingWork: Sendable {
  let kind: String
  let codeVersion: Int
  let settings: TrainingSettings
  let objective: any Objective
  /// Whose texts are learnt.
  let texts: TextChoice
  /// Most ids of a tokenizer that is trained on the set's texts.
  let vocabularyLimit: Int
  let takesUnverified: Bool
  let inputs: TrainingInputs
  /// Every setting written out.
  let resolved: JSONObject

  /// Reads the settings of a stage.
  ///
  /// - Parameters:
  ///   - stage: the stage whose work it is.
  ///   - objective: used if the settings name none.
  ///   - alias: another key that may name one.
  init(
    _ stage: any Stage.Type, _ settings: inout Settings, _ inputs: TrainingInputs,
    objective: any Objective.Type, alias: Settings.Alias? = nil
  ) throws {
    kind = stage.kind
    codeVersion = stage.codeVersion
    self.inputs = inputs
    self.settings = try TrainingSettings(&settings, models: inputs.models)
    self.objective = try Objectives.read(&settings, default: objective, alias: alias)
    if let teacher = inputs.teacher, !self.objective.readsDistributions {
      throw settings.error(
        "objective",
        "expected one on distributions where a teacher is given (\(teacher.name)) -- leave one out")
    }
    if let start = inputs.start, settings.has("tokenizer") {
      throw settings.error(
        "tokenizer", "the model starts from \(start.name) and keeps its tokenizer -- leave it out")
    }
    texts =
      try settings.when(inputs.teacher != nil, "a living teacher is given") {
        settings throws(ConfigurationError) in try TextChoice(&settings)
      } ?? .set
    let limit = try settings.when(
      !inputs.isTokenized && inputs.teacher == nil && inputs.start == nil,
      "the set comes without tokens and no checkpoint brings a tokenizer"
    ) {
      settings throws(ConfigurationError) in
      try settings.block("tokenizer") { block throws(ConfigurationError) in
        try block.int(
          "vocab_size", default: 512, in: 259...1_000_000, "tokens that the tokenizer may learn")
      }
    }
    vocabularyLimit = limit ?? 0
    takesUnverified = try settings.bool(
      "unverified", default: false, "take sets that no verifier has judged")
    resolved = settings.resolved
    if self.objective.readsDistributions { try inputs.requireTokens(stage.kind) }
  }

  /// Refuses what the outlooks of the inputs already rule out, in the order of the stage's inputs.
  func check(_ outlooks: [Outlook]) throws {
    func outlook(_ input: StageInput?) -> Outlook? {
      outlooks.first { $0.name == input?.name }
    }
    let set = outlook(inputs.samples)
    let validation = outlook(inputs.validation)
    if objective.readsDistributions, inputs.teacher == nil, set?.labels == "none" {
      throw InputError(
        input: inputs.samples.name,
        reason:
          "holds no distributions (source: none) -- label it with source: teacher or oracle, or "
          + "give a teacher that makes them as they are read")
    }
    if objective.needsCertificate, let set, set.labels ?? "none" == "none" {
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
    let teacher = try inputs.teacher.map {
      try LivingTeacher(
        $0, engine: MatrixEngine(backend: settings.backend, precision: settings.precision),
        parts: settings.parts, maxTokens: settings.maxTokens)
    }
    let start = try inputs.start.map { try StartingModel($0, threads: context.threads) }
    try start?.check(maxTokens: settings.maxTokens)
    var samples = try TrainingSamples(
      inputs.samples, reader: reader,
      texts: start?.texts(settings.start?.template)
        ?? teacher.flatMap { inputs.isTokenized ? nil : .encode(with: $0.tokenizer) }
        ?? .trainTokenizer(vocabulary: vocabularyLimit),
      positions: Set(order.positions).sorted().map { Int($0) },
      distributions: objective.readsDistributions && teacher == nil,
      maxTokens: settings.maxTokens, context: context)
    try start?.adapt(&samples)
    if let teacher { try check(teacher, samples) }
    let initial = try start?.parameters ?? drawn(samples.vocabulary, threads: context.threads)
    let model = initial.configuration
    let objective = try objective.settled(vocabulary: samples.vocabulary) {
      try TokenSet(reader: reader, name: inputs.samples.name).certificate()
    }
    let batches = try batches(
      of: samples, order, positions: model.positionCount, threads: context.threads)
    let validation = try validation(
      samples, start: start, model: model, apartFrom: reader, context: context)
    var contents: [String] = []
    let given = [inputs.samples, inputs.order, inputs.validation, inputs.teacher, inputs.start]
    for input in given.compactMap({ $0 }) {
      contents.append(try input.require().manifest.content)
    }
    let configuration = StageKey(
      kind: kind, codeVersion: codeVersion, configuration: resolved, inputs: contents
    ).hex
    let digest =
      try start?.fingerprint ?? SHA256.hash(Self.weights(of: initial)).hex
    var run = try TrainingRun(
      settings: settings, objective: objective, initial: initial, batches: batches,
      teaching: teacher
        ?? samples.labels.map { StoredTargets($0, rows: batches.largestSizes().rows) },
      validation: validation,
      store: CheckpointStore(
        folder: context.scratch, configuration: configuration, orderDigest: order.digest,
        batch: settings.batch, model: model),
      context: context)
    run.failure = failure
    run.shouldStop = shouldStop
    try run.run()
    return try finish(
      run, samples, objective: objective, teacher: teacher, start: start, initialWeights: digest,
      context: context)
  }

  /// What is learnt at each step.
  private func batches(
    of samples: TrainingSamples, _ order: OrderFile, positions: Int, threads: Int
  ) throws -> any BatchSource {
    let batches = try TrainingBatches(samples: samples, order: order, batchSize: settings.batch)
    guard case .student(let writing) = texts else { return batches }
    return try StudentTexts(
      over: batches, writing, seed: settings.seed, maxTokens: settings.maxTokens,
      positions: positions, threads: threads)
  }

  /// Fresh weights for a vocabulary.
  private func drawn(_ vocabulary: Int, threads: Int) throws -> Parameters {
    guard var model = settings.model else {
      throw StageError.data("neither a shape nor a checkpoint is given for the model")
    }
    model.vocabularySize = vocabulary
    return Parameters(
      drawn: model, seed: TrainingRun.weightSeed(settings), threads: threads)
  }

  /// A teacher that provides distributions must have exactly the tokens of the set.
  private func check(_ teacher: LivingTeacher, _ samples: TrainingSamples) throws {
    guard samples.tokenizer.fingerprint == teacher.tokenizer.fingerprint,
      samples.vocabulary == teacher.vocabulary
    else {
      throw TrainingError.teacher(
        name: teacher.name,
        reason: "has other token ids than \(samples.name) (\(teacher.vocabulary) and "
          + "\(samples.vocabulary)) -- give a set that was labelled with its tokenizer (source: none "
          + "is enough), or the texts themselves")
    }
  }

  /// Opens a set, every record of which must be verified unless the settings accept others.
  private func open(_ input: StageInput) throws -> ArchiveReader {
    let reader = try ArchiveReader(directory: try input.require().folder)
    if try SetManifest(reader.manifest, name: input.name).isVerified == false, !takesUnverified {
      throw TrainingError.set(
        name: input.name, reason: "is not verified -- say unverified: true to train on it")
    }
    return reader
  }

  private func validation(
    _ learnt: TrainingSamples, start: StartingModel?, model: TransformerConfiguration,
    apartFrom training: ArchiveReader, context: StageContext
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
    var samples = try TrainingSamples(
      input, reader: reader,
      texts: start?.texts(learnt.template) ?? .encode(with: learnt.tokenizer), positions: nil,
      distributions: hasOracle, maxTokens: settings.maxTokens, context: context)
    try start?.adapt(&samples)
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

  /// Writes the outputs: the model, the best weights if they differ, the metrics.
  private func finish(
    _ run: TrainingRun, _ samples: TrainingSamples, objective: any Objective,
    teacher: LivingTeacher?, start: StartingModel?, initialWeights: String,
    context: StageContext
  ) throws -> StageResult {
    let folder = context.folder + "/" + StoredModel.folderName
    try Folder.make(folder)
    var files: [String] = []
    var fingerprint = ""
    for (name, bytes) in try ModelFolder.files(
      run.parameters, wrapping: Wrapping(samples.tokenizer, template: samples.template),
      configuration: start?.configuration)
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
      "initial_weights": JSON(initialWeights), "order": JSON(run.batches.digest),
      "unique_samples": JSON(unique), "dropped": JSON(samples.dropped),
      "labels": JSON(objective.labelsWord),
      "objective": resolved["objective"] ?? .null,
      "machines": run.state.machines.json,
    ]
    if let start {
      facts["start"] = [
        "architecture": JSON(start.parameters.configuration.family.modelType),
        "fingerprint": JSON(start.fingerprint),
      ]
    }
    if let teacher {
      facts["teacher"] = JSON(teacher.fingerprint)
      facts["teacher_flops"] = JSON(run.state.teacherOperations)
    }
    for member in objective.details.members { facts[member.key] = member.value }
    return StageResult(
      details: facts, files: files,
      summary:
        "\(run.parameters.layout.count) parameters, \(run.state.tokens.counted("target")) of "
        + unique.counted("sample")
        + (run.state.machines.isMixed ? "; steps \(run.state.machines.words)" : ""))
  }

  /// The bytes of `model.safetensors`.
  ///
  /// - Throws: if a model's folder holds no such file, instead of giving the digest of nothing.
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
