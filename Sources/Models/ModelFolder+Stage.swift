extension ModelFolder {
  /// The name under which an imported GGUF file is kept.
  public static let ggufName = "model.gguf"

  /// The name of a part of an imported GGUF file in several.
  public static func ggufName(ofPartNamed name: String) -> String {
    "model" + name.suffix("-00001-of-00001.gguf".count)
  }

  /// What `load` opens of a stage's outputs: the GGUF file that an import took in, or its first part,
  /// else the folder `model`.
  ///
  /// - Parameter files: the stage's files, relative to its folder.
  public static func place(inStage folder: String, files: [String]) -> String {
    let file = files.first {
      $0 == "model/" + ggufName || $0.hasPrefix("model/model-00001-of-") && $0.hasSuffix(".gguf")
    }
    return "\(folder)/\(file ?? "model")"
  }
}
