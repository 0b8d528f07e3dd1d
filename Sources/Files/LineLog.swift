internal import Glibc
internal import Synchronization

/// A log that others read while it grows: lines for people and for the supervising process.
///
/// Not durable: lines are not synced, and a power cut may lose the last ones. Whatever decides that
/// something is finished goes through `AtomicFile`.
public final class LineLog: Sendable {
  /// Where the log is, as given to `init`.
  public let path: String
  let descriptor: Int32

  /// Creates the file, or empties an existing one.
  ///
  /// - Throws: `FileError` when it cannot be created.
  public init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .last("create the log", path) }
  }

  deinit { close(descriptor) }

  /// Appends whole lines, each with its newline, in one write call.
  ///
  /// - Throws: `FileError` when not everything was written.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    guard !bytes.isEmpty else { return }
    guard let code = Terminal.write(bytes, to: descriptor) else { return }
    throw .system(operation: "write", path: path, code: code)
  }
}

/// Reads the lines added to a `LineLog` since the last call.
public struct LineTail: Sendable {
  /// Where the log is; every `take()` opens it anew.
  public let path: String
  private var offset = 0
  private var rest: [UInt8] = []
  /// Maximum bytes read per call.
  private static let pieceLimit = 1 << 22

  /// Reads a log from its beginning; the file may come later.
  public init(_ path: String) { self.path = path }

  /// The lines completed since the last call, without their newlines; none if the file is missing
  /// or unreadable.
  public mutating func take() -> [[UInt8]] {
    guard let file = try? RandomAccessFile(path), file.size > offset,
      let bytes = try? file.read(at: offset, count: min(file.size - offset, Self.pieceLimit))
    else { return [] }
    offset += bytes.count
    rest += bytes
    guard let end = rest.lastIndex(of: 0x0A) else { return [] }
    let lines = rest[..<end].split(separator: 0x0A).map(Array.init)
    rest.removeFirst(end + 1)
    return lines
  }
}
