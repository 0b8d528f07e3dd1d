internal import Kernels
internal import Models
internal import SoftLabels

/// Distributions of a label set: in memory if they fit, else read at each step.
struct StoredTargets: TargetSource {
  private let labels: StoredLabels
  /// Labels of one step, if they are not in memory.
  private let buffer: any LabelRows

  /// - Parameter rows: most rows of one batch.
  init(_ labels: StoredLabels, rows: Int) {
    self.labels = labels
    buffer = labels.codec.rows(labels.held == nil ? rows : 0)
  }

  var targetWidth: Int { labels.codec.targetWidth }

  func targets(
    of members: [TrainingSamples.Sample], in batch: Batch, threads: Int
  ) throws -> any StepTargets {
    let (memory, rows) = try labels.rows(
      of: members.map { ($0.position, $0.rowCount) }, buffer: buffer, threads: threads)
    return Step(memory: memory, places: rows)
  }

  /// Their cost was paid when the set was labelled.
  func operations(_ batch: Batch) -> Double { 0 }

  private struct Step: StepTargets {
    let memory: any LabelRows
    /// For each row of the batch, its row in memory.
    let places: [Int32]

    var rows: any TargetRows { memory.targets(places) }
    func poison(_ row: Int) { memory.poison(Int(places[row])) }
    func flaw(of row: Int) -> String { memory.flaw(of: Int(places[row])) }
  }
}
