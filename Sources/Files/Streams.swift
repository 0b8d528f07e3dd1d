internal import Glibc
internal import Synchronization

/// Buffered standard output: complete writes, and silence once the reader is gone.
///
/// Text is for people and never controls the terminal (`TerminalText`). Bytes are data: exact in a
/// file or a pipe, escaped like text on a terminal.
///
/// The first failed write is kept in `failure`, and nothing is written after it: the output is then
/// a correct prefix, and the program reports at its end that it is incomplete.
public struct StandardOutput: ~Copyable {
  private var buffer: [UInt8] = []
  private let isTerminal = Terminal.isStandardOutputInteractive
  private static let firstFailure = Mutex<FileError?>(nil)

  /// The error of the first failed write; `nil` if none failed.
  public static var failure: FileError? { firstFailure.withLock { $0 } }

  /// Buffered standard output; what is left is written when the value ends.
  public init() {}

  deinit { Self.put(buffer) }

  /// One line for people: invisible characters, newlines too, are escaped; a line longer than
  /// `TerminalText.lineLimit` bytes loses its middle.
  public mutating func write(line: String) {
    append(TerminalText.line(Array(line.utf8), limit: TerminalText.lineLimit) + [0x0A])
  }

  /// Lines for people, each as in `write(line:)`.
  public mutating func write(text: String) {
    let text = text.hasSuffix("\n") ? String(text.dropLast()) : text
    append(TerminalText.text(text, limit: TerminalText.lineLimit, lines: .max) + [0x0A])
  }

  /// A JSON value and a newline; characters that would control a terminal are escaped, so it reads
  /// back as the same value.
  public mutating func write(json: JSON, pretty: Bool = false) {
    append(TerminalText.shown(json.serialized(pretty: pretty)) + [0x0A])
  }

  /// The object on one line, or indented if `pretty`.
  public mutating func write(json: JSONObject, pretty: Bool = false) {
    write(json: .object(json), pretty: pretty)
  }

  /// Data.
  public mutating func write(_ bytes: [UInt8]) {
    append(isTerminal ? TerminalText.shown(bytes) : bytes)
  }

  /// Data and a newline.
  public mutating func write(line: [UInt8]) {
    write(line)
    append([0x0A])
  }

  /// Clears the terminal, if there is one.
  public mutating func clearTerminal() {
    if isTerminal { append(Array("\u{1B}[H\u{1B}[2J".utf8)) }
  }

  /// Writes the buffer. The first failure is kept in `failure`.
  public mutating func flush() {
    Self.put(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ bytes: [UInt8]) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { flush() }
  }

  private static func put(_ bytes: [UInt8]) {
    guard failure == nil, let code = Terminal.write(bytes, to: 1) else { return }
    let error = FileError.system(operation: "write", path: "standard output", code: code)
    firstFailure.withLock { $0 = $0 ?? error }
  }
}

/// Unbuffered standard error: messages for people, escaped for terminals and limited in length.
public enum StandardError {
  /// Maximum bytes per line and lines per message.
  static let lineLimit = 2000
  static let mostLines = 100

  /// One line; newlines in it are escaped.
  public static func write(line: String) {
    put(TerminalText.line(Array(line.utf8), limit: lineLimit))
  }

  /// Several lines.
  public static func write(text: String) {
    put(TerminalText.text(text, limit: lineLimit, lines: mostLines))
  }

  /// Bytes that cannot be written are dropped: there is nowhere left to report it.
  private static func put(_ bytes: [UInt8]) { _ = Terminal.write(bytes + [0x0A], to: 2) }
}

/// A file that appears under its name only when `commit` is called; otherwise it leaves no trace.
public final class AtomicOutput {
  private let path: String
  private let temporary: String
  private let file: OutputFile
  private var isCommitted = false

  /// Begins a file that appears under its name at `commit` only.
  ///
  /// - Throws: `FileError` for a path that is not replaced, or a folder that cannot be written.
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

  /// - Throws: `FileError` of the system call.
  public func write(_ bytes: [UInt8]) throws(FileError) { try file.write(bytes) }

  /// Syncs and renames: the complete file now exists.
  public func commit() throws(FileError) {
    try file.finish()
    try Folder.rename(temporary, to: path)
    isCommitted = true
  }
}
