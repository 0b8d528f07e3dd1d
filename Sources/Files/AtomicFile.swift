internal import CKernels
internal import Glibc

/// The only way our durable files are made.
///
/// Nothing else in the package opens a file for writing (a test checks this). A file appears under
/// its name complete or not at all, whenever the process dies: it is written next to its
/// destination under a temporary name, synced, renamed, and the folder is synced.
public enum AtomicFile {
  /// Writes `bytes` to `path`, atomically replacing any existing file.
  ///
  /// - Throws: `FileError`; any existing file at `path` is then untouched.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try requireReplaceable(path)
    let temporary = Paths.temporaryName(for: path)
    do throws(FileError) {
      let file = try OutputFile(creating: temporary)
      try file.write(bytes)
      try file.finish()
      try FailPoint.event(path)
      guard rename(temporary, path) == 0 else { throw .last("rename a new file to it", path) }
    } catch {
      unlink(temporary)
      throw error.naming(path, for: temporary)
    }
    try Folder.sync(Paths.parent(of: path))
  }

  /// The text as UTF-8.
  ///
  /// - Throws: as `write(_:to:)` of bytes.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }
}

extension AtomicFile {
  /// Gives a file a second name on the same file system; nothing is at that name yet, or is
  /// replaced.
  ///
  /// Both names are the one file from now on, so it must be one that nobody writes to again.
  /// - Throws: `FileError`; where links are not possible, nothing is left at `path`.
  public static func link(_ existing: String, to path: String) throws(FileError) {
    try requireReplaceable(path)
    unlink(path)
    try FailPoint.event(path)
    guard Glibc.link(existing, path) == 0 else { throw .last("link", path) }
    try Folder.sync(Paths.parent(of: path))
  }

  /// Refuses to replace a device, a pipe or a link: a rename would replace the thing itself, even
  /// `/dev/null`. A missing folder is reported as such.
  public static func requireReplaceable(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      let folder = Paths.parent(of: path)
      guard Folder.isFolder(folder) else {
        throw .system(
          operation: "write \(Paths.last(of: path)) into it", path: folder,
          code: fileExists(folder) ? ENOTDIR : ENOENT)
      }
      return
    }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else {
      throw .system(operation: "write a file in the place of this folder", path: path, code: EISDIR)
    }
    guard kind == S_IFREG else { throw .notRegular(path: path) }
  }
}

/// A file written once, front to back, in a folder not yet sealed by a manifest.
///
/// `finish` syncs it. Its folder entry is synced when the folder is sealed.
public final class OutputFile {
  /// Where the file is, as given to `init(creating:)`.
  public let path: String
  private var descriptor: Int32
  private var pending: [UInt8] = []
  private static let flushSize = 1 << 20
  /// Bytes passed to the system whose write-back has not been started.
  private var unsent = 0
  private static let sendSize = 8 << 20
  /// Bytes written so far.
  public private(set) var byteCount = 0

  /// - Throws: `FileError` when the file already exists or cannot be created.
  public init(creating path: String) throws(FileError) {
    self.path = path
    try FailPoint.event(path)
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw .exists(path: path) }
      throw .last("create the file", path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends bytes, through a buffer.
  ///
  /// - Throws: `FileError` of the system call.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    byteCount += bytes.count
    if pending.isEmpty, bytes.count >= Self.flushSize { return try put(bytes) }
    pending.append(contentsOf: bytes)
    if pending.count >= Self.flushSize { try flush() }
  }

  /// Writes the rest, syncs and closes. A failed sync is final: do not trust the file.
  public func finish() throws(FileError) {
    try flush()
    let descriptor = self.descriptor
    try FailPoint.event(path)
    guard fsync(descriptor) == 0 else { throw .last("sync", path) }
    self.descriptor = -1
    guard close(descriptor) == 0 else { throw .last("close", path) }
  }

  private func flush() throws(FileError) {
    guard !pending.isEmpty else { return }
    try put(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: [UInt8]) throws(FileError) {
    try FailPoint.event(path)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == ENOSPC || errno == EDQUOT {
          throw .noSpace(
            path: path, needs: bytes.count - done, free: Folder.freeBytes(at: path) ?? 0)
        }
        throw .last("write", path)
      }
      done += count
    }
    unsent += done
    if unsent >= Self.sendSize { startWriting() }
  }

  /// Starts write-back of the bytes passed so far, so that the final sync has little to do.
  private func startWriting() {
    unsent = 0
    ck_start_writing(descriptor)
  }
}
