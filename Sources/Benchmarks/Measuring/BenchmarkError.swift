/// Why a benchmark cannot measure.
package enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  /// A change to a model that is not `key=value` with a positive integer.
  case change(String)
  /// A change to a size that neither the model nor the batch has.
  case size(String)
  /// Too little text to learn a vocabulary from one half and to encode the other.
  case text(minimumBytes: Int)
  /// A tokenizer that does not give back the text it was given.
  case roundTrip
  /// A part of a benchmark, run in its own process, that ended without figures.
  case part(String)

  /// Whether the request is wrong, not the data.
  package var isUsage: Bool {
    switch self {
    case .change, .size, .text: true
    case .roundTrip, .part: false
    }
  }

  package var description: String {
    switch self {
    case .change(let text): "\(text): expected key=value with a positive integer"
    case .size(let key):
      "\(key): expected sequences, length or a size of config.json such as num_hidden_layers"
    case .text(let bytes): "the text to encode: expected at least \(bytes) bytes"
    case .roundTrip: "a document changed on its way through the tokenizer"
    case .part(let name): "the part \(name) failed"
    }
  }
}
