/// The supported values of `tokenizer.ggml.pre`, and the meaning of each.
enum PreTokenizerName: String, CaseIterable {
  case smollm
  case gpt2 = "gpt-2"
  case llama3 = "llama-bpe"
  case qwen2
  case tekken

  /// - Parameter name: as in a file; some families have several.
  init?(reading name: String) {
    switch name {
    case "llama3", "llama-v3": self = .llama3
    default: self.init(rawValue: name)
    }
  }

  var steps: [PreTokenizerStep] {
    switch self {
    case .smollm: TokenizerDefinition.retort.preTokenizer
    case .gpt2: [.byteLevel(addsPrefixSpace: false, usesExpression: true)]
    case .llama3: [.expression(.llama3), Self.bytes]
    case .qwen2: [.expression(.qwen2), Self.bytes]
    case .tekken: [.expression(.tekken), Self.bytes]
    }
  }

  private static let bytes = PreTokenizerStep.byteLevel(
    addsPrefixSpace: false, usesExpression: false)

  /// The family's own files have this normalizer, though GGUF does not say so.
  var normalizer: [NormalizerStep] { self == .qwen2 ? [.nfc] : [] }

  /// Whether a piece that is itself a token is encoded as that token without merging.
  var ignoresMerges: Bool { self == .llama3 || self == .tekken }

  /// Default for files without `add_bos_token`.
  var addsBeginning: Bool { self == .llama3 || self == .tekken }

  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
