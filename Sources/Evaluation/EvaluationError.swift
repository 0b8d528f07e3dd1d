internal import Files
public import Records

/// What keeps a model from being evaluated on a test set.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The set holds no tokens: it was not labelled.
  case notLabelled(set: String, fields: [String])
  /// The manifest of the set lacks a key, or says something that cannot be.
  case manifest(set: String, reason: String)
  case record(set: String, sample: String, RecordError)
  /// A file of the model is not the one that its manifest names.
  case modelFile(model: String, file: String, expected: String?, found: String?)
  /// Model and test set were made with different tokenizers.
  case tokenizer(model: String, set: String, modelHas: String, setHas: String)
  /// Model and test set have vocabularies of different sizes.
  case vocabulary(model: String, set: String, modelHas: Int, setHas: Int)
  /// An item is longer than the model reads.
  case tooLong(set: String, sample: String, tokens: Int, model: String, limit: Int)
  case empty(set: String)

  public var description: String {
    switch self {
    case .notLabelled(let set, let fields):
      "\(set): expected a set with tokens, found only "
        + (fields.isEmpty ? "an empty one" : fields.joined(separator: ", "))
        + " -- put a stage of kind label between, with `source: none` at least"
    case .manifest(let set, let reason): "\(set): its manifest: \(reason) -- label the set again"
    case .record(let set, let sample, let error): "\(set): sample \(sample): \(error)"
    case .modelFile(let model, let file, let expected, let found):
      "\(model): \(file): its manifest names SHA-256 \(expected ?? "none"), found "
        + "\(found ?? "no such file") -- train the model again"
    case .tokenizer(let model, let set, let modelHas, let setHas):
      "\(model) has the tokenizer \(modelHas.prefix(16)), the test set \(set) was written with "
        + "\(setHas.prefix(16)): their token ids mean different things -- label the set with a "
        + "teacher of the model's own tokenizer"
    case .vocabulary(let model, let set, let modelHas, let setHas):
      "\(model) has a vocabulary of \(modelHas), the rows of the test set \(set) have \(setHas) "
        + "-- label the set with a teacher of the same vocab_size"
    case .tooLong(let set, let sample, let tokens, let model, let limit):
      "\(set): sample \(sample) has \(tokens.counted("token")), \(model) reads \(limit) -- lower max_tokens of "
        + "the label stage, or raise the model's max_position_embeddings"
    case .empty(let set): "\(set): holds no sample"
    }
  }
}
