internal import Files
public import Stages

/// Stage `distil`: a model from scratch on a labelled set, towards its whole distributions.
public struct DistilStage: Stage {
  public static let kind = "distil"
  public static let codeVersion = 3
  public static let about = "trains a student from scratch on a teacher's whole distributions"
  public static let needs = TrainingInputs.needs(.labels)
  public static let makes: [StageProduct] = [.model]

  private let work: TrainingWork

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let inputs = try TrainingInputs(inputs, stage: Self.kind, set: .labels)
    let shared = try TrainingSettings(&settings)
    let temperature = try settings.double(
      "temperature", default: 1, in: 0.01...1000, "both distributions are softened by it")
    let mix = try settings.double(
      "mix", default: 1, in: 0...1, "weight of the distributions; the rest is the next token's")
    let unverified = try settings.bool(
      "unverified", default: false, "take sets that no verifier has judged")
    work = TrainingWork(
      kind: Self.kind, codeVersion: Self.codeVersion, settings: shared,
      wish: .soft(temperature: temperature, mix: mix), vocabularyLimit: 0,
      takesUnverified: unverified, inputs: inputs, resolved: settings.resolved)
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
