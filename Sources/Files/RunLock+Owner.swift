internal import Glibc

extension RunLock {
  /// The text written by the process that holds the lock at `path`; `nil` if the lock is free.
  ///
  /// Leaves no trace, so it also works on read-only media.
  public static func owner(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    let text = (try? readFile(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
    return (text ?? "").split(separator: "\n").joined(separator: ", ")
  }
}
