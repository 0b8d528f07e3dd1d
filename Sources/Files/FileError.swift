internal import Glibc

/// A file error: which file, the operation, the system's message, and what to do next.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A system call failed with `errno` = `code`.
  case system(operation: String, path: String, code: Int32)
  /// The file system has too little room for the bytes to be written.
  case noSpace(path: String, needs: Int, free: Int)
  /// The file ends too early.
  case truncated(path: String, at: Int, needs: Int, has: Int)
  /// A file is longer than its reader accepts.
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// A file that must be new already exists.
  case exists(path: String)
  /// A file has the signature of another kind.
  case anotherKind(path: String, found: FileSignature)
  /// A device, pipe, socket or link is where a regular file is to be read or replaced.
  case notRegular(path: String)
  /// A name is not valid UTF-8; `shown` has each invalid byte as an escape.
  case notUTF8(shown: String)

  public var description: String {
    switch self {
    case .system(let operation, let path, let code):
      "\(path): cannot \(operation): \(Self.message(code))\(Self.advice(code))"
    case .noSpace(let path, let needs, let free):
      "\(path): no space: \(needs.counted("byte")) needed, \(free) free -- make room, then run the "
        + "same command again"
    case .truncated(let path, let at, let needs, let has):
      "\(path): byte \(at): needs \(needs.counted("byte")), has \(has); the file was cut short -- make or "
        + "fetch it again"
    case .tooLarge(let path, let bytes, let limit):
      "\(path): \(bytes.counted("byte")), at most \(limit) are read"
    case .exists(let path):
      "\(path): stands there already and is never overwritten -- move it away first"
    case .anotherKind(let path, let found):
      "\(path): is \(found.rawValue), not lines of UTF-8 text -- \(found.advice)"
    case .notRegular(let path):
      "\(path): is not a regular file -- copy it to one to read it, or print to standard output "
        + "and redirect that"
    case .notUTF8(let shown):
      "\(shown): these bytes are not UTF-8 -- write them so, or rename the file"
    }
  }

  /// Whether a signal interrupted a wait for bytes.
  public var isInterruption: Bool {
    if case .system(_, _, EINTR) = self { true } else { false }
  }

  /// Whether the system refused the process rather than the file: too many open files, too little
  /// memory, or no permission.
  public var isRefusal: Bool {
    guard case .system(_, _, let code) = self else { return false }
    return [EMFILE, ENFILE, ENOMEM, EACCES, EPERM].contains(code)
  }

  /// Whether the file is simply not there.
  public var isMissing: Bool {
    if case .system(_, _, ENOENT) = self { true } else { false }
  }

  /// Same error, but naming the final file instead of its temporary one, whose name the user does
  /// not know.
  public func naming(_ path: String, for temporary: String) -> FileError {
    switch self {
    case .system(let operation, temporary, let code):
      .system(operation: operation, path: path, code: code)
    case .noSpace(temporary, let needs, let free): .noSpace(path: path, needs: needs, free: free)
    case .exists(temporary): .exists(path: path)
    default: self
    }
  }

  static func last(_ operation: String, _ path: String) -> FileError {
    .system(operation: operation, path: path, code: errno)
  }

  private static func message(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text).lowercased()
  }

  private static func advice(_ code: Int32) -> String {
    switch code {
    case ENOENT: " -- check the path"
    case EACCES, EPERM, EROFS: " -- make it accessible, or name another place"
    case ENOSPC, EDQUOT: " -- make room, then run the same command again"
    case EMFILE, ENFILE: " -- raise the limit (`ulimit -n`), then run the same command again"
    case EAGAIN, ENOMEM:
      " -- raise the limits on memory and processes (`ulimit -v`, `ulimit -u`) or free some"
    case EFBIG: " -- raise the limit (`ulimit -f`), then run the same command again"
    default: ""
    }
  }
}
