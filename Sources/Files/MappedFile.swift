internal import Glibc

/// A regular file's bytes in place of a copy: mapped for reading, paged in as they are touched.
///
/// Who shortens a file while it is mapped kills the process that then reads beyond its end
/// (SIGBUS): files of weights are replaced whole, never cut, and so are ours (`AtomicFile`).
///
/// `@unchecked Sendable`: the mapping is set once and only ever read.
public final class MappedFile: @unchecked Sendable {
  public let path: String
  /// Length in bytes when it was opened.
  public let size: Int
  private let base: UnsafeMutableRawPointer?

  /// - Throws: `FileError` for what is no regular file, or cannot be opened or mapped.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let file = try RandomAccessFile(path)
    size = file.size
    base = try file.map()
  }

  deinit { if let base { munmap(base, size) } }

  /// Calls `body` with all bytes; they must not be used after it returns, unless this file is kept.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: base, count: size))
  }

  /// Tells the system that all bytes are about to be read, from front to back.
  public func expectReading() {
    if let base { posix_madvise(base, size, POSIX_MADV_WILLNEED) }
  }
}

extension RandomAccessFile {
  /// The whole file, mapped for reading; the mapping outlives this object. `nil` for no bytes.
  fileprivate func map() throws(FileError) -> UnsafeMutableRawPointer? {
    guard size > 0 else { return nil }
    let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { throw .last("map", path) }
    return mapped
  }
}
