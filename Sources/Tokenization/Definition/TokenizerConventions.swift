/// What stands beside a tokenizer: which ids have a part to play, and the chat template.
public struct TokenizerConventions: Sendable, Equatable {
  /// Before a text, if `addsBeginning`.
  public var beginningId: Int32?
  /// After a text.
  public var endId: Int32?
  public var paddingId: Int32?
  public var unknownId: Int32?
  /// Other ids that end what a model writes: ends of a turn.
  public var otherEndIds: [Int32] = []
  /// Whether the tokenizer itself puts `beginningId` before a text, and `endId` after it.
  public var addsBeginning = false
  public var addsEnd = false
  /// The text of the chat template.
  public var chatTemplate: String?

  public init() {}
}
