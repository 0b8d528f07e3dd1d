internal import Files
internal import Stages

/// A stage's folder in the run folder: its state, clearing and sealing.
struct StageFolder: Sendable {
  enum State: Sendable {
    /// No folder.
    case absent
    /// Files without a manifest: a run was interrupted, or is still writing.
    case unfinished(canResume: Bool)
    /// The manifest is valid, has the right key, and its files match.
    case finished(Manifest)
    /// The manifest is invalid, or files do not match it.
    case damaged(String)
  }

  static let scratchName = "scratch"

  let stage: PlannedStage
  let key: StageKey
  let path: String

  /// - Parameter root: the run folder.
  init(_ stage: PlannedStage, key: StageKey, root: String) {
    self.stage = stage
    self.key = key
    path = root + "/" + stage.folder(key)
  }

  /// A folder outside any run.
  init(_ stage: PlannedStage, key: StageKey, path: String) {
    self.stage = stage
    self.key = key
    self.path = path
  }

  var scratch: String { path + "/" + Self.scratchName }

  /// Looks at the folder.
  ///
  /// - Parameter trustSize: files are checked by size only, not by digest.
  /// - Throws: `RunError.foreign` for a folder of another key under the same name; `FileError`
  ///   where this process may not read it.
  func state(trustSize: Bool) throws -> State {
    let manifest: Manifest
    do throws(ManifestError) {
      manifest = try Manifest.read(from: path)
    } catch .missing {
      guard Folder.isFolder(path) else { return .absent }
      return .unfinished(canResume: Folder.isFolder(scratch))
    } catch {
      return try Self.damage(error)
    }
    let found = manifest.stage?["key"]?.stringValue ?? "none"
    guard found == key.hex, manifest.kind == stage.kind else {
      throw RunError.foreign(folder: path, expected: key.hex, found: found)
    }
    do throws(ManifestError) {
      try manifest.verifyFiles(in: path, sizesOnly: trustSize)
    } catch {
      return try Self.damage(error)
    }
    return .finished(manifest)
  }

  /// A folder that cannot be read may be intact, so it is never rebuilt for that reason.
  private static func damage(_ error: ManifestError) throws -> State {
    if case .unreadable(let reason) = error, reason.isRefusal { throw reason }
    return .damaged(error.description)
  }

  /// Prepares the folder for a new run: removes the files of an earlier try except `scratch`.
  ///
  /// Only called by the owner of the run folder, for a folder whose name and key prove it ours.
  func clear() throws(FileError) {
    guard Folder.isFolder(path) else { return try Folder.make(path) }
    // The manifest goes first: a folder that is half removed must not look finished.
    let names = try Folder.names(in: path)
    if names.contains(Manifest.fileName) { try Folder.remove(path + "/" + Manifest.fileName) }
    for name in names where name != Self.scratchName && name != Manifest.fileName {
      try Folder.remove(path + "/" + name)
    }
  }

  /// Writes the manifest, which marks the stage as finished.
  func seal(_ result: StageResult, inputs: [StageInput], machine: JSONObject) throws -> Manifest {
    try Folder.remove(scratch)
    var files: [Manifest.File] = []
    var folders: [String] = []
    for file in result.files {
      files.append(try Manifest.entry(file, in: path))
      let folder = Paths.parent(of: path + "/" + file)
      if folder != path, !folders.contains(folder) { folders.append(folder) }
    }
    for folder in folders { try Folder.sync(folder) }
    let manifest = Manifest(
      kind: stage.kind, content: result.content ?? Self.content(of: files), files: files,
      stage: [
        "kind": JSON(stage.kind), "version": JSON(stage.codeVersion), "key": JSON(key.hex),
        "configuration": .object(stage.resolved),
        "inputs": JSON(inputs) {
          [
            "kind": JSON($0.kind), "makes": JSON($0.makes) { JSON($0.rawValue) },
            "content": JSON($0.finished?.manifest.content ?? ""),
          ]
        },
      ], machine: machine, archive: result.archive, details: result.details)
    try manifest.write(to: path)
    return manifest
  }

  /// Content digest for a stage that gives none: the digest of its files' names and digests.
  private static func content(of files: [Manifest.File]) -> String {
    SHA256.hash(files.map { "\($0.path) \($0.sha256)\n" }.joined()).hex
  }
}
