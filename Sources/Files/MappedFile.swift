internal import Glibc

/// The bytes of a regular file, mapped read-only instead of copied: paged in as they are touched.
///
/// If a file is shortened while mapped, a read beyond its new end kills the process (SIGBUS).
/// Weight files are replaced whole, never truncated, and so are ours (`AtomicFile`).
///
/// `@unchecked Sendable`: the mapping is set once and only ever read.
public final class MappedFile: @unchecked Sendable {
  /// Where the file is, as given to `init`; for messages.
  public let path: String
  /// Length in bytes when it was opened.
  public let size: Int
  private let base: UnsafeMutableRawPointer?

  /// - Throws: `FileError` if it is not a regular file, or cannot be opened or mapped.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let file = try RandomAccessFile(path)
    size = file.size
    base = try file.map()
  }

  deinit { if let base { munmap(base, size) } }

  /// Calls `body` with all bytes; they are valid after it returns only while this file is kept
  /// alive.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: base, count: size))
  }

  /// Tells the system that all bytes will be read soon, from front to back.
  public func expectReading() {
    if let base { posix_madvise(base, size, POSIX_MADV_WILLNEED) }
  }
}

extension RandomAccessFile {
  /// Maps the whole file for reading; the mapping outlives this object. `nil` for an empty file.
  fileprivate func map() throws(FileError) -> UnsafeMutableRawPointer? {
    guard size > 0 else { return nil }
    let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { throw .last("map", path) }
    return mapped
  }
}
