internal import Checkpoints
internal import Files
internal import Models
internal import Tensors

/// The files of a model from elsewhere, each with its digest.
struct ImportedFiles: Sendable {
  struct Entry: Sendable, Equatable {
    /// Name in the stage's folder `model/`.
    let name: String
    let source: String
    /// 64 hex.
    let digest: String
    let isWeights: Bool
  }

  /// The path that the user gave.
  let path: String
  let entries: [Entry]

  /// Files that describe the weights, and the card that states their licence; the first one is
  /// required.
  private static let companions = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    "chat_template.jinja", "README.md",
  ]

  /// - Throws: `TeachingError.importedMissing`, `.importedForm`; `FileError`, `CheckpointError`.
  init(_ given: String) throws {
    let path = ModelFolder.place(of: given)
    self.path = path
    guard fileExists(path) else {
      throw TeachingError.importedMissing(path: path)
    }
    var entries: [Entry] = []
    func add(_ name: String, _ source: String, isWeights: Bool = false) throws {
      entries.append(
        Entry(
          name: name, source: source, digest: try Self.digest(of: source), isWeights: isWeights))
    }
    if !Folder.isFolder(path) {
      guard path.hasSuffix(".gguf") else {
        throw TeachingError.importedForm(
          path: path,
          expected: "a .gguf file, or a folder with config.json, tokenizer.json and "
            + "safetensors weights")
      }
      if let parts = GGUFParts.paths(of: path), parts.count > 1 {
        for part in parts {
          try add(
            ModelFolder.ggufName(ofPartNamed: Paths.last(of: part)), part, isWeights: true)
        }
      } else {
        try add(ModelFolder.ggufName, path, isWeights: true)
      }
    } else {
      let names = try Folder.names(in: path)
      for name in ["config.json", "tokenizer.json"] where !names.contains(name) {
        throw TeachingError.importedForm(path: path, expected: "the file \(name) in it")
      }
      for name in Self.companions where names.contains(name) { try add(name, path + "/" + name) }
      let index = SafetensorsIndex.fileName
      var weights = names.filter { $0.hasSuffix(".safetensors") }.sorted()
      if weights.contains("model.safetensors") {
        weights = ["model.safetensors"]
      } else if names.contains(index) {
        try add(index, path + "/" + index)
      }
      guard !weights.isEmpty else {
        throw TeachingError.importedForm(path: path, expected: "weights in .safetensors files")
      }
      for name in weights { try add(name, path + "/" + name, isWeights: true) }
    }
    self.entries = entries
  }

  var weights: [Entry] { entries.filter(\.isWeights) }

  /// Identifies the model in `origin` and in manifests: the digest of its weights.
  var fingerprint: String {
    weights.count == 1
      ? weights[0].digest : SHA256.hash(weights.map(\.digest).joined(separator: " ")).hex
  }

  /// The file that `Checkpoint` opens, below the stage's folder `model`.
  var modelName: String {
    entries.first.map { $0.name.hasSuffix(".gguf") ? "/" + $0.name : "" } ?? ""
  }

  private static func digest(of path: String) throws(FileError) -> String {
    try Manifest.entry(Paths.last(of: path), in: Paths.parent(of: path)).sha256
  }
}
