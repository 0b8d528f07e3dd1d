internal import Glibc
internal import Synchronization

/// Thrown where work stops because the user or the scheduler asked for it (SIGINT, SIGTERM,
/// SIGQUIT, SIGHUP, SIGXCPU).
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

  /// What asks for a stop: a person, a scheduler, a terminal that closes, a limit on time.
  private static let wishes = [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGXCPU]

  /// Catches the signals that ask for a stop; called once by the command line.
  ///
  /// A reader that has gone ends the process silently (SIGPIPE), and a file beyond the limit is an
  /// error of the write (SIGXFSZ), whatever the parent made of these signals.
  public static func install() {
    let handler: @convention(c) (Int32) -> Void = { _ in
      if Interruption.flag.exchange(true, ordering: .relaxed) { _exit(75) }
    }
    // A parent may have blocked them: threads of its pools do, and a child inherits that.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for wish in wishes {
      var before = sigaction()
      sigaction(wish, nil, &before)
      // What `nohup` asked for stays.
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
