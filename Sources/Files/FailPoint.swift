internal import Foundation
internal import Glibc
internal import Synchronization

/// Fault injection, so that every durable step can be tested: off unless `RETORT_FAIL` is set.
///
///     RETORT_FAIL=kill:17       SIGKILL just before the 17th durable event of the process
///     RETORT_FAIL=term:17       SIGTERM there: the process has to end by itself
///     RETORT_FAIL=enospc:17     from there on the disk is full
///     RETORT_FAIL=count         prints the number of events at the end
///
/// A durable event changes files: create, write, sync, rename, make or remove. Other kinds of fault
/// (`nan:…`) belong to the modules that offer them.
package enum FailPoint {
  private enum Fault: Sendable { case none, count, kill(Int), term(Int), full(Int) }

  private static let events = Atomic<Int>(0)

  private static let fault: Fault = {
    guard let text = ProcessInfo.processInfo.environment["RETORT_FAIL"] else { return .none }
    let parts = text.split(separator: ":").map(String.init)
    if parts == ["count"] {
      atexit { FailPoint.reportCount() }
      return .count
    }
    guard parts.count == 2, let n = Int(parts[1]) else { return .none }
    switch parts[0] {
    case "kill": return .kill(n)
    case "term": return .term(n)
    case "enospc": return .full(n)
    default: return .none
    }
  }()

  private static func reportCount() {
    StandardError.write(line: "durable events: \(events.load(ordering: .relaxed))")
  }

  /// Called just before a durable event.
  ///
  /// - Throws: `FileError.noSpace` when the injected fault is a full disk.
  static func event(_ path: String) throws(FileError) {
    guard case .none = fault else { return try act(path) }
  }

  private static func act(_ path: String) throws(FileError) {
    let number = events.add(1, ordering: .relaxed).newValue
    switch fault {
    case .kill(number): kill(getpid(), SIGKILL)
    case .term(number): kill(getpid(), SIGTERM)
    case .full(let first) where number >= first:
      throw .noSpace(path: path, needs: 1, free: 0)
    default: break
    }
  }
}
