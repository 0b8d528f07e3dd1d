internal import Kernels
internal import Models

/// Where the samples of a training's steps come from: an order over a set, or whatever else can say
/// which texts a step learns.
///
/// What a step brings is a function of settings, inputs and the student's weights at that step, never
/// of what was run before in this process: a resumed training must ask for the same.
protocol BatchSource: Sendable {
  /// The samples of a step, counted from 1; they are learnt together.
  ///
  /// - Parameter student: the weights before the step, for sources that let it write.
  func members(
    ofStep step: Int, student: Parameters
  ) throws -> [TrainingSamples.Sample]

  /// Most rows of one batch, and of one sequence, in all steps.
  func largestSizes() -> (rows: Int, sequence: Int)

  /// How many different samples the steps `1 ... last` bring.
  func uniqueCount(through last: Int) -> Int

  /// What names the source in manifests and checkpoints: of an order, its digest.
  var digest: String { get }
}

/// Where the distributions come from that a batch is trained towards.
protocol TargetSource: Sendable {
  /// Floats of scratch that making one row takes; 0 where kernels read rows as they lie.
  var targetWidth: Int { get }

  /// Distributions of the rows of a step's batch. Those of the step before are not used any more.
  ///
  /// - Throws: `ArchiveError` where they are read from an archive, `ModelError` where a model makes
  ///   them.
  func targets(
    of members: [TrainingSamples.Sample], in batch: Batch, threads: Int
  ) throws -> any StepTargets

  /// Floating-point operations that it costs to make them for a batch, in this training.
  func operations(_ batch: Batch) -> Double
}

/// The distributions of one step's rows.
protocol StepTargets: Sendable {
  var rows: any TargetRows { get }

  /// Puts NaN into the target of a row of the batch, for tests of what becomes of one.
  func poison(_ row: Int)

  /// What makes the target of a row of the batch no distribution, in words.
  func flaw(of row: Int) -> String
}
