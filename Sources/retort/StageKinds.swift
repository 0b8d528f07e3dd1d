internal import Files
internal import Kernels
internal import Stages

/// The kinds of stages: `all` is generated from the files that hold them.
enum StageKinds {
  static var table: [String: any Stage.Type] {
    Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
  }

  /// What manifests say of the machine: byte identity is promised only between runs on one kind.
  static func machine() -> JSONObject {
    ["instruction_set": JSON(Dispatch.current.name), "blas_core": JSON(BLAS.coreName)]
  }
}
