extension Tokenizer {
  /// Whether an id belongs to a token. A model's vocabulary may be padded beyond its tokenizer's,
  /// and a tokenizer's may have gaps; such ids are not text, and cannot be decoded.
  public func knows(_ id: Int32) -> Bool { id >= 0 && vocabulary.isTaken(Int(id)) }
}
