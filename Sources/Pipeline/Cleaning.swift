public import Files

/// Folders in a run folder that no pipeline of the run names any more, and their removal.
///
/// A run folder keeps the last plan of every pipeline that ran into it. A stage folder that none of
/// them names was made with other settings or inputs. Folders of stages whose inputs are not
/// finished are kept: their keys cannot be known, so they may still be of use.
public struct Cleaning: Sendable, Equatable {
  /// One folder below `stages/`.
  public struct Item: Sendable, Equatable {
    /// Relative to the run folder.
    public let path: String
    /// Total size of its files.
    public let bytes: Int
  }

  /// The run folder.
  public let folder: String
  /// Names of the pipelines whose stages are kept.
  public let pipelines: [String]
  /// Folders that no pipeline names.
  public let orphans: [Item]
  /// Folders of stages whose present key is unknown.
  public let undecided: [Item]

  /// Looks at a run folder; changes nothing in it.
  ///
  /// - Throws: `RunError.noRun`, `RunError.plan`, `FileError`.
  public static func look(at folder: String) throws -> Cleaning {
    let plans = try Plan.kept(in: folder)
    // A folder without a manifest is one of ours only if a stage has its name.
    let known = Set(plans.flatMap { $0.stages.map(\.name) })
    var used: Set<String> = []
    var waiting: Set<String> = []
    for plan in plans {
      for stage in try RunStatus.read(plan, in: folder).stages {
        if let place = stage.folder { used.insert(place) } else { waiting.insert(stage.name) }
      }
    }
    let stages = RunFolder(root: folder).stages
    var orphans: [Item] = []
    var undecided: [Item] = []
    for name in Folder.isFolder(stages) ? try Folder.names(in: stages) : [] {
      let path = "stages/" + name
      guard !used.contains(path), let stage = stageName(ofFolder: name),
        known.contains(stage) || isStage(folder + "/" + path)
      else { continue }
      let item = Item(path: path, bytes: try bytes(in: folder + "/" + path))
      if waiting.contains(stage) { undecided.append(item) } else { orphans.append(item) }
    }
    return Cleaning(
      folder: folder, pipelines: plans.map(\.pipeline), orphans: orphans, undecided: undecided)
  }

  /// Takes the folder's lock, looks again, and removes the orphans.
  ///
  /// - Returns: what was removed and what was kept.
  /// - Throws: `RunLock.Held` while a run owns the folder, `RunError`, `FileError`.
  public static func run(in folder: String) throws -> Cleaning {
    guard fileExists(folder + "/" + Plan.fileName) else { throw RunError.noRun(folder: folder) }
    let place = RunFolder(root: folder)
    let lock = try place.own()
    defer { withExtendedLifetime(lock) {} }
    let found = try look(at: folder)
    for item in found.orphans {
      // The manifest goes first: a folder that is half removed must not look finished.
      let manifest = folder + "/" + item.path + "/" + Manifest.fileName
      if fileExists(manifest) { try Folder.remove(manifest) }
      try Folder.remove(folder + "/" + item.path)
    }
    return found
  }

  /// The stage named in a folder's name; `nil` for a name that no stage's folder has.
  private static func stageName(ofFolder name: String) -> String? {
    guard let dash = name.lastIndex(of: "-"), dash != name.startIndex else { return nil }
    let key = name[name.index(after: dash)...]
    let hex: Set<Character> = Set("0123456789abcdef")
    return key.count == 12 && key.allSatisfy(hex.contains) ? String(name[..<dash]) : nil
  }

  /// Whether a manifest says that a stage made the folder, under the key in its name.
  private static func isStage(_ folder: String) -> Bool {
    guard let key = (try? Manifest.read(from: folder))?.stage?["key"]?.stringValue else {
      return false
    }
    return folder.hasSuffix("-" + key.prefix(12))
  }

  private static func bytes(in folder: String) throws -> Int {
    var sum = 0
    for name in try Folder.names(in: folder) {
      let path = folder + "/" + name
      sum += Folder.isFolder(path) ? try bytes(in: path) : try RandomAccessFile(path).size
    }
    return sum
  }
}

extension Cleaning {
  /// Text for readers; `removed`: whether the orphans were removed or only would be.
  public func text(removed: Bool) -> String {
    var lines: [String] = []
    for item in orphans {
      lines.append(
        "  \(removed ? "removed" : "would remove")  \(item.path)  \(Wording.bytes(item.bytes))")
    }
    for item in undecided {
      lines.append(
        "  kept  \(item.path)  \(Wording.bytes(item.bytes)): its inputs are not finished")
    }
    let sum = orphans.reduce(0) { $0 + $1.bytes }
    let what = Wording.plural(orphans.count, "folder")
    lines.append(
      orphans.isEmpty
        ? "\(folder): nothing to remove; every stage is of \(pipelines.joined(separator: ", "))"
        : "\(folder): \(removed ? "removed" : "would remove") \(what), \(Wording.bytes(sum))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs.
  public func json(removed: Bool) -> JSON {
    func list(_ items: [Item]) -> JSON {
      JSON(items) { ["path": JSON($0.path), "bytes": JSON($0.bytes)] }
    }
    return [
      "folder": JSON(folder), "pipelines": JSON(pipelines) { JSON($0) },
      "removed": JSON(removed), "orphans": list(orphans), "undecided": list(undecided),
    ]
  }
}
