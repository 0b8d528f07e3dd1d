public import Files
public import Stages

extension LabelStage {
  /// Number of samples labelled to measure the rate.
  private static let rehearsed = 128

  /// A piece is a sample.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    let samples = outlook("", settings: settings, inputs: inputs).mostRecords
    return Workload(
      pieces: samples, records: samples,
      rehearsal: [
        "count": Workload.shortened(settings, "count", to: Self.rehearsed), "allow_fewer": true,
        "unverified": true,
      ], filesGrow: true)
  }
}
