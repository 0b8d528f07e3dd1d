internal import Glibc

/// A program started by this process, in its own process group: a key on the terminal reaches it
/// only through us.
public final class ChildProcess {
  /// How a process ended.
  public enum Ending: Sendable, Equatable {
    case exit(Int32)
    case signal(Int32)

    /// `exit status 3`, `signal 9 (Killed)`.
    public var words: String {
      switch self {
      case .exit(let status): "exit status \(status)"
      case .signal(let number):
        "signal \(number) (\(strsignal(number).map { String(cString: $0) } ?? "unknown"))"
      }
    }
  }

  /// Process id.
  public let identifier: Int32
  private var ending: Ending?

  /// Starts `program` with empty standard input and both outputs going to `log`.
  ///
  /// The child gets this process's environment. It inherits only descriptors that are not
  /// close-on-exec; all of ours are close-on-exec.
  /// - Throws: `FileError` when the system cannot start it.
  public init(_ program: String, _ arguments: [String], log: LineLog) throws(FileError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, log.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, log.descriptor, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, &attributes, words, environ)
    guard code == 0 else {
      throw .system(operation: "start it as a process", path: program, code: code)
    }
    identifier = child
  }

  /// How it ended; `nil` while it runs. Does not block.
  public func poll() -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    let found = waitpid(identifier, &status, WNOHANG)
    if found == 0 || found < 0 && errno == EINTR { return nil }
    // No child to wait for: another part of the process has already collected the status.
    guard found == identifier else { return end(.exit(-1)) }
    let signal = status & 0x7F
    return end(signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal))
  }

  private func end(_ how: Ending) -> Ending {
    ending = how
    return how
  }

  /// Asks it to stop (SIGTERM), unless it has ended.
  public func askToStop() {
    if ending == nil { kill(identifier, SIGTERM) }
  }
}
