internal import Synchronization

/// Number of threads that a stage may use at this moment: more once other stages have ended.
public final class ThreadShare: Sendable {
  private let count: Atomic<Int>

  /// - Parameter count: at least 1.
  public init(_ count: Int) { self.count = Atomic(max(1, count)) }

  /// The present share.
  public var threads: Int { count.load(ordering: .relaxed) }

  /// Changes the share while the stage runs; at least 1.
  public func set(_ threads: Int) { count.store(max(1, threads), ordering: .relaxed) }
}
