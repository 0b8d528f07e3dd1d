public import Files

/// Expected output and cost of a stage on this machine.
public struct Expectation: Sendable, Equatable {
  /// The stage's name in the pipeline.
  public let stage: String
  /// The kind of stage: `generate`.
  public let kind: String
  /// Most records in its folder; `nil` where it holds none, or that is not known.
  public var records: Int?
  /// Tokens it reads or writes.
  public var tokens: Int?
  /// Size of its folder.
  public var bytes: Int?
  /// Peak memory of its process.
  public var memoryBytes: Int?
  /// Wall seconds on one thread.
  public var seconds: Double?
  /// What was rehearsed to find out, or why it is not known.
  public var basis: String

  /// `{stage, kind, records, tokens, bytes, memory_bytes, seconds, basis}`; null: not known.
  public var json: JSON {
    func number(_ value: Int?) -> JSON { value.map { JSON($0) } ?? .null }
    return [
      "stage": JSON(stage), "kind": JSON(kind), "records": number(records),
      "tokens": number(tokens), "bytes": number(bytes), "memory_bytes": number(memoryBytes),
      "seconds": seconds.map { JSON(($0 * 1000).rounded() / 1000) } ?? .null,
      "basis": JSON(basis),
    ]
  }

  /// An expectation with no figure yet.
  ///
  /// - Parameter basis: where its figures come from, in words.
  package init(stage: String, kind: String, basis: String) {
    self.stage = stage
    self.kind = kind
    self.basis = basis
  }

  init?(_ json: JSON) {
    guard let stage = json["stage"]?.stringValue, let kind = json["kind"]?.stringValue,
      let basis = json["basis"]?.stringValue
    else { return nil }
    self.init(stage: stage, kind: kind, basis: basis)
    records = json["records"]?.intValue
    tokens = json["tokens"]?.intValue
    bytes = json["bytes"]?.intValue
    memoryBytes = json["memory_bytes"]?.intValue
    seconds = json["seconds"]?.doubleValue
  }
}

/// Expected output and cost of a whole pipeline on this machine.
public struct Estimate: Sendable, Equatable {
  /// Digest of the estimated plan.
  let plan: String
  /// Threads that `wallSeconds` and `peakBytes` assume.
  public let threads: Int
  /// In the order of the plan.
  public let stages: [Expectation]
  /// Wall seconds of the run with `threads` threads, nothing cached.
  public let wallSeconds: Double

  /// In the run folder's `logs/`.
  static let fileName = "expected.json"

  /// The expectation of a stage; `nil` if there is none.
  public subscript(_ stage: String) -> Expectation? { stages.first { $0.stage == stage } }

  /// Seconds on one thread, summed over the stages; unknown figures count as 0.
  public var totalSeconds: Double { stages.compactMap(\.seconds).reduce(0, +) }
  /// Bytes of all stages' folders; unknown figures count as 0.
  public var totalBytes: Int { stages.compactMap(\.bytes).reduce(0, +) }

  /// Peak memory: the `threads` largest stages, running side by side.
  public var peakBytes: Int {
    stages.compactMap(\.memoryBytes).sorted(by: >).prefix(threads).reduce(0, +)
  }

  func keep(in folder: RunFolder) throws(FileError) {
    let json: JSON = [
      "plan": JSON(plan), "threads": JSON(threads), "wall_seconds": JSON(wallSeconds),
      "stages": JSON(stages, \.json),
    ]
    try Folder.make(folder.logs)
    try AtomicFile.write(
      json.serialized(pretty: true) + [0x0A], to: folder.logs + "/" + Self.fileName)
  }

  /// The estimate stored for this plan in the folder; `nil` if there is none.
  static func kept(of plan: Plan, in folder: RunFolder) -> Estimate? {
    guard let bytes = try? readFile(folder.logs + "/" + fileName, limit: 1 << 26),
      let json = try? JSON.parse(bytes), json["plan"]?.stringValue == plan.digest,
      let threads = json["threads"]?.intValue, let wall = json["wall_seconds"]?.doubleValue,
      let stages = json["stages"]?.arrayValue
    else { return nil }
    return Estimate(
      plan: plan.digest, threads: threads, stages: stages.compactMap { Expectation($0) },
      wallSeconds: wall)
  }
}

extension Estimate {
  /// For programs: one object per stage.
  public var json: JSON { JSON(stages, \.json) }

  /// For people: one line per stage, then the totals.
  public var text: String {
    let header = ["stage", "kind", "records", "tokens", "disk", "memory", "time"]
    var rows = [header]
    for stage in stages {
      rows.append([
        stage.stage, stage.kind, stage.records.map(Wording.count) ?? "-",
        stage.tokens.map(Wording.count) ?? "-", stage.bytes.map(Wording.bytes) ?? "?",
        stage.memoryBytes.map(Wording.bytes) ?? "?", stage.seconds.map(Wording.duration) ?? "?",
      ])
    }
    let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      row.indices.map { column in
        column < 2
          ? Wording.padded(row[column], to: widths[column])
          : Wording.padded("", to: widths[column] - row[column].count) + row[column]
      }.joined(separator: "  ")
    }
    lines.append(
      "\(Wording.plural(stages.count, "stage")): about \(Wording.duration(wallSeconds)) with "
        + "\(Wording.plural(threads, "thread")) (\(Wording.duration(totalSeconds)) of work), "
        + "\(Wording.bytes(totalBytes)) on disk, \(Wording.bytes(peakBytes)) of memory")
    let unknown = stages.filter { $0.seconds == nil }
    if !unknown.isEmpty {
      lines.append("not known, and not counted:")
      lines += unknown.map { "  \($0.stage): \($0.basis)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
