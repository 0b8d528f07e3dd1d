public import Files

extension Plan {
  /// The file in the run folder that stores the plan, so that `status` needs no pipeline file.
  public static let fileName = "pipeline.json"

  /// The folder in the run folder with the last plan of each pipeline run there.
  static let historyName = "pipelines"

  /// Writes the plan into the run folder: as the present one, and as its pipeline's last one.
  func keep(in folder: String) throws(FileError) {
    let bytes = json.serialized(pretty: true) + [0x0A]
    // A folder filled by an earlier version keeps only its present plan.
    if let old = try? Plan.read(from: folder), old.pipeline != pipeline {
      let path = Self.historyPath(old.pipeline, in: folder)
      if !fileExists(path) {
        try RunFolder.write(old.json.serialized(pretty: true) + [0x0A], to: path)
      }
    }
    try RunFolder.write(bytes, to: Self.historyPath(pipeline, in: folder))
    try RunFolder.write(bytes, to: folder + "/" + Self.fileName)
  }

  private static func historyPath(_ pipeline: String, in folder: String) -> String {
    "\(folder)/\(historyName)/\(pipeline).json"
  }

  /// The last plan of every pipeline run in the folder, the present one first.
  ///
  /// - Throws: `RunError.noRun` where there is none, `RunError.plan` for an unreadable one.
  static func kept(in folder: String) throws -> [Plan] {
    let present = try read(from: folder)
    let place = folder + "/" + historyName
    var plans = [present]
    for name in Folder.isFolder(place) ? try Folder.names(in: place) : []
    where name.hasSuffix(".json") && name != present.pipeline + ".json" {
      plans.append(try parse(place + "/" + name))
    }
    return plans
  }

  /// The whole plan as stored in the run folder.
  public var json: JSON {
    [
      "format": 1, "pipeline": JSON(pipeline), "about": JSON(about), "seed": JSON(Int(seed)),
      "stages": JSON(stages) { stage in
        var object: JSONObject = [
          "name": JSON(stage.name), "kind": JSON(stage.kind), "version": JSON(stage.codeVersion),
          "from": JSON(stage.from) { JSON($0) }, "with": .object(stage.with),
          "resolved": .object(stage.resolved),
        ]
        object["added_by"] = stage.addedBy.map { JSON($0) }
        return .object(object)
      },
    ]
  }

  /// 64 hex digits that identify the plan: settings and inputs of every stage.
  var digest: String { SHA256.hash(json.serialized()).hex }

  /// Reads the plan stored in a run folder.
  ///
  /// - Throws: `RunError.noRun` when there is none, `RunError.plan` when it is invalid.
  public static func read(from folder: String) throws -> Plan {
    let path = folder + "/" + fileName
    guard fileExists(path) else { throw RunError.noRun(folder: folder) }
    return try parse(path)
  }

  private static func parse(_ path: String) throws -> Plan {
    do {
      return try Plan(json: try JSON.parse(readFile(path, limit: 1 << 26)), path: path)
    } catch let error as JSONError {
      throw RunError.plan(path: path, reason: error.description)
    }
  }

  private init(json: JSON, path: String) throws(RunError) {
    func wrong(_ reason: String) -> RunError { .plan(path: path, reason: reason) }
    guard json["format"]?.intValue == 1 else { throw wrong("not of format 1") }
    guard let name = json["pipeline"]?.stringValue, let seed = json["seed"]?.intValue, seed >= 0,
      let list = json["stages"]?.arrayValue
    else { throw wrong("lacks pipeline, seed or stages") }
    var stages: [PlannedStage] = []
    for entry in list {
      guard let name = entry["name"]?.stringValue, Paths.isSafeName(name),
        let kind = entry["kind"]?.stringValue, let version = entry["version"]?.intValue,
        let from = entry["from"]?.arrayValue?.compactMap(\.stringValue),
        let with = entry["with"]?.objectValue, let resolved = entry["resolved"]?.objectValue,
        from.allSatisfy({ input in stages.contains { $0.name == input } })
      else { throw wrong("the stage \(entry["name"]?.text ?? "without a name") does not read") }
      stages.append(
        PlannedStage(
          name: name, kind: kind, from: from, with: with, resolved: resolved, codeVersion: version,
          addedBy: entry["added_by"]?.stringValue))
    }
    self.init(
      pipeline: name, about: json["about"]?.stringValue ?? "", seed: UInt64(seed), stages: stages)
  }
}
