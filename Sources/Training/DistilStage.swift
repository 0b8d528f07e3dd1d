internal import Files
public import Stages

/// Stage `distil`: trains a model on a labelled set, towards the full distributions
/// unless the settings say otherwise.
public struct DistilStage: Stage {
  public static let kind = "distil"
  public static let codeVersion = 3
  public static let about =
    "trains a student on a teacher's whole distributions, from scratch or from a checkpoint"
  public static let needs = TrainingInputs.needs(.labels)
  public static let makes: [StageProduct] = [.model]

  private let work: TrainingWork

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let inputs = try TrainingInputs(
      inputs, stage: Self.kind, set: "a label set", start: settings.text(at: StudentStart.path))
    try inputs.requireTokens(Self.kind)
    work = try TrainingWork(Self.self, &settings, inputs, objective: ForwardKL.self)
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
