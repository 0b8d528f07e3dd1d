internal import Kernels
internal import Models

/// Provides the samples of each training step: an order over a set, or any other source.
///
/// The samples of a step depend only on settings, inputs and the student's weights at that step,
/// never on what ran earlier in this process: a resumed training must ask for the same ones.
protocol BatchSource: Sendable {
  /// The samples of a step, counted from 1, which are trained on together.
  ///
  /// - Parameter student: the weights before the step, for sources whose texts the student writes.
  func members(
    ofStep step: Int, student: Parameters
  ) throws -> [TrainingSamples.Sample]

  /// Most rows of one batch and of one sequence, over all steps.
  ///
  /// - Parameter count: samples of a batch that go through the model at once; `nil`: all.
  func largestSizes(of count: Int?) -> (rows: Int, sequence: Int)

  /// Number of distinct samples in the steps `1 ... last`.
  func uniqueCount(through last: Int) -> Int

  /// Identifies the source in manifests and checkpoints; for an order, its digest.
  var digest: String { get }

  /// Floating-point operations that this training spends on making a batch.
  func operations(_ batch: Batch, model: TransformerConfiguration, step: Int) -> Double

  /// Settings of the source that change in the course of a training.
  var schedules: [NamedSchedule] { get }
}

extension BatchSource {
  var schedules: [NamedSchedule] { [] }
}

/// Provides the distributions that a batch is trained towards.
protocol TargetSource: Sendable {
  /// Floats of scratch needed to make one row; 0 where kernels read rows as stored.
  var targetWidth: Int { get }

  /// Distributions for the rows of a step's batch. Those of the previous step are no longer used.
  ///
  /// - Throws: `ArchiveError` where they are read from an archive, `ModelError` where a model makes
  ///   them.
  func targets(
    of members: [TrainingSamples.Sample], in batch: Batch, threads: Int
  ) throws -> any StepTargets

  /// Floating-point operations that this training spends on making the distributions of a batch.
  func operations(_ batch: Batch, of members: [TrainingSamples.Sample]) -> Double

  /// Numbers of a row of the teacher's states that come with the distributions; `nil`: none do.
  var stateWidth: Int? { get }
}

extension TargetSource {
  var stateWidth: Int? { nil }
}

/// The distributions of one step's rows.
protocol StepTargets: Sendable {
  var rows: any TargetRows { get }

  /// The teacher's states that a matching objective compares.
  var states: (any StateRows)? { get }

  /// Puts NaN into the target of a batch row, for tests of how NaN is handled.
  func poison(_ row: Int)

  /// Describes why the target of a batch row is not a distribution.
  func flaw(of row: Int) -> String
}

extension StepTargets {
  var states: (any StateRows)? { rows.teacherStates }
}
