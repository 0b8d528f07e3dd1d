internal import Tensors
internal import Tokenization

/// Why a model whose files are intact does not run: its parts contradict each other, or are not
/// supported.
public struct DoesNotRun: Error, Equatable, CustomStringConvertible {
  /// The model's file or folder.
  public let place: String
  /// The rest of a sentence that begins with "because".
  public let reason: String

  public var description: String { "\(place): does not run, because \(reason)" }

  /// - Parameters:
  ///   - reason: the rest of a sentence that begins with "because".
  ///   - place: the model's file or folder.
  public init(_ reason: String, of place: String) {
    self.place = place
    self.reason = reason
  }

  /// The verdict that an error stands for.
  ///
  /// - Returns: `nil` for an error that means a file is damaged or cannot be read.
  public init?(_ error: any Error, of place: String) {
    switch error {
    case let error as DoesNotRun: self.init(error.reason, of: place)
    case CheckpointError.key, CheckpointError.missing, is ModelError:
      self.init("\(error)", of: place)
    case TokenizerError.pointer: return nil
    case is TokenizerError: self.init("\(error)", of: place)
    default: return nil
    }
  }
}
