extension ModelFolder {
  /// The name under which an imported GGUF file is kept.
  public static let ggufName = "model.gguf"

  /// What `load` opens of a stage's outputs: the GGUF file that an import took in, else the folder
  /// `model`.
  ///
  /// - Parameter files: the stage's files, relative to its folder.
  public static func place(inStage folder: String, files: [String]) -> String {
    files.contains("model/" + ggufName) ? "\(folder)/model/\(ggufName)" : "\(folder)/model"
  }
}
