internal import Files

extension ModelFolder {
  /// File name of an imported GGUF file.
  public static let ggufName = "model.gguf"

  /// File name of one part of an imported GGUF file in several parts.
  public static func ggufName(ofPartNamed name: String) -> String {
    "model" + name.suffix("-00001-of-00001.gguf".count)
  }

  /// The path that `load` opens in a stage's outputs: the imported GGUF file, or its first part,
  /// else the folder `model`.
  ///
  /// - Parameter files: the stage's files, relative to its folder.
  public static func place(inStage folder: String, files: [String]) -> String {
    let file = files.first {
      $0 == "model/" + ggufName || $0.hasPrefix("model/model-00001-of-") && $0.hasSuffix(".gguf")
    }
    return "\(folder)/\(file ?? "model")"
  }

  /// The model that a path refers to: itself, or `model` inside a stage's folder.
  ///
  /// - Returns: a path that `ModelFile` opens, if anything there is a model.
  public static func place(of path: String) -> String {
    if fileExists(path + "/" + configurationName) { return path }
    let names = (try? Folder.names(in: path + "/model")) ?? []
    let imported = place(inStage: path, files: names.sorted().map { "model/" + $0 })
    if imported.hasSuffix(".gguf") { return imported }
    return fileExists(path + "/model/" + configurationName) ? path + "/model" : path
  }
}
