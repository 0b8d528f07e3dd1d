internal import Glibc

/// Exclusive ownership of a folder for the life of the process.
///
/// An advisory `flock`, which the kernel releases however the process dies, so no stale lock can be
/// left behind. The file's text names the owner, for messages only.
public final class RunLock {
  /// Another process holds the lock.
  public struct Held: Error, Equatable, CustomStringConvertible {
    /// The lock's file.
    public let path: String
    /// The text that the owner wrote.
    public let owner: String

    /// - Parameter owner: the text that the owner wrote; empty if unknown.
    public init(path: String, owner: String) {
      self.path = path
      self.owner = owner
    }

    public var description: String {
      "\(path): held by \(owner.isEmpty ? "another process" : owner) -- wait for it to end, or use "
        + "another folder"
    }
  }

  private let descriptor: Int32

  /// Takes the lock or throws who has it; does not wait.
  ///
  /// - Throws: `Held`, or `FileError` when the file cannot be opened.
  public init(_ path: String, owner: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError.last("open the lock", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let text = (try? readFile(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
      // `deinit` closes it: all that it stores is there by now.
      throw Held(path: path, owner: (text ?? "").split(separator: "\n").joined(separator: ", "))
    }
    let bytes = Array(owner.utf8)
    _ = ftruncate(descriptor, 0)
    _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(descriptor) }

  /// `thisProcess` on one line, as `owner(of:)` gives it.
  public static var thisProcessWords: String {
    thisProcess.split(separator: "\n").joined(separator: ", ")
  }

  /// This process's identity: pid, host, command.
  public static var thisProcess: String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let name = String(
      decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "process \(getpid()) on \(name)\n\(CommandLine.arguments.joined(separator: " "))\n"
  }
}
