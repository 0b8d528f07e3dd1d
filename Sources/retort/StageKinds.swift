internal import ReportPage
internal import Curriculum
internal import Evaluation
internal import Files
internal import Generation
internal import Kernels
internal import Stages
internal import Teaching
internal import Training

/// Every kind of stage there is; what a pipeline file may name.
enum StageKinds {
  static let all: [any Stage.Type] = [
    GenerateStage.self, PromptsStage.self, ImportStage.self, CurriculumStage.self, TrainStage.self,
    LabelStage.self,
    SampleStage.self, DistilStage.self, EvaluateStage.self, CompareStage.self,
  ]

  static var table: [String: any Stage.Type] {
    Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
  }

  /// What manifests say of the machine: identity is promised between runs on one kind.
  static func machine() -> JSONObject {
    ["instruction_set": JSON(Dispatch.current.name), "blas_core": JSON(BLAS.coreName)]
  }
}
