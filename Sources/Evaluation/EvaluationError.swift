internal import Files

/// Why a model cannot be evaluated on a test set.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Model and test set were made with different tokenizers.
  case tokenizer(model: String, set: String, modelHas: String, setHas: String)
  /// Model and test set have vocabularies of different sizes.
  case vocabulary(model: String, set: String, modelHas: Int, setHas: Int)
  /// An item is longer than the model can read.
  case tooLong(set: String, sample: String, tokens: Int, model: String, limit: Int)

  public var description: String {
    switch self {
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
    }
  }
}
