internal import Models
internal import Sets
internal import Stages
internal import Tokenization

/// The model under evaluation: a trained model's last weights, and its best ones if they differ.
struct Examinee: Sendable {
  let name: String
  let tokenizer: Tokenizer
  let final: Parameters
  /// Best weights on the validation set; `nil` if they are the final ones.
  let best: Parameters?
  /// 64 hex: SHA-256 of the final weights.
  let fingerprint: String

  /// - Throws: `SetError.modelFile`, and what the readers of model and tokenizer throw.
  init(_ input: StageInput) throws {
    let stored = try StoredModel(input)
    name = stored.name
    fingerprint = stored.fingerprint
    let model = ModelFolder.place(inStage: stored.folder, files: stored.files)
    final = try ModelFolder.load(model)
    best = try stored.best.map { try ModelFolder.load(model, weights: $0) }
    tokenizer = try Tokenizer(of: model)
  }

  var configuration: TransformerConfiguration { final.configuration }
}
