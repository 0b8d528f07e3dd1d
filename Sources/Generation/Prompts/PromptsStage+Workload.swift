public import Files
public import Stages

extension PromptsStage {
  /// Reading files of prompts is quick enough to be rehearsed whole.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    let records = outlook("", settings: settings, inputs: inputs).mostRecords
    return Workload(pieces: records, records: records)
  }
}
