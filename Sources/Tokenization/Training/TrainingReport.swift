internal import Files

/// What the training of a tokenizer saw and did.
public struct TrainingReport: Sendable, Equatable, CustomStringConvertible {
  /// Why it ended.
  public enum Ending: Sendable, Equatable {
    /// The vocabulary is as large as asked.
    case vocabularyFull
    /// No pair of neighbours occurs `minimumFrequency` times any more; the vocabulary stays smaller.
    case noPairRepeats
  }

  public var textCount = 0
  public var byteCount = 0
  /// Pieces that the pre-tokenizer cut, those of one byte included.
  public var pieceCount = 0
  /// Different pieces of two bytes and more.
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
