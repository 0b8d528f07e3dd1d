internal import Kernels
internal import Models
internal import SoftLabels

/// Distributions of a label set: in memory if they fit, else read at each step.
struct StoredTargets: TargetSource {
  private let labels: StoredLabels
  /// Labels of one step, if they are not in memory.
  private let buffer: any LabelRows
  /// Tokens of a row and ids that the model has too, where they differ in padding.
  private let padding: (width: Int, shared: Int)?

  /// - Parameters:
  ///   - rows: most rows of one batch.
  ///   - padding: tokens of a row and ids that the model has too, where they differ in padding.
  init(_ labels: StoredLabels, rows: Int, padding: (width: Int, shared: Int)? = nil) {
    self.labels = labels
    self.padding = padding
    buffer = labels.codec.rows(labels.held == nil ? rows : 0)
  }

  var targetWidth: Int { labels.codec.targetWidth }

  var stateWidth: Int? { labels.codec.rows(0).targets([]).teacherStates?.width }

  func targets(
    of members: [TrainingSamples.Sample], in batch: Batch, threads: Int
  ) throws -> any StepTargets {
    let (memory, rows) = try labels.rows(
      of: members.map { ($0.position, $0.rowCount) }, buffer: buffer, threads: threads)
    return Step(memory: memory, places: rows, padding: padding)
  }

  /// Their cost was paid when the set was labelled.
  func operations(_ batch: Batch, of members: [TrainingSamples.Sample]) -> Double { 0 }

  private struct Step: StepTargets {
    let memory: any LabelRows
    /// For each row of the batch, its row in memory.
    let places: [Int32]
    let padding: (width: Int, shared: Int)?

    var rows: any TargetRows {
      let rows = memory.targets(places)
      return padding.map { AlignedTargets(rows, width: $0.width, shared: $0.shared) } ?? rows
    }
    func poison(_ row: Int) { memory.poison(Int(places[row])) }
    func flaw(of row: Int) -> String { memory.flaw(of: Int(places[row])) }
  }
}
