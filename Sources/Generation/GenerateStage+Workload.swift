public import Files
public import Stages

extension GenerateStage {
  /// A piece is a record, drawn and written.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    let count = settings["count"]?.intValue
    return Workload(
      pieces: count, records: count,
      rehearsal: [
        "count": Workload.shortened(settings, "count", to: Workload.rehearsedRecords),
        "allow_fewer": true,
      ], filesGrow: true)
  }
}
