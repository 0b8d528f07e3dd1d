internal import Glibc

/// The whole content of a regular file.
///
/// - Throws: `FileError` when it cannot be read or is longer than `limit` bytes.
public func readFile(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
  let file = try RandomAccessFile(path)
  guard file.size <= limit else {
    throw .tooLarge(path: path, bytes: file.size, limit: limit)
  }
  return try file.read(at: 0, count: file.size)
}

/// Whether something exists at `path`.
public func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Everything on standard input.
public func readStandardInput(limit: Int = .max) throws(FileError) -> [UInt8] {
  var all: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = buffer.withUnsafeMutableBytes { Glibc.read(0, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count < 0, errno == EAGAIN {
      // Another process has made the descriptor non-blocking.
      var request = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      _ = poll(&request, 1, -1)
      continue
    }
    guard count >= 0 else { throw .last("read", "standard input") }
    if count == 0 { return all }
    all.append(contentsOf: buffer[..<count])
    guard all.count <= limit else {
      throw .tooLarge(path: "standard input", bytes: all.count, limit: limit)
    }
  }
}

/// A regular file readable at any offset, from several threads at once.
public final class RandomAccessFile: Sendable {
  /// Where the file is, as given to `init`; for messages.
  public let path: String
  /// Length in bytes when it was opened.
  public let size: Int
  let descriptor: Int32

  /// Opens a regular file; never waits for a pipe's writer.
  ///
  /// - Throws: `FileError.system`, `.notRegular`.
  public init(_ path: String) throws(FileError) {
    self.path = path
    // Non-blocking: opening a pipe without a writer would block forever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileError.last("look at", path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      guard status.st_mode & S_IFMT == S_IFDIR else { throw .notRegular(path: path) }
      throw .system(operation: "read it as a file", path: path, code: EISDIR)
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Exactly `count` bytes from `offset`.
  ///
  /// - Throws: `FileError.truncated` when the file ends before that.
  public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw .truncated(path: path, at: offset, needs: count, has: max(0, size - offset))
    }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
          off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = .last("read", path) }
        if got == 0 {
          failure = .truncated(path: path, at: offset, needs: count, has: filled)
        }
        if got <= 0 { return }
        filled += got
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
