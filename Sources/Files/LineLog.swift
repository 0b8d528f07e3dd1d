internal import Glibc
internal import Synchronization

/// A log that grows while others read it: lines for people and for the process that watches.
///
/// Nothing durable: no line is synced, and a power cut may lose the last ones. What decides whether
/// something is finished goes through `AtomicFile`.
public final class LineLog: Sendable {
  public let path: String
  let descriptor: Int32

  /// Makes the file, or empties the one that stands there.
  ///
  /// - Throws: `FileError` when it cannot be made.
  public init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .last("create the log", path) }
  }

  deinit { close(descriptor) }

  /// Appends whole lines, each with its newline, in one write.
  ///
  /// - Throws: `FileError` when the system takes less than all.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    guard !bytes.isEmpty else { return }
    guard let code = Terminal.write(bytes, to: descriptor) else { return }
    throw .system(operation: "write", path: path, code: code)
  }
}

/// Reads what a `LineLog` has gained since the last look.
public struct LineTail: Sendable {
  public let path: String
  private var offset = 0
  private var rest: [UInt8] = []
  /// Bytes taken at one look, at most.
  private static let pieceLimit = 1 << 22

  public init(_ path: String) { self.path = path }

  /// The lines that have come whole since the last call, without their newlines; none while the
  /// file is not there or does not read.
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
