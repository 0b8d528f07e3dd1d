public import Files
public import Stages

extension CurriculumStage {
  /// An entry of four bytes for each sample of each step; reading the set takes longer than that.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    guard let steps = settings["steps"]?.intValue, let batch = settings["batch"]?.intValue else {
      return nil
    }
    let rehearsed = min(steps, Workload.rehearsedSteps)
    return Workload(
      pieces: nil, rehearsal: ["steps": JSON(rehearsed)],
      moreBytes: 4 * batch * (steps - rehearsed))
  }
}
