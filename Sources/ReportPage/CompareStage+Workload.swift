public import Files
public import Stages

extension CompareStage {
  /// The rehearsal is the whole report over the inputs' rehearsals: evaluations keep all items of a
  /// test set of usual size, and everything else of a report costs the same however large its sets
  /// are.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    Workload(pieces: nil, namesInputs: true)
  }
}
