internal import Glibc

/// Making, listing, syncing and removing folders.
public enum Folder {
  /// Makes `path` and its missing parents; the parent of each new one is synced.
  public static func make(_ path: String) throws(FileError) {
    if isFolder(path) { return }
    let parent = Paths.parent(of: path)
    if parent != path, !isFolder(parent) { try make(parent) }
    try FailPoint.event(path)
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("make the folder", path) }
    try sync(parent)
  }

  /// Whether the path, links followed, is a folder that can be looked at.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted by bytes, without `.` and `..`.
  ///
  /// - Throws: `FileError`; `notUTF8` for a name that is not valid UTF-8.
  public static func names(in path: String) throws(FileError) -> [String] {
    var names: [String] = []
    for name in try entries(of: Array(path.utf8CString), path) {
      let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        let shown = TerminalText.line(bytes, limit: TerminalText.wordLimit)
        throw .notUTF8(shown: path + "/" + String(decoding: shown, as: UTF8.self))
      }
      names.append(text)
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// The entries of a folder as the system spells them, each with its terminating zero.
  private static func entries(of folder: [CChar], _ path: String) throws(FileError) -> [[CChar]] {
    guard let stream = opendir(folder) else { throw .last("list the folder", path) }
    defer { closedir(stream) }
    var entries: [[CChar]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
      }
      let dot = CChar(bitPattern: UInt8(ascii: "."))
      if name != [dot, 0], name != [dot, dot, 0] { entries.append(name) }
    }
    return entries
  }

  /// Syncs the entries of a folder to the disk.
  public static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open the folder", path) }
    defer { close(descriptor) }
    try FailPoint.event(path)
    guard fsync(descriptor) == 0 else { throw .last("sync the folder", path) }
  }

  /// Removes a folder and everything in it; symbolic links are removed, never followed.
  public static func remove(_ path: String) throws(FileError) {
    try remove(Array(path.utf8CString), path)
  }

  /// - Parameters:
  ///   - name: the bytes of the path, zero-terminated: not every name is a valid string.
  ///   - path: for messages.
  private static func remove(_ name: [CChar], _ path: String) throws(FileError) {
    var status = stat()
    guard lstat(name, &status) == 0 else {
      if errno == ENOENT { return }
      throw .last("look at", path)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      let slash = CChar(bitPattern: UInt8(ascii: "/"))
      for entry in try entries(of: name, path) {
        let shown = TerminalText.line(
          entry.dropLast().map { UInt8(bitPattern: $0) }, limit: TerminalText.wordLimit)
        try remove(
          name.dropLast() + [slash] + entry, path + "/" + String(decoding: shown, as: UTF8.self))
      }
      try FailPoint.event(path)
      guard rmdir(name) == 0 else { throw .last("remove the folder", path) }
    } else {
      try FailPoint.event(path)
      guard unlink(name) == 0 else { throw .last("remove", path) }
    }
  }

  /// Renames `from` to `to` within one file system and syncs the folder that holds `to`.
  public static func rename(_ from: String, to: String) throws(FileError) {
    try FailPoint.event(to)
    guard Glibc.rename(from, to) == 0 else { throw .last("rename \(from) to it", to) }
    try sync(Paths.parent(of: to))
  }

  /// Free bytes that an unprivileged process may use on the file system of `path`.
  public static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    let place = isFolder(path) ? path : Paths.parent(of: path)
    guard statvfs(place, &status) == 0 else { return nil }
    return Int(
      exactly: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        .partialValue)
  }
}
