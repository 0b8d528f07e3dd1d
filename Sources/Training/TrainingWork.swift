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
  /// How several living teachers make one distribution.
  let mix: TeacherMix
  /// Whose texts are learnt.
  let texts: TextChoice
  /// Weights of tokens, from verdicts on the traces.
  let weights: TokenWeights?
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
    mix = try TeacherMix(&settings, teachers: inputs.teachers.map(\.name))
    if self.objective.matching?.needsLivingTeacher == true, inputs.teachers.isEmpty,
      !settings.isDescription
    {
      throw settings.error(
        "objective",
        "compares states that no label set has, and no living teacher is given -- name a model among "
          + "the inputs, or take hidden-matching without layers")
    }
    texts =
      try settings.when(inputs.teacher != nil, "a living teacher is given") {
        settings throws(ConfigurationError) in try TextChoice(&settings)
      } ?? .set
    weights = try TokenWeights.read(&settings)
    if let weights, texts != .set, !weights.alwaysWeigh {
      throw settings.error(
        "weights",
        "all texts of a step may get the same verdict, and would then teach nothing -- give accepted, "
          + "rejected and unchecked above 0 where the student writes")
    }
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
    if objective.readsDistributions, inputs.teacher == nil, let block = set?.encoding {
      try check(block)
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
    try mix.check(teachers: inputs.teachers.compactMap(outlook), set: set)
    for found in [set, validation] where found?.isVerified == false && !takesUnverified {
      throw InputError(
        input: found?.name ?? "",
        reason: "will not be verified -- say unverified: true to train on it")
    }
  }

  /// Refuses labels that the objective's loss cannot use.
  private func check(_ encoding: JSON) throws {
    var settings = Settings(["encoding": encoding])
    let choice: EncodingChoice
    do throws(ConfigurationError) { choice = try EncodingChoice(&settings) } catch { return }
    if choice.meaning == .projected { try requireFrozenReadout() }
    guard let reason = objective.loss.misfit(choice.meaning.noRows) else { return }
    throw InputError(
      input: inputs.samples.name,
      reason:
        "has \(reason) -- label with an encoding that keeps whole distributions (full, hidden), "
        + "or train with objective: forward-kl at temperature 1")
  }

  /// Projected labels are sums of rows of the student's readout, which must stay what it was.
  private func requireFrozenReadout() throws {
    let isFrozen =
      settings.adapter != nil
      || settings.frozen.parts.contains { $0 == .readout || $0 == .embeddings }
    guard inputs.start != nil, isFrozen else {
      throw InputError(
        input: inputs.samples.name,
        reason:
          "holds projected labels, which hold for one readout that does not learn -- start the "
          + "student from its checkpoint (model: {from: STUDENT}) and say freeze: [readout]")
    }
  }

  /// - Throws: `TrainingError.set` for projected labels of another readout than the model's.
  private func check(_ labels: StoredLabels?, _ model: Parameters) throws {
    guard let codec = labels?.codec as? ProjectedCodec else { return }
    try requireFrozenReadout()
    let configuration = model.configuration
    let own = Readout(
      model.readout, vocabulary: configuration.vocabularySize, width: configuration.hiddenSize)
    guard own.digest == codec.readout else {
      throw TrainingError.set(
        name: inputs.samples.name,
        reason:
          "its labels are sums of the rows of another readout (\(codec.readout.prefix(16))…) than "
          + "that of \(inputs.start?.name ?? "the model") (\(own.digest.prefix(16))…) -- label the set again "
          + "with this student as an input")
    }
  }

  static let metricsFile = "metrics.jsonl"
  /// Beside the merged model: the adapter alone, as `peft` keeps it.
  static let adapterFolder = "adapter"

  func run(
    _ context: StageContext, failure: InjectedFailure?, shouldStop: @escaping () -> Bool
  ) throws -> StageResult {
    let reader = try open(inputs.samples)
    let order = try OrderFile(
      inputs.order, over: reader, entries: settings.steps * settings.batch)
    var teacher = try LivingTeachers(
      inputs.teachers, mix: mix,
      engine: MatrixEngine(backend: settings.backend, precision: settings.precision),
      parts: settings.parts, maxTokens: settings.maxTokens)
    var start = try inputs.start.map { try StartingModel($0, threads: context.threads) }
    try start?.check(maxTokens: settings.maxTokens)
    var samples = try TrainingSamples(
      inputs.samples, reader: reader,
      texts: start?.texts(settings.start?.template)
        ?? teacher.flatMap { inputs.isTokenized ? nil : .encode(with: $0.tokenizer) }
        ?? .trainTokenizer(vocabulary: vocabularyLimit),
      positions: Set(order.positions).sorted().map { Int($0) },
      distributions: objective.readsDistributions && teacher == nil,
      maxTokens: settings.maxTokens, weights: weights,
      keepsRecords: weights != nil && texts != .set, context: context)
    try start?.adapt(&samples)
    if let shape = settings.start?.shape {
      try start?.prune(
        to: shape, on: samples,
        engine: MatrixEngine(backend: settings.backend, precision: .float32), parts: settings.parts,
        threads: context.threads)
    }
    if let (width, shared) = samples.padding {
      context.notice(
        "\(inputs.samples.name): labels over \(width) ids and a model over \(samples.vocabulary) differ in "
          + "padding alone: the tokenizer's \(shared) are compared")
    }
    if let teacher { try check(teacher, samples) }
    let initial = try start?.parameters ?? drawn(samples.vocabulary, threads: context.threads)
    let model = initial.configuration
    try check(samples.labels, initial)
    let objective = try objective.settled(vocabulary: samples.vocabulary) {
      try TokenSet(reader: reader, name: inputs.samples.name).certificate()
    }
    if let matching = objective.matching, let living = teacher {
      teacher = try living.capturing(matching.site(matching.teacherLayer, of: living.configuration))
    }
    let matcher = try matcher(objective, samples: samples, teacher: teacher, model: model)
    let batches = try batches(
      of: samples, order, positions: model.positionCount, threads: context.threads)
    var sized = settings
    let validation = try validation(
      samples, start: start, model: model, apartFrom: reader, context: context)
    if let memory = settings.memory {
      sized.microBatch = try MemoryBudget(
        settings: settings, model: model,
        learnt: try Learner.count(of: initial, settings),
        projected: matcher?.projection?.count ?? 0, batches: batches,
        targetWidth: teacher?.targetWidth ?? samples.labels?.codec.targetWidth ?? 0,
        labels: samples.labels?.bytes ?? (0, 0),
        teacher: (teacher?.heldBytes ?? 0, teacher?.rowBytes ?? 0),
        samples: samples.bytes, validation: validation?.bytes ?? 0
      ).microBatch(within: memory)
    }
    var contents: [String] = []
    let given =
      [inputs.samples, inputs.order, inputs.validation] + inputs.teachers + [inputs.start]
    for input in given.compactMap({ $0 }) {
      contents.append(try input.require().manifest.content)
    }
    let configuration = StageKey(
      kind: kind, codeVersion: codeVersion, configuration: resolved, inputs: contents
    ).hex
    let digest =
      try start.map { $0.pruned?.fingerprint ?? $0.fingerprint }
      ?? SHA256.hash(Self.weights(of: initial)).hex
    var run = try TrainingRun(
      settings: sized, objective: objective, initial: initial, batches: batches,
      teaching: teacher
        ?? samples.labels.map {
          StoredTargets(
            $0, rows: batches.largestSizes(of: sized.microBatch).rows,
            padding: samples.padding)
        },
      validation: validation, matcher: matcher,
      store: CheckpointStore(
        folder: context.scratch, configuration: configuration, orderDigest: order.digest,
        batch: settings.batch),
      context: context)
    run.failure = failure
    run.shouldStop = shouldStop
    try run.run()
    return try finish(
      run, samples, objective: objective, teacher: teacher, start: start, initialWeights: digest,
      context: context)
  }

  /// For objectives that match inner states.
  ///
  /// - Throws: `TrainingError.set` for labels that hold no states.
  private func matcher(
    _ objective: any Objective, samples: TrainingSamples, teacher: LivingTeachers?,
    model: TransformerConfiguration
  ) throws -> StateMatcher? {
    guard let matching = objective.matching else { return nil }
    let width =
      teacher?.stateWidth ?? samples.labels?.codec.rows(0).targets([]).teacherStates?.width
    guard let width else {
      throw TrainingError.set(
        name: samples.name,
        reason:
          "its labels hold no hidden states to match -- label it with encoding: hidden at all "
          + "positions, or give a living teacher")
    }
    return try StateMatcher(
      matching, student: model, teacher: teacher, width: width, parts: settings.parts,
      seed: settings.seed,
      engine: MatrixEngine(backend: settings.backend, precision: settings.precision))
  }

  /// What is learnt at each step.
  private func batches(
    of samples: TrainingSamples, _ order: OrderFile, positions: Int, threads: Int
  ) throws -> any BatchSource {
    let batches = try TrainingBatches(samples: samples, order: order, batchSize: settings.batch)
    guard case .student(let writing) = texts else { return batches }
    return try StudentTexts(
      over: batches, writing, rewards: weights, seed: settings.seed, maxTokens: settings.maxTokens,
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
  private func check(_ teacher: LivingTeachers, _ samples: TrainingSamples) throws {
    try teacher.requireFamilies(of: samples)
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
}
