internal import Synchronization

/// Collects notices from any thread for display.
final class Notices: Sendable {
  private let texts = Mutex<[String]>([])

  func add(_ text: String) { texts.withLock { $0.append(text) } }

  /// What was added since the last call.
  func take() -> [String] {
    texts.withLock { list in
      defer { list = [] }
      return list
    }
  }
}
