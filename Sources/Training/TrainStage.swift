internal import Files
public import Stages

/// Stage `train`: a model from scratch on a set, towards the next token.
public struct TrainStage: Stage {
  public static let kind = "train"
  public static let codeVersion = 3
  public static let about = "trains a model from scratch on a set's traces, with hard labels"

  private let work: TrainingWork

  private enum Labels: String, CaseIterable { case hard, smoothed }

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let inputs = try TrainingInputs(inputs, stage: Self.kind, set: "a set")
    let shared = try TrainingSettings(&settings)
    let labels = try settings.choice("labels", default: Labels.hard)
    var wish = TrainingWork.Wish.hard
    if labels == .smoothed {
      let isGiven = settings.has("smoothing")
      let epsilon = try settings.double("smoothing", default: 0, in: 0...0.999)
      wish = .smoothed(isGiven ? epsilon : nil)
      if !isGiven { settings.resolve("smoothing", .null) }
    }
    var limit = 0
    if !inputs.isTokenized {
      limit = try settings.block("tokenizer") { block throws(ConfigurationError) in
        try block.int("vocab_size", default: 512, in: 259...1_000_000)
      }
    }
    let unverified = try settings.bool("unverified", default: false)
    work = TrainingWork(
      kind: Self.kind, codeVersion: Self.codeVersion, settings: shared, wish: wish,
      vocabularyLimit: limit, takesUnverified: unverified, inputs: inputs,
      resolved: settings.resolved)
  }

  public func check(_ inputs: [Outlook]) throws { try work.check(inputs) }

  public func run(_ context: StageContext) throws -> StageResult {
    try run(context, failure: .asked) { Interruption.requested }
  }

  /// `run` with a fault and a wish to stop of a test's own.
  package func run(
    _ context: StageContext, failure: InjectedFailure?, shouldStop: @escaping () -> Bool
  ) throws -> StageResult {
    try work.run(context, failure: failure, shouldStop: shouldStop)
  }
}
