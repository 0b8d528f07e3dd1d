internal import Files

/// Statistics of a tokenizer training.
public struct TrainingReport: Sendable, Equatable, CustomStringConvertible {
  /// Why training ended.
  public enum Ending: Sendable, Equatable {
    /// The vocabulary has reached the requested size.
    case vocabularyFull
    /// No pair occurs `minimumFrequency` times any more; the vocabulary stays smaller.
    case noPairRepeats
  }

  /// Texts read, empty ones included.
  public var textCount = 0
  /// Bytes of all texts together.
  public var byteCount = 0
  /// Pieces cut by the pre-tokenizer, including those of one byte.
  public var pieceCount = 0
  /// Distinct pieces of at least two bytes.
  public var distinctPieceCount = 0
  /// The upper bound that was asked for, special tokens and bytes included.
  public var requestedVocabularySize = 0
  /// Tokens of the result: 3 special ones, 256 bytes, and what merges added.
  public var vocabularySize = 0
  /// Merges learnt; a merge whose bytes are a token already adds none to the vocabulary.
  public var mergeCount = 0
  /// Least count of a pair to be merged, at least 1.
  public var minimumFrequency = 0
  /// `vocabularyFull` even where no further pair repeats at that size.
  public var ending = Ending.noPairRepeats

  public var description: String {
    let seen =
      byteCount.counted("byte") + " in " + textCount.counted("text") + ", "
      + distinctPieceCount.counted("distinct piece")
    let size = "\(vocabularySize) of at most \(requestedVocabularySize) tokens"
    return switch ending {
    case .vocabularyFull: "\(seen): \(size)"
    case .noPairRepeats:
      "\(seen): \(size); no further pair occurs \(minimumFrequency) times"
    }
  }
}
