/// Settings that accompany a tokenizer: ids with a special role, and the chat template.
public struct TokenizerConventions: Sendable, Equatable {
  /// Put before a text, if `addsBeginning`.
  public var beginningId: Int32?
  /// Put after a text.
  public var endId: Int32?
  public var paddingId: Int32?
  public var unknownId: Int32?
  /// Other ids that end a model's output: ends of a turn.
  public var otherEndIds: [Int32] = []
  /// Whether the tokenizer itself adds `beginningId` before a text, and `endId` after it.
  public var addsBeginning = false
  public var addsEnd = false
  /// The text of the chat template.
  public var chatTemplate: String?

  /// No convention known.
  public init() {}
}
