/// A GGUF file's description of its tokenizer: the values of the keys `tokenizer.ggml.*` and
/// `tokenizer.chat_template`.
public struct GGUFVocabulary: Sendable, Equatable {
  /// The values of `tokenizer.ggml.token_type`.
  public enum TokenType: Int, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// `gpt2` (byte-level BPE with merges) or `llama` (SentencePiece BPE with scores).
  public var model: String
  /// Name of the rule by which `gpt2` cuts text.
  public var pre: String?
  /// The spelling of each id.
  public var tokens: [[UInt8]]
  /// By id, raw values of `TokenType`; if missing, all tokens are normal.
  public var types: [Int]?
  /// By id; `llama` only.
  public var scores: [Float]?
  /// `left right`, in order of rank; `gpt2` only.
  public var merges: [[UInt8]]?
  /// `bos_token_id`; `nil`: the file names none, which for `llama` means 1.
  public var beginningId: Int?
  /// `eos_token_id`; `nil` means 2 for `llama`, none for `gpt2`.
  public var endId: Int?
  /// `unknown_token_id`; `nil` means 0 for `llama`, none for `gpt2`.
  public var unknownId: Int?
  /// `padding_token_id`; `nil`: none.
  public var paddingId: Int?
  /// `eot_token_id`, a further end of a model's output; `nil`: none.
  public var endOfTurnId: Int?
  /// `add_bos_token`; `nil`: yes for `llama`, and for `gpt2` as `pre` has it.
  public var addsBeginning: Bool?
  /// `add_eos_token`; `nil`: no.
  public var addsEnd: Bool?
  /// `add_space_prefix`, read for `llama` only; `nil`: yes.
  public var addsSpacePrefix: Bool?
  /// `tokenizer.chat_template`, a text in Jinja; `nil`: the file has none.
  public var chatTemplate: String?

  /// A vocabulary with nothing but its tokens.
  ///
  /// - Parameter model: `gpt2`, `llama` or another kind that GGUF knows.
  public init(model: String, tokens: [[UInt8]]) {
    self.model = model
    self.tokens = tokens
  }

  /// The type of a token; normal where the file names no types, `nil` for an unknown one.
  public func type(of id: Int) -> TokenType? {
    guard let types else { return .normal }
    return types.indices.contains(id) ? TokenType(rawValue: types[id]) : nil
  }
}
