/// Settings that accompany a tokenizer: ids with a special role, and the chat template.
public struct TokenizerConventions: Sendable, Equatable {
  /// Put before a text, if `addsBeginning`.
  public var beginningId: Int32?
  /// Put after a text.
  public var endId: Int32?
  /// Fills up sequences of a batch in other programs; Retort itself does not pad.
  public var paddingId: Int32?
  /// What GGUF files and reports name; encoding goes by the tokenizer model's own unknown token.
  public var unknownId: Int32?
  /// Other ids that end a model's output: ends of a turn.
  public var otherEndIds: [Int32] = []
  /// Whether the tokenizer itself adds `beginningId` before a text; the wrapping `plain` then does
  /// so too.
  public var addsBeginning = false
  /// Whether it adds `endId` after a text.
  public var addsEnd = false
  /// The text of the chat template.
  public var chatTemplate: String?

  /// No convention known.
  public init() {}
}
