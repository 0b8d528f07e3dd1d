internal import Models
internal import Sets
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
