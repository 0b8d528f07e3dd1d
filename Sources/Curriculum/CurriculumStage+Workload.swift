public import Files
public import Stages

extension CurriculumStage {
  /// Each sample of each step is an entry of four bytes; reading the set takes longer than writing
  /// them.
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
