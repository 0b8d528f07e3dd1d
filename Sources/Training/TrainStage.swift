internal import Files
public import Stages

/// Stage `train`: a model from scratch on a set, towards the next token.
public struct TrainStage: Stage {
  public static let kind = "train"
  public static let codeVersion = 3
  public static let about = "trains a model from scratch on a set's traces, with hard labels"
  public static let needs = TrainingInputs.needs(.set)
  public static let makes: [StageProduct] = [.model]

  private let work: TrainingWork

  private enum Labels: String, CaseIterable { case hard, smoothed }

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let inputs = try TrainingInputs(inputs, stage: Self.kind, set: .set)
    let shared = try TrainingSettings(&settings)
    let labels = try settings.choice(
      "labels", default: Labels.hard,
      "what is learnt towards: the next token, or the next token with its mass smoothed")
    var wish = TrainingWork.Wish.hard
    let smoothing = try settings.when("labels", is: Labels.smoothed.rawValue) {
      settings throws(ConfigurationError) -> Double? in
      let isGiven = settings.has("smoothing")
      let epsilon = try settings.double(
        "smoothing", default: 0, in: 0...0.999, "mass that is taken from the next token",
        .init(default: "what gives the mean entropy of the labels"))
      if !isGiven { settings.resolve("smoothing", .null) }
      return isGiven ? epsilon : nil
    }
    if let smoothing { wish = .smoothed(smoothing) }
    let limit = try settings.when(!inputs.isTokenized, "the set comes without tokens") {
      settings throws(ConfigurationError) in
      try settings.block("tokenizer") { block throws(ConfigurationError) in
        try block.int(
          "vocab_size", default: 512, in: 259...1_000_000, "tokens that the tokenizer may learn")
      }
    }
    let unverified = try settings.bool(
      "unverified", default: false, "take sets that no verifier has judged")
    work = TrainingWork(
      kind: Self.kind, codeVersion: Self.codeVersion, settings: shared, wish: wish,
      vocabularyLimit: limit ?? 0, takesUnverified: unverified, inputs: inputs,
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
