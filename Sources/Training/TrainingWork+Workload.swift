internal import Files
internal import Stages

extension TrainingWork {
  /// A piece is a step. Each validation costs as much as the rehearsal's only one.
  static func workload(_ settings: JSONObject) -> Workload? {
    guard let steps = settings["steps"]?.intValue else { return nil }
    return Workload(
      pieces: steps,
      rehearsal: [
        "steps": Workload.shortened(settings, "steps", to: Workload.rehearsedSteps), "warmup": 0,
        "evaluations": 1, "unverified": true,
      ], closings: settings["evaluations"]?.intValue ?? 1, holdsInputs: true)
  }
}
