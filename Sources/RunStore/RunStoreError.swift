/// Why the run store cannot be used.
public enum RunStoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not one of our databases, or is damaged.
  case damaged(path: String, reason: String)
  /// The database returned an error.
  case failed(path: String, operation: String, reason: String)

  public var description: String {
    switch self {
    case .damaged(let path, let reason):
      "\(path): not a readable run store (\(reason)); it holds curves and history only -- move it "
        + "away, the next run makes a new one"
    case .failed(let path, let operation, let reason):
      "\(path): cannot \(operation): \(reason) -- check the space and the rights of its folder"
    }
  }
}
