internal import Files
internal import Kernels
internal import Stages

/// The kinds of stages: `all` is generated from the files that hold them.
enum StageKinds {
  static var table: [String: any Stage.Type] {
    Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
  }

  /// Loads the matrix-product library, if a stage of one of these kinds multiplies.
  ///
  /// - Throws: `BLASError`.
  static func requireProducts(for kinds: [String], threads: Int) throws(BLASError) {
    let table = table
    guard kinds.contains(where: { table[$0]?.multiplies ?? false }) else { return }
    try BLAS.require(threads: threads)
  }

  /// What manifests say of the machine: byte identity is promised only between runs on one kind.
  ///
  /// - Parameter multiplies: whether matrices are multiplied; only then is the library loaded and
  ///   named.
  static func machine(multiplies: Bool) -> JSONObject {
    var machine: JSONObject = ["instruction_set": JSON(Dispatch.current.name)]
    if multiplies { machine["blas_core"] = JSON(BLAS.coreName) }
    return machine
  }
}
