internal import Glibc

/// The lines of a file or of standard input, one at a time, without loading all of it.
public struct LineSource: ~Copyable {
  private let descriptor: Int32
  private let name: String
  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var searched = 0
  private var isAtEnd = false
  private let keepsMark: Bool
  private var isBegun = false
  /// The number of the last line returned, from 1.
  public private(set) var number = 0

  /// One line, without its newline.
  public enum Line: Equatable, Sendable {
    case whole([UInt8])
    /// A line longer than the limit, which was skipped: its length in bytes.
    case tooLong(bytes: Int)
  }

  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - limit: maximum bytes of a line.
  ///   - keepsMark: whether to keep a byte order mark; if not, a UTF-8 one is removed.
  public init(
    _ path: String, limit: Int = 64 << 20, keepsMark: Bool = false
  ) throws(FileError) {
    name = path == "-" ? "standard input" : path
    self.limit = limit
    self.keepsMark = keepsMark
    descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", name) }
  }

  deinit { close(descriptor) }

  /// The next line without its newline; `nil` at the end.
  ///
  /// - Throws: `.tooLarge` for a line beyond the limit; `.anotherKind` for a file that is not text.
  public mutating func next() throws(FileError) -> [UInt8]? {
    switch try nextLine() {
    case nil: return nil
    case .whole(let line)?: return line
    case .tooLong(let bytes)?:
      throw .tooLarge(path: "\(name): line \(number)", bytes: bytes, limit: limit)
    }
  }

  /// The next line, or only its length if it exceeds the limit; `nil` at the end.
  ///
  /// - Throws: `.anotherKind` for a file that is not text.
  public mutating func nextLine() throws(FileError) -> Line? {
    if !isBegun { try begin() }
    var passedOver = 0
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        let line = start..<end
        start = end + 1
        searched = start
        return handOut(line, after: passedOver)
      }
      searched = buffer.count
      if isAtEnd {
        guard start < buffer.count || passedOver > 0 else { return nil }
        let line = start..<buffer.count
        start = buffer.count
        return handOut(line, after: passedOver)
      }
      if buffer.count - start > limit {
        passedOver += buffer.count - start
        start = buffer.count
      }
      try refill()
    }
  }

  private mutating func handOut(_ line: Range<Int>, after passedOver: Int) -> Line {
    number += 1
    let bytes = passedOver + line.count
    return bytes > limit ? .tooLong(bytes: bytes) : .whole(Array(buffer[line]))
  }

  /// Checks the first bytes for a compressed file and a byte order mark.
  private mutating func begin() throws(FileError) {
    isBegun = true
    while buffer.count < FileSignature.length, !isAtEnd { try refill() }
    switch FileSignature(startOf: buffer) {
    case nil: break
    case .utf8Mark? where keepsMark: break
    case .utf8Mark?: start = FileSignature.utf8MarkBytes.count
    case let found?: throw .anotherKind(path: name, found: found)
    }
    searched = start
  }

  private mutating func refill() throws(FileError) {
    if start > 0 {
      buffer.removeSubrange(..<start)
      searched -= start
      start = 0
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var count: Int
    repeat {
      try waitForBytes()
      count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    } while count < 0 && (errno == EINTR || errno == EAGAIN)
    guard count >= 0 else { throw .last("read", name) }
    if count == 0 { isAtEnd = true } else { buffer.append(contentsOf: chunk[..<count]) }
  }

  /// Waits until a read would not block: unlike a read, this wait ends when a signal requests a
  /// stop.
  private func waitForBytes() throws(FileError) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, -1) < 0 {
      guard errno == EINTR else { throw .last("wait for", name) }
      if Interruption.requested { throw .system(operation: "read", path: name, code: EINTR) }
    }
  }
}
