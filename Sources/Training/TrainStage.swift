internal import Files
public import Stages

/// Stage `train`: trains a model on a set, towards the next token unless the settings say
/// otherwise.
public struct TrainStage: Stage {
  public static let kind = "train"
  public static let codeVersion = 3
  public static let about =
    "trains a model on a set's traces, with hard labels, from scratch or from a checkpoint"
  public static let needs = TrainingInputs.needs(.set)
  public static let makes: [StageProduct] = [.model]

  private let work: TrainingWork

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let inputs = try TrainingInputs(
      inputs, stage: Self.kind, set: "a set", start: settings.text(at: StudentStart.path))
    work = try TrainingWork(
      Self.self, &settings, inputs, objective: Hard.self,
      alias: Settings.Alias("labels", [Hard.name, Smoothed.name]))
  }

  public func check(_ inputs: [Outlook]) throws { try work.check(inputs) }

  public func run(_ context: StageContext) throws -> StageResult {
    try run(context, failure: .asked) { Interruption.requested }
  }

  /// `run` with an injected fault and stop signal, for tests.
  package func run(
    _ context: StageContext, failure: InjectedFailure?, shouldStop: @escaping () -> Bool
  ) throws -> StageResult {
    try work.run(context, failure: failure, shouldStop: shouldStop)
  }
}
