internal import Comparison
public import Files
public import Stages

extension CompareStage {
  /// The rehearsal is the whole report over the inputs' rehearsals: evaluations keep all items of a
  /// test set of usual size, and everything else of a report costs the same however large its sets
  /// are. It has one seed; the time of a report follows the number of its trainings.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    Workload(pieces: roles.count { $0.part == .training }, namesInputs: true)
  }
}
