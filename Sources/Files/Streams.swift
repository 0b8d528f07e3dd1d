internal import Glibc
internal import Synchronization

/// Standard output, buffered: whole writes, and silence once the reader has gone.
///
/// A write that fails is remembered in `failure`, and nothing is written after it: what was printed
/// is then a whole beginning, and the program's end says that it is no more than that.
public struct StandardOutput: ~Copyable {
  private var buffer: [UInt8] = []
  private static let firstFailure = Mutex<FileError?>(nil)

  /// What the first failed write said; `nil` while all went well.
  public static var failure: FileError? { firstFailure.withLock { $0 } }

  public init() {}

  deinit { Self.put(buffer, to: 1) }

  public mutating func write(_ bytes: [UInt8]) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { flush() }
  }

  public mutating func write(line: [UInt8]) {
    buffer.append(contentsOf: line)
    buffer.append(0x0A)
    if buffer.count >= 1 << 16 { flush() }
  }

  public mutating func write(line: String) { write(line: Array(line.utf8)) }

  public mutating func flush() {
    Self.put(buffer, to: 1)
    buffer.removeAll(keepingCapacity: true)
  }

  fileprivate static func put(_ bytes: [UInt8], to descriptor: Int32) {
    var done = 0
    guard failure == nil else { return }
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        let error = FileError.last("write", "standard output")
        firstFailure.withLock { $0 = $0 ?? error }
        return
      }
      done += count
    }
  }
}

/// Standard error, unbuffered: messages.
public enum StandardError {
  public static func write(line: String) { Terminal.writeError(line + "\n") }
}

/// A file that appears under its name only when `commit` is called; anything else leaves no trace.
public final class AtomicOutput {
  private let path: String
  private let temporary: String
  private let file: OutputFile
  private var isCommitted = false

  public init(_ path: String) throws(FileError) {
    try AtomicFile.requireReplaceable(path)
    self.path = path
    temporary = Paths.temporaryName(for: path)
    do throws(FileError) {
      file = try OutputFile(creating: temporary)
    } catch {
      throw error.naming(path, for: temporary)
    }
  }

  deinit { if !isCommitted { unlink(temporary) } }

  public func write(_ bytes: [UInt8]) throws(FileError) { try file.write(bytes) }

  /// Syncs and renames: the file is there, whole.
  public func commit() throws(FileError) {
    try file.finish()
    try Folder.rename(temporary, to: path)
    isCommitted = true
  }
}
