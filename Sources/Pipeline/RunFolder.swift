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
  /// Folder of the locks that jobs hold on their stages.
  var locks: String { logs + "/locks" }

  /// Locks the folder until the returned lock is released.
  ///
  /// - Throws: `RunLock.Held` when another process has it.
  func own() throws -> RunLock {
    try Folder.make(root)
    // A process that only checks the lock may hold it for an instant.
    for _ in 0..<3 {
      do {
        return try RunLock(lock, owner: RunLock.thisProcess)
      } catch is RunLock.Held {
        Pause.milliseconds(20)
      }
    }
    return try RunLock(lock, owner: RunLock.thisProcess)
  }

  /// Removes temporary files left by a killed owner of this folder; only the owner may.
  func removeLeftovers() throws(FileError) {
    for folder in [root, report, logs] where Folder.isFolder(folder) {
      for name in try Folder.names(in: folder) where name.hasPrefix(Paths.temporaryPrefix) {
        try Folder.remove(folder + "/" + name)
      }
    }
  }

  /// Writes a file unless it already holds these bytes.
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
