internal import Kernels

/// Faults of a model, a batch or a model's folder.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An impossible value in a configuration.
  case configuration(key: String, reason: String)
  /// Same, for a model on disk, with the key's name in its own file.
  case field(file: String, key: String, reason: String)
  /// A model's configuration and tensors contradict each other, or state something twice.
  case contradiction(file: String, reason: String)
  /// A tensor required by the configuration is not in the file.
  case missingTensor(file: String, name: String)
  /// A tensor that is not in the configuration.
  case unexpectedTensor(file: String, name: String)
  /// A tensor of another shape than the configuration asks for, outermost axis first.
  case shape(file: String, name: String, expected: [Int], found: [Int])
  /// A tensor whose element type cannot hold weights.
  case elementType(file: String, name: String, found: String)
  /// A tensor, or the gradient of one, with NaN or an infinity; `name` says which in words.
  case notFinite(name: String)
  /// A token id outside the vocabulary; `at` is its place in the batch, counted from 0.
  case token(at: Int, token: Int32, vocabulary: Int)
  /// A sequence with more tokens than fit, or with none; counted from 0 in the batch.
  case sequenceLength(sequence: Int, length: Int, limit: Int)
  /// Tokens, weights, targets or loss of a batch that do not go together.
  case batch(reason: String)
  /// The target of a row of a batch is no distribution: NaN, +infinity, or a sum other than 1.
  case target(row: Int)
  /// Needs more memory than the machine has.
  case memory(what: String, bytes: Int)
  /// The logits of a row are not all finite: no token can be drawn from them.
  case logits(sequence: Int)

  public var description: String {
    switch self {
    case .configuration(let key, let reason): "model configuration: \(key): \(reason)"
    case .field(let file, let key, let reason): "\(file): \(key): \(reason)"
    case .contradiction(let file, let reason): "\(file): \(reason)"
    case .missingTensor(let file, let name):
      "\(file): tensor \(name) is missing; the file does not belong to its config.json"
    case .unexpectedTensor(let file, let name):
      "\(file): tensor \(name) is not part of the model that its config.json describes"
    case .shape(let file, let name, let expected, let found):
      "\(file): tensor \(name): config.json asks for shape \(expected), found \(found)"
    case .elementType(let file, let name, let found):
      "\(file): tensor \(name) has type \(found); expected weights: F32, F16, BF16 or a quantised type"
    case .notFinite(let name): "\(name) holds NaN or infinity"
    case .token(let at, let token, let vocabulary):
      "token \(token) at position \(at): the vocabulary has ids 0..<\(vocabulary)"
    case .sequenceLength(let sequence, let length, let limit):
      length == 0
        ? "sequence \(sequence) has no tokens; give it a prompt"
        : "sequence \(sequence) has \(length) tokens, at most \(limit) fit; "
          + "drop it or raise max_position_embeddings"
    case .batch(let reason): "batch: \(reason)"
    case .target(let row):
      "row \(row) of the batch: its target is no distribution (NaN, above 0, or not summing to 1)"
    case .memory(let what, let bytes):
      "\(what) would take \(bytes >> 20) MiB of memory, this machine has "
        + "\(PhysicalMemory.bytes >> 20)"
    case .logits(let sequence):
      "sequence \(sequence): the model's logits hold NaN or infinity; its weights are damaged"
    }
  }
}
