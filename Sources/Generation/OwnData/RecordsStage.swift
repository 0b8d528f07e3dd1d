internal import Archives
public import Files
internal import Judging
internal import Records
internal import Sets
public import Stages
internal import Tasks
internal import Verifiers

/// Stage `records`: the user's own data, packed as a set that other stages read (`OwnData.md`).
///
/// The stage key includes what the files hold, but not where they are.
public struct RecordsStage: Stage {
  public static let kind = "records"
  public static let codeVersion = 1
  public static let about = "packs records of your own from files: prompts, conversations, texts"
  public static let needs: [StageNeed] = []
  public static let makes: [StageProduct] = [.set]

  private enum Long: String, CaseIterable { case drop, cut }
  private enum Fault: String, CaseIterable { case refuse, drop }
  private enum WantedSplit: String, CaseIterable { case train, validation, test, any }

  /// In place of a family: whichever reads the problem.
  private static let any = "any"

  private let files: [OwnFile]
  /// Whether a record whose problem no family reads stays, unverified.
  private let acceptsUnjudged: Bool
  private let family: String?
  private let split: WantedSplit
  private let count: Int?
  private let allowsFewer: Bool
  private let long: Long
  private let mostBytes: Int
  private let rejected: Fault
  private let repeated: Fault

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    _ = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    let paths = try settings.locations(
      "path", "a file, a folder, or a list of them",
      "a .jsonl file (a record a line), a .txt file (one text), a folder of them, or a list")
    // Digests of the files replace the path.
    settings.resolve("files", .null)
    let isUnverified = try settings.bool(
      "unverified", default: false, "take texts that no verifier judges")
    family = try settings.optionalString(
      "family",
      "the task family whose verifier judges every record; any: each by the families that read its "
        + "problem, step by step or else by its answer; none: nobody does")
    rejected = try settings.choice(
      "rejected", default: .refuse, "what becomes of a record that the verifier rejects")
    long = try settings.choice(
      "long", default: .drop, "what becomes of a record longer than max_bytes: dropped, or cut")
    mostBytes = try settings.int(
      "max_bytes", default: 16_384, in: 64...OwnFile.longestLine,
      "bytes of all texts of a record")
    repeated = try settings.choice(
      "duplicates", default: .refuse, "what becomes of a record that was there before")
    split = try settings.choice(
      "split", default: .any, "which of the three splits, or any")
    count = try settings.optionalInt("count", in: 1...1_000_000_000, "records; none: all")
    allowsFewer = try settings.bool(
      "allow_fewer", default: false, "take what there is where the files hold fewer than count")
    try settings.endOfReading()
    if let family {
      let known = [Self.any] + Verifiers.all.map(\.family).sorted()
      guard known.contains(family) else {
        throw settings.error(
          "family",
          "expected one of \(known.joined(separator: ", ")), found \(family.prefix(80))"
            + Nearness.hint(family, among: known))
      }
    } else if !isUnverified {
      throw settings.error(
        "unverified",
        "nobody verifies these records: expected unverified: true, or family: the task family whose "
          + "verifier judges them, or family: any")
    }
    acceptsUnjudged = isUnverified
    do {
      files = try OwnFile.files(paths)
    } catch {
      throw settings.error("path", "\(error)")
    }
    settings.resolve("files", JSON(files) { JSON($0.digest) })
  }

  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    outlook.sources = [
      Outlook.Source(
        stage: name, kind: Self.kind, settings: settings,
        split: split == .any ? nil : split.rawValue)
    ]
    outlook.mostRecords = count
    outlook.isVerified = family != nil && !(family == Self.any && acceptsUnjudged)
    outlook.hasPrompts = family == nil
    return outlook
  }

  /// Counts of the reading.
  private struct Tally {
    var read = 0
    var records = 0
    var tooLong = 0
    var cut = 0
    var duplicates = 0
    var rejected = 0
    var otherSplit = 0
    var byFamily: [String: Int] = [:]
    /// Records by the level of checking: `steps`, `answer`, `none`.
    var byLevel: [String: Int] = [:]

    func json(wanted: Int?) -> JSONObject {
      [
        "records": JSON(records), "wanted": wanted.map { JSON($0) } ?? .null, "read": JSON(read),
        "too_long": JSON(tooLong), "cut": JSON(cut), "duplicates": JSON(duplicates),
        "rejected": JSON(rejected), "other_split": JSON(otherSplit),
        "by_family": .object(
          JSONObject(byFamily.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
        "by_level": .object(
          JSONObject(byLevel.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
      ]
    }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    var writer = try SetWriter(in: context.folder, threads: context.threads)
    var tally = Tally()
    /// For each id, the file and line that it first came from.
    var seen: [String: (file: Int, line: Int?)] = [:]
    var cutIds: [String] = []
    for (number, file) in files.enumerated() where tally.records < count ?? .max {
      try file.forEach { line, own in
        guard tally.records < count ?? .max else { return }
        tally.read += 1
        if tally.read % 256 == 0 {
          try context.checkInterruption()
          context.progress.report(done: tally.read, of: nil, unit: "lines", note: "")
        }
        for piece in try pieces(own, at: line, of: file, &tally) {
          guard tally.records < count ?? .max else { return }
          let record = piece.record
          guard split == .any || split.rawValue == record.split.rawValue else {
            tally.otherSplit += 1
            continue
          }
          if let first = seen[record.id] {
            // Parts of one text may be equal.
            guard repeated == .drop || first.file == number && first.line == line else {
              throw OwnDataError(
                file: file.path, line: line,
                reason: "is the same record as \(files[first.file].path)"
                  + (first.line.map { ":\($0)" } ?? "")
                  + " -- take one out, or set duplicates: drop")
            }
            tally.duplicates += 1
            continue
          }
          seen[record.id] = (number, line)
          if piece.isUnfinished { cutIds.append(record.id) }
          try writer.append(
            record, columns: piece.isUnfinished ? [RecordSet.unfinishedColumn: 1] : [:])
          tally.records += 1
          tally.byFamily[record.family, default: 0] += 1
          tally.byLevel[record.checker?.level.rawValue ?? "none", default: 0] += 1
        }
      }
    }
    guard tally.records > 0 else { throw nothingLeft(tally) }
    if let count, tally.records < count, !allowsFewer {
      throw StageError.data(
        "expected at most \(tally.records), the records of these files"
          + (split == .any ? "" : " in the split \(split.rawValue)")
          + "; found count \(count) -- ask for fewer, or set allow_fewer: true")
    }
    var manifest = SetManifest(isVerified: tally.byLevel["none"] == nil)
    manifest.split = split.rawValue
    manifest.counts = tally.json(wanted: count)
    let summary = try writer.finish()
    return summary.result(
      manifest, ["checkers": checkers(tally)],
      // A cut text gets other labels than the same text with its end.
      content: cutIds.isEmpty
        ? nil : SHA256.hash(([summary.content.hex] + cutIds).joined(separator: " ")).hex,
      summary: words(for: tally))
  }

  /// The records of a line: one, or the pieces of a long one, or none.
  private func pieces(
    _ own: OwnLine, at line: Int?, of file: OwnFile, _ tally: inout Tally
  ) throws -> [OwnPieces.Piece] {
    func wrong(_ reason: String) -> OwnDataError {
      OwnDataError(file: file.path, line: line, reason: reason)
    }
    if OwnPieces.byteCount(own) > mostBytes {
      // A trace that was cut is no trace.
      let pieces =
        long == .cut && family == nil ? OwnPieces.cut(own, limit: mostBytes) : []
      if pieces.isEmpty { tally.tooLong += 1 } else { tally.cut += 1 }
      return pieces
    }
    if family == Self.any {
      return try judgedByAny(own, wrong, &tally).map { [.init(record: $0, isUnfinished: false)] }
        ?? []
    }
    if let family {
      guard case .pair(let problem, let solution, let level, let masked) = own else {
        throw wrong("holds no problem and solution, which the verifier of \(family) judges")
      }
      guard masked.isEmpty else {
        throw wrong("has the key \"spans\", which is for texts that are not judged")
      }
      switch Self.judge(problem, solution, family, level: level) {
      case .success(let record): return [.init(record: record, isUnfinished: false)]
      case .failure(let fault):
        guard rejected == .drop else {
          throw wrong("\(family) rejects it: \(fault.reason) -- mend it, or set rejected: drop")
        }
        tally.rejected += 1
        return []
      }
    }
    let record =
      switch own {
      case .pair(let problem, let solution, _, let masked):
        Record(prompt: problem, solution: solution, masked: masked)
      case .chat(let turns): Record(chat: turns)
      case .text(let text): Record(text: text)
      }
    return [.init(record: record, isUnfinished: false)]
  }

  /// The record of a line that some family reads and accepts, by steps or by answer; unverified if
  /// no family reads it.
  private func judgedByAny(
    _ own: OwnLine, _ wrong: (String) -> OwnDataError, _ tally: inout Tally
  ) throws -> Record? {
    let (plain, pair): (Record, (problem: String, solution: String)?)
    switch own {
    case .pair(let problem, let solution, _, let masked):
      plain = Record(prompt: problem, solution: solution, masked: masked)
      pair = masked.isEmpty ? (problem, solution) : nil
    case .chat(let turns):
      let spoken = turns.filter { $0.role != .system }
      plain = Record(chat: turns)
      pair = spoken.count == 2 ? (spoken[0].text, spoken[1].text) : nil
    case .text(let text): (plain, pair) = (Record(text: text), nil)
    }
    guard let pair,
      let found = OwnProblem.judge(problem: pair.problem, solution: pair.solution),
      let family = Families.named(found.family)
    else {
      guard acceptsUnjudged else {
        throw wrong("no family reads its problem -- set unverified: true to keep such records")
      }
      return plain
    }
    guard let answer = found.judgement.answer, let checker = found.judgement.checker else {
      guard rejected == .drop else {
        throw wrong(
          "\(found.family) reads the problem and rejects the solution -- mend it, or set rejected: drop"
        )
      }
      tally.rejected += 1
      return nil
    }
    let level = family.levels.first { family.knobs(ofText: found.problem, level: $0) != nil }
    return Record(
      family: found.family, level: level ?? family.levels.lowerBound,
      knobs: level.flatMap { family.knobs(ofText: found.problem, level: $0) } ?? [:],
      problem: found.problem, solution: found.solution, answer: answer,
      canonicalProblem: family.canonical(found.problem) ?? found.problem, origin: .imported,
      checker: checker)
  }

  /// A record that the family's verifier accepts.
  private static func judge(
    _ problem: String, _ solution: String, _ name: String, level: Int?
  ) -> Result<Record, OwnLine.Fault> {
    guard let verifier = Verifiers.named(name), let family = Families.named(name) else {
      return .failure(OwnLine.Fault("nobody knows the family"))
    }
    switch verifier.verify(problem: Array(problem.utf8), solution: Array(solution.utf8)) {
    case .rejected(_, let reason): return .failure(OwnLine.Fault(reason))
    case .accepted(let answer):
      let levels = level.map { [$0] } ?? Array(family.levels)
      let found = levels.first { family.knobs(ofText: problem, level: $0) != nil }
      return .success(
        Record(
          family: name, level: found ?? level ?? 1,
          knobs: found.flatMap { family.knobs(ofText: problem, level: $0) } ?? [:],
          problem: problem, solution: solution, answer: answer,
          canonicalProblem: family.canonical(problem) ?? problem, origin: .imported,
          checker: Record.Checker(
            name: verifier.family, version: verifier.version, verdict: .accepted,
            level: .steps)))
    }
  }

  /// The verifiers of the families in the set.
  private func checkers(_ tally: Tally) -> JSON {
    JSON(tally.byFamily.keys.sorted().compactMap(Verifiers.named)) {
      ["name": JSON($0.family), "version": JSON($0.version)]
    }
  }

  private func nothingLeft(_ tally: Tally) -> StageError {
    var why: [String] = []
    for (count, what) in [
      (tally.tooLong, "longer than max_bytes"), (tally.rejected, "rejected"),
      (tally.otherSplit, "of another split than \(split.rawValue)"),
    ] where count > 0 { why.append("\(count) \(what)") }
    return .data(
      "none of \(tally.read.counted("record")) is left: " + why.joined(separator: ", ")
        + " -- raise max_bytes, set long: cut, or ask for another split")
  }

  /// `every trace verified`, `30 verified step by step, 5 by answer, 2 by nobody`.
  private func checked(_ tally: Tally) -> String {
    if family == nil { return "which nobody verified" }
    if Set(tally.byLevel.keys) == ["steps"] { return "every trace verified" }
    return [("steps", "verified step by step"), ("answer", "by answer"), ("none", "by nobody")]
      .compactMap { key, words in tally.byLevel[key].map { "\($0) \(words)" } }
      .joined(separator: ", ")
  }

  private func words(for tally: Tally) -> String {
    let parts = tally.byFamily.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    var words =
      "\(tally.records.counted("record")) (\(parts.joined(separator: ", "))), "
      + checked(tally)
    for (count, what) in [
      (tally.cut, "cut"), (tally.tooLong, "too long"), (tally.duplicates, "repeated"),
      (tally.rejected, "rejected"),
    ] where count > 0 { words += ", \(count) \(what)" }
    return words
  }
}
