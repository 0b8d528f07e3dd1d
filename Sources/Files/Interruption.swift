internal import Glibc
internal import Synchronization

/// Thrown where work stops because the user or the scheduler asked for it (SIGINT, SIGTERM).
public struct Interrupted: Error, CustomStringConvertible, Equatable {
  public init() {}
  public var description: String { "interrupted -- run the same command again to go on" }
}

/// The wish to stop, set by a signal and read between pieces of work.
///
/// The handler only sets a flag. A second signal ends the process at once, which is safe too: only
/// whole files count.
public enum Interruption {
  private static let flag = Atomic<Bool>(false)

  public static var requested: Bool { flag.load(ordering: .relaxed) }

  /// - Throws: `Interrupted` once a signal has asked to stop.
  public static func check() throws(Interrupted) {
    if requested { throw Interrupted() }
  }

  /// Asks for a stop from inside the process.
  public static func request() { flag.store(true, ordering: .relaxed) }

  /// Catches SIGINT and SIGTERM; called once by the command line.
  public static func install() {
    let handler: @convention(c) (Int32) -> Void = { _ in
      if Interruption.flag.exchange(true, ordering: .relaxed) { _exit(75) }
    }
    signal(SIGINT, handler)
    signal(SIGTERM, handler)
    // A parent may have blocked them: threads of its pools do, and a child inherits that.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGINT)
    sigaddset(&wanted, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }
}
