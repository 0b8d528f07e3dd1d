internal import Decoding
public import Files
internal import Kernels
internal import Models
internal import Parallel
internal import Records
internal import SoftLabels
internal import Scores
public import Stages
internal import Tokenization

/// Stage `evaluate`: a trained model on a test set, item by item.
///
/// Two kinds of figures: what the model writes by itself (right answers, verified traces, the first
/// wrong line), and how likely it finds the reference traces (compared with the exact distributions
/// if the set has oracle labels). An interrupted evaluation starts over.
public struct EvaluateStage: Stage {
  public static let kind = "evaluate"
  public static let codeVersion = 6
  public static let about = "writes with a trained model, verifies, and scores it on a test set"
  public static let needs = [
    StageNeed(.model, "what is examined"), StageNeed(.labels, "the test set"),
  ]
  public static let makes: [StageProduct] = [.evaluation]

  private let model: StageInput
  private let set: StageInput
  private let newTokens: Int
  private let batch: Int
  private let generates: Bool

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let inputs = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    model = inputs.one(.model)
    set = inputs.one(.labels)
    newTokens = try settings.int(
      "max_new_tokens", default: 256, in: 1...1_048_576, "tokens that a text may have")
    batch = try settings.int(
      "batch", default: 64, in: 1...65_536, "items that are examined side by side")
    generates = try settings.bool(
      "generate", default: true, "write texts and verify them; else the test set is only scored")
  }

  /// What the test set's rows will be, and whether the model writes texts.
  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    let test = inputs.first { $0.name == set.name }
    outlook.labels = test?.labels
    outlook.sources = test?.sources
    outlook.hasPrompts = test?.hasPrompts
    outlook.writes = generates
    return outlook
  }

  public func check(_ inputs: [Outlook]) throws {
    guard inputs.first(where: { $0.name == set.name })?.labelsSome == true else { return }
    throw InputError(input: set.name, reason: TestSet.labelsSome)
  }

  public func run(_ context: StageContext) throws -> StageResult {
    let examinee = try Examinee(model)
    let set = try TestSet(self.set)
    try check(examinee, set)
    var files = ["final.jsonl"]
    var cost = Examination.Cost()
    let rounds = examinee.best == nil ? 1 : 2
    let final = try examine(
      examinee.final, examinee, set, into: "final.jsonl", cost: &cost, done: 0,
      of: rounds * set.count, context)
    var best: EvaluationSummary?
    if let weights = examinee.best {
      files.append("best.jsonl")
      best = try examine(
        weights, examinee, set, into: "best.jsonl", cost: &cost, done: set.count,
        of: rounds * set.count, context)
    }
    let summary: JSON = [
      "oracle": JSON(set.reference == .exact), "labels": JSON(set.reference.text),
      "generated": JSON(generates), "model": JSON(examinee.fingerprint),
      "test_set": JSON(set.content), "final": final.json(set.reference),
      "best": best?.json(set.reference) ?? .null,
    ]
    try AtomicFile.write(
      summary.serialized(pretty: true), to: context.folder + "/summary.json")
    return result(final, cost, examinee, set, files: files + ["summary.json"])
  }

  /// Refuses a model and a set whose token ids or rows mean different things.
  private func check(_ examinee: Examinee, _ set: TestSet) throws(EvaluationError) {
    let fingerprint = examinee.tokenizer.fingerprint
    guard fingerprint == set.tokenizer else {
      throw .tokenizer(
        model: examinee.name, set: set.name, modelHas: fingerprint, setHas: set.tokenizer)
    }
    let vocabulary = examinee.configuration.vocabularySize
    guard vocabulary == set.vocabulary else {
      throw .vocabulary(
        model: examinee.name, set: set.name, modelHas: vocabulary, setHas: set.vocabulary)
    }
  }

  /// Examines one set of weights and writes its result lines.
  private func examine(
    _ parameters: Parameters, _ examinee: Examinee, _ set: TestSet, into file: String,
    cost: inout Examination.Cost, done: Int, of total: Int, _ context: StageContext
  ) throws -> EvaluationSummary {
    let examination = Examination(
      parameters: parameters,
      weights: generates
        ? DecoderWeights(parameters, threads: max(1, context.threads)) : nil,
      wrapping: try Wrapping(examinee.tokenizer, template: set.template), set: set,
      newTokens: newTokens)
    let path = context.folder + "/" + file
    // Left by an interrupted run.
    try Folder.remove(path)
    let output = try OutputFile(creating: path)
    let pool = WorkerPool(threads: max(1, context.threads))
    let round = batch * max(1, context.threads)
    let limit = parameters.configuration.positionCount + 1
    var summary = EvaluationSummary()
    var alignment = AlignmentCheck()
    for first in stride(from: 0, to: set.count, by: round) {
      try context.checkInterruption()
      let last = min(first + round, set.count)
      let items = try set.items(in: first..<last, threads: context.threads)
      if let long = items.first(where: { $0.tokens.count > limit }) {
        throw EvaluationError.tooLong(
          set: set.name, sample: long.record.id, tokens: long.tokens.count,
          model: examinee.name, limit: limit)
      }
      let batches = stride(from: 0, to: items.count, by: batch).map {
        Array(items[$0..<min($0 + batch, items.count)])
      }
      for outcome in try pool.map(batches.count, { try examination.examine(batches[$0]) }) {
        for item in outcome.items {
          try output.write(item.line + [0x0A])
          summary.add(item)
        }
        for part in outcome.parts { alignment.add(part) }
        cost += outcome.cost
      }
      context.progress.report(
        done: done + last, of: total, unit: "items",
        note: generates ? "\(summary.overall.verified) verified" : "")
    }
    try output.finish()
    if let certificate = set.certificate { try alignment.finish(against: certificate) }
    return summary
  }

  private func result(
    _ final: EvaluationSummary, _ cost: Examination.Cost, _ examinee: Examinee, _ set: TestSet,
    files: [String]
  ) -> StageResult {
    let totals = final.overall
    let details: JSONObject = [
      "counts": [
        "items": JSON(totals.items), "targets": JSON(totals.scores.targets),
        "choices": JSON(totals.scores.choices), "answers_right": JSON(totals.rightAnswers),
        "verified": JSON(totals.verified),
      ],
      "flops": JSON(cost.operations),
      "tokens": ["read": JSON(cost.readTokens), "written": JSON(cost.writtenTokens)],
      "oracle": JSON(set.reference == .exact), "model": JSON(examinee.fingerprint),
      "test_set": JSON(set.content), "tokenizer": JSON(set.tokenizer),
    ]
    let written =
      generates
      ? totals.rightAnswers.counted("right answer") + " and "
        + totals.verified.counted("verified trace") + " of "
        + "\(totals.items)" : totals.items.counted("item") + " scored"
    return StageResult(details: details, files: files, summary: written)
  }
}

extension TargetScores.Reference {
  /// The value of the label stage's setting `source`.
  fileprivate var text: String {
    switch self {
    case .none: "none"
    case .exact: "oracle"
    case .model: "teacher"
    }
  }
}
