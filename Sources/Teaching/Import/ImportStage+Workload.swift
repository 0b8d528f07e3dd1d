public import Files
public import Stages

extension ImportStage {
  /// Reads one model: rehearsed whole.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    Workload(pieces: nil)
  }
}
