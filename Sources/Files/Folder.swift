internal import Glibc

/// Folders: made, listed, synced, removed.
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

  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted by bytes, without `.` and `..`.
  public static func names(in path: String) throws(FileError) -> [String] {
    guard let stream = opendir(path) else { throw .last("list the folder", path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// Syncs the entries of a folder to the disk.
  public static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open the folder", path) }
    defer { close(descriptor) }
    try FailPoint.event(path)
    guard fsync(descriptor) == 0 else { throw .last("sync the folder", path) }
  }

  /// Removes a folder and all in it; symbolic links are removed, never followed.
  public static func remove(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw .last("look at", path)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try remove(path + "/" + name) }
      try FailPoint.event(path)
      guard rmdir(path) == 0 else { throw .last("remove the folder", path) }
    } else {
      try FailPoint.event(path)
      guard unlink(path) == 0 else { throw .last("remove", path) }
    }
  }

  /// Renames `from` to `to` within one file system and syncs the folder that holds `to`.
  public static func rename(_ from: String, to: String) throws(FileError) {
    try FailPoint.event(to)
    guard Glibc.rename(from, to) == 0 else { throw .last("rename \(from) to it", to) }
    try sync(Paths.parent(of: to))
  }

  /// Bytes that an unprivileged process may still write where `path` lies.
  public static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    let place = isFolder(path) ? path : Paths.parent(of: path)
    guard statvfs(place, &status) == 0 else { return nil }
    return Int(
      exactly: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        .partialValue)
  }
}
