public import Files
public import Stages

extension CurriculumStage {
  /// An entry for each sample of each step.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    guard let steps = settings["steps"]?.intValue, let batch = settings["batch"]?.intValue else {
      return nil
    }
    return Workload(
      pieces: steps * batch,
      rehearsal: ["steps": Workload.shortened(settings, "steps", to: Workload.rehearsedSteps)],
      filesGrow: true)
  }
}
