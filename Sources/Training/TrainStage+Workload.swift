public import Files
public import Stages

extension TrainStage {
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    TrainingWork.workload(settings)
  }
}

extension DistilStage {
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    TrainingWork.workload(settings)
  }
}
