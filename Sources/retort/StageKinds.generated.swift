// Written by Scripts/generate-registries from the stages of all modules; do not edit.

internal import Curriculum
internal import Evaluation
internal import Exports
internal import Generation
internal import LabelChecks
internal import ReportPage
internal import Stages
internal import Teaching
internal import Training

extension StageKinds {
  /// Every kind of stage there is; what a pipeline file may name.
  static let all: [any Stage.Type] = [
    CompareStage.self,
    CurriculumStage.self,
    DistilStage.self,
    EvaluateStage.self,
    ExportStage.self,
    GenerateStage.self,
    ImportLabelsStage.self,
    ImportStage.self,
    LabelStage.self,
    PromptsStage.self,
    RecordsStage.self,
    RemoteSampleStage.self,
    SampleStage.self,
    TrainStage.self,
  ]
}
