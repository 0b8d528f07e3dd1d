internal import Glibc
internal import Synchronization

/// Thrown where work stops because the user or the scheduler asked for it (SIGINT, SIGTERM,
/// SIGQUIT, SIGHUP, SIGXCPU).
public struct Interrupted: Error, CustomStringConvertible, Equatable {
  /// Every interruption is the same: the error carries nothing.
  public init() {}
  public var description: String { "interrupted -- run the same command again to go on" }
}

/// The request to stop, set by a signal and polled between pieces of work.
///
/// The handler only sets a flag. A second signal ends the process at once, which is safe too: only
/// whole files count.
public enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether a stop was requested, by a signal or by `request()`; once true, it stays so.
  public static var requested: Bool { flag.load(ordering: .relaxed) }

  /// - Throws: `Interrupted` once a signal has requested a stop.
  public static func check() throws(Interrupted) {
    if requested { throw Interrupted() }
  }

  /// Requests a stop from inside the process.
  public static func request() { flag.store(true, ordering: .relaxed) }

  /// Signals that request a stop: from a person, a scheduler, a closing terminal, a time limit.
  private static let wishes = [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGXCPU]

  /// Installs handlers for the stop signals; called once by the command line.
  ///
  /// When the reader is gone the process ends silently (SIGPIPE), and exceeding the file size limit
  /// is a write error (SIGXFSZ), whatever dispositions the parent set.
  public static func install() {
    let handler: @convention(c) (Int32) -> Void = { _ in
      if Interruption.flag.exchange(true, ordering: .relaxed) { _exit(75) }
    }
    // The parent may have blocked them: its pool threads do, and a child inherits that.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for wish in wishes {
      var before = sigaction()
      sigaction(wish, nil, &before)
      // Keep the setting made by `nohup`.
      if wish == SIGHUP, isIgnored(before) { continue }
      signal(wish, handler)
      sigaddset(&wanted, wish)
    }
    signal(SIGPIPE, SIG_DFL)
    sigaddset(&wanted, SIGPIPE)
    signal(SIGXFSZ, SIG_IGN)
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN is the address 1.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
