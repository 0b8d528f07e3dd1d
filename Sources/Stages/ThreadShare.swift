internal import Synchronization

/// Number of threads that a stage may use at this moment: more once other stages have ended.
public final class ThreadShare: Sendable {
  private let count: Atomic<Int>

  public init(_ count: Int) { self.count = Atomic(max(1, count)) }

  public var threads: Int { count.load(ordering: .relaxed) }

  public func set(_ threads: Int) { count.store(max(1, threads), ordering: .relaxed) }
}
