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

  public var textCount = 0
  public var byteCount = 0
  /// Pieces cut by the pre-tokenizer, including those of one byte.
  public var pieceCount = 0
  /// Distinct pieces of at least two bytes.
  public var distinctPieceCount = 0
  public var requestedVocabularySize = 0
  public var vocabularySize = 0
  public var mergeCount = 0
  public var minimumFrequency = 0
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
