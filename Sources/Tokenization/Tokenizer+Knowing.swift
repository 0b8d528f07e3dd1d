extension Tokenizer {
  /// Whether an id stands for a token. A model's vocabulary may be padded beyond its tokenizer's, and
  /// a tokenizer's may have gaps: such ids are no text, and nothing can be decoded from them.
  public func knows(_ id: Int32) -> Bool { id >= 0 && vocabulary.isTaken(Int(id)) }
}
