internal import Files
internal import Models
internal import Stages
internal import Tokenization

/// The model that is examined: a trained one's last weights, and its best where those are others.
struct Examinee: Sendable {
  let name: String
  let tokenizer: Tokenizer
  let final: Parameters
  /// Best on the validation set; `nil` where that is the final one.
  let best: Parameters?
  /// 64 hex: SHA-256 of the final weights.
  let fingerprint: String

  private static let bestFile = "best.safetensors"

  /// Reads `model/` and `best.safetensors`; every file is held against the manifest first.
  ///
  /// - Throws: `EvaluationError.modelFile`, and what the readers of model and tokenizer throw.
  init(_ input: StageInput) throws {
    let (folder, manifest) = (try input.require().folder, try input.require().manifest)
    let name = input.name
    func digest(of file: String) throws -> String {
      let listed = manifest.file(file)?.sha256
      let found =
        fileExists(folder + "/" + file) ? try Manifest.entry(file, in: folder).sha256 : nil
      guard let listed, listed == found else {
        throw EvaluationError.modelFile(
          model: name, file: file, expected: listed, found: found)
      }
      return listed
    }
    self.name = name
    let files = manifest.files.map(\.path).filter { $0.hasPrefix("model/") }
    for file in files { _ = try digest(of: file) }
    fingerprint =
      try manifest.details["fingerprint"]?.stringValue
      ?? digest(of: "model/" + ModelFolder.weightsName)
    let model = ModelFolder.place(inStage: folder, files: files)
    final = try ModelFolder.load(model)
    if manifest.file(Self.bestFile) == nil {
      best = nil
    } else {
      _ = try digest(of: Self.bestFile)
      best = try ModelFolder.load(model, weights: folder + "/" + Self.bestFile)
    }
    tokenizer = try Tokenizer(of: model)
  }

  var configuration: TransformerConfiguration { final.configuration }
}
