internal import Files
internal import RunStore

/// Names and housekeeping of a run folder.
struct RunFolder: Sendable {
  let root: String

  static let lockName = "run.lock"

  var stages: String { root + "/stages" }
  var report: String { root + "/report" }
  var logs: String { root + "/logs" }
  var lock: String { root + "/" + Self.lockName }
  static let timingsName = "timings.jsonl"
  var timings: String { logs + "/" + Self.timingsName }
  var store: String { root + "/" + RunStore.fileName }
  /// Where each stage has its lock while a job works on it.
  var locks: String { logs + "/locks" }

  /// Takes the folder for the life of the lock that is returned.
  ///
  /// - Throws: `RunLock.Held` when another process has it.
  func own() throws -> RunLock {
    try Folder.make(root)
    // Somebody who only looks whether the lock is held may hold it for an instant.
    for _ in 0..<3 {
      do {
        return try RunLock(lock, owner: RunLock.thisProcess)
      } catch is RunLock.Held {
        Pause.milliseconds(20)
      }
    }
    return try RunLock(lock, owner: RunLock.thisProcess)
  }

  /// Removes temporary files that a killed owner of this folder left; only the owner may.
  func removeLeftovers() throws(FileError) {
    for folder in [root, report, logs] where Folder.isFolder(folder) {
      for name in try Folder.names(in: folder) where name.hasPrefix(Paths.temporaryPrefix) {
        try Folder.remove(folder + "/" + name)
      }
    }
  }

  /// Writes a file unless it holds these bytes already.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  static func write(_ bytes: [UInt8], to path: String) throws(FileError) -> Bool {
    if fileExists(path), let old = try? readFile(path, limit: 1 << 30), old == bytes {
      return false
    }
    try Folder.make(Paths.parent(of: path))
    try AtomicFile.write(bytes, to: path)
    return true
  }
}
