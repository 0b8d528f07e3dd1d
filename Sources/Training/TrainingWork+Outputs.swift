internal import Archives
internal import Files
internal import Kernels
internal import Models
internal import Sets
internal import SoftLabels
internal import Stages
internal import Tokenization

/// What a training leaves: its files and the facts of its manifest.
extension TrainingWork {
  /// Writes the outputs: the model, the best weights if they differ, the metrics.
  func finish(
    _ run: TrainingRun, _ samples: TrainingSamples, objective: any Objective,
    teacher: LivingTeachers?, start: StartingModel?, initialWeights: String,
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
    if let adapter = run.learner.adapter {
      try Folder.make(context.folder + "/" + Self.adapterFolder)
      for (name, bytes) in adapter.peftFiles(of: run.parameters) {
        try write(bytes, Self.adapterFolder + "/" + name, context, to: &files)
      }
      try Folder.sync(context.folder + "/" + Self.adapterFolder)
    }
    let best = run.state.best
    if let best, best.step != run.state.step {
      let weights = run.learner.weights(of: best.weights, threads: context.threads)
      try write(
        try Self.weights(of: weights, configuration: start?.configuration), StoredModel.bestName,
        context, to: &files)
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
      "objective": resolved["objective"] ?? .null, "formula": JSON(objective.formula),
      "machines": run.state.machines.json,
    ]
    if run.learner.frozen != .none {
      facts["frozen_parameters"] = JSON(run.learner.frozen.count)
    }
    if let (width, shared) = samples.padding {
      facts["aligned_vocabulary"] = ["labels": JSON(width), "shared": JSON(shared)]
    }
    if let adapter = run.learner.adapter {
      facts["adapter"] = [
        "rank": JSON(adapter.shape.rank), "alpha": .double(adapter.shape.alpha),
        "parameters": JSON(adapter.values.count),
      ]
    }
    if let averaging = settings.averaging, let average = run.state.average {
      facts["averaging"] = ["kind": JSON(averaging.kind.rawValue), "steps": JSON(average.count)]
    }
    if let projection = run.matcher?.projection {
      facts["projection_parameters"] = JSON(projection.count)
    }
    if let start {
      facts["start"] = [
        "architecture": JSON(start.parameters.configuration.family.modelType),
        "fingerprint": JSON(start.fingerprint),
      ]
    }
    if let pruned = start?.pruned {
      facts["pruning"] = .object(pruned.json)
      facts["flops"] = JSON(run.state.operations + pruned.operations)
    }
    if let teacher {
      facts["teacher"] = JSON(teacher.fingerprint)
      if let parts = teacher.parts { facts["teachers"] = parts }
      facts["teacher_flops"] = JSON(run.state.teacherOperations)
    }
    if case .student(let writing) = texts, writing.share.range.upperBound > 0 {
      facts["texts"] = "student"
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
  static func weights(
    of parameters: Parameters, configuration: JSONObject? = nil
  ) throws -> [UInt8] {
    let files = ModelFolder.files(parameters, tokenizer: nil, configuration: configuration)
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
