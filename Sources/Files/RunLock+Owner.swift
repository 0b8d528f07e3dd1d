internal import Glibc

extension RunLock {
  /// What the process wrote that holds the lock at `path`; `nil` when nobody holds it.
  ///
  /// Looks without leaving a trace, so that it works on read-only media too.
  public static func owner(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    let text = (try? readFile(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
    return (text ?? "").split(separator: "\n").joined(separator: ", ")
  }
}
