internal import Archives
internal import Files
internal import Randomness
internal import Records
internal import Sets
public import Stages

/// Stage `prompts`: free prompts from files, packed as records that no verifier can judge.
///
/// The set says `"verified": false`; a stage accepts it only with `unverified: true`. The stage key
/// includes what the files hold, but not where they are.
public struct PromptsStage: Stage {
  public static let kind = "prompts"
  public static let codeVersion = 2
  public static let about = "packs free prompts from files, marked as unverified"
  public static let needs: [StageNeed] = []
  public static let makes: [StageProduct] = [.set]

  private let records: [Record]
  private let manifest: SetManifest
  private let duplicates: Int
  /// ` of 9 asked for`, if there are fewer.
  private let shortage: String

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    _ = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    let path = try settings.location(
      "path", "a file or folder", "a .txt or .jsonl file, or a folder of them")
    // Digests of the files replace the path.
    settings.resolve("files", .null)
    let split = try settings.choice(
      "split", default: WantedSplit.any, "which of the three splits, or any")
    let count = try settings.optionalInt(
      "count", in: 1...1_000_000_000, "prompts; none: all")
    let allowsFewer = try settings.bool(
      "allow_fewer", default: false, "take what there is where the files hold fewer than count")
    let seed = try settings.seed()
    try settings.endOfReading()
    let files = try Self.files(path, &settings)

    // Compared by bytes: Swift strings are equal if their normal forms are.
    var seen: Set<[UInt8]> = []
    var prompts: [PromptFile.Entry] = []
    var duplicates = 0
    for entry in files.flatMap(\.entries) {
      if seen.insert(Array(entry.text.utf8)).inserted {
        prompts.append(entry)
      } else {
        duplicates += 1
      }
    }
    // Shuffled, so that a part of the set is a fair sample of all files.
    var stream = Seed(seed).child(Self.kind).stream()
    stream.shuffle(&prompts)
    var records: [Record] = []
    var kinds: [String: Int] = [:]
    for entry in prompts where records.count < count ?? .max {
      let record = Record(prompt: entry.text)
      guard split == .any || split.rawValue == record.split.rawValue else { continue }
      records.append(record)
      kinds[entry.kind ?? "other", default: 0] += 1
    }
    if let count, records.count < count, !allowsFewer {
      throw settings.error(
        "count",
        "expected at most \(records.count), the distinct prompts of these files"
          + (split == .any ? "" : " in the split \(split.rawValue)")
          + "; found \(count) -- ask for "
          + "fewer, or set allow_fewer: true")
    }
    guard !records.isEmpty else { throw settings.error("path", "no prompt there") }
    self.records = records
    self.duplicates = duplicates
    let wanted = count ?? records.count
    shortage = records.count < wanted ? " of \(wanted) asked for" : ""
    var manifest = SetManifest(isVerified: false)
    manifest.split = split.rawValue
    manifest.counts = [
      "records": JSON(records.count), "wanted": JSON(wanted), "duplicates": JSON(duplicates),
      "by_kind": .object(
        kinds.sorted { $0.key < $1.key }.reduce(into: [:]) { $0[$1.key] = JSON($1.value) }),
    ]
    self.manifest = manifest
  }

  private enum WantedSplit: String, CaseIterable { case train, validation, test, any }

  /// `path`: a file, or a folder whose `.txt` and `.jsonl` files are read in the order of their
  /// names. `resolved` receives the digests of the files instead.
  private static func files(_ path: String, _ settings: inout Settings) throws -> [PromptFile] {
    let files: [PromptFile]
    do {
      files = try PromptFile.files(path).map { try PromptFile($0) }
    } catch {
      throw settings.error("path", "\(error)")
    }
    guard !files.isEmpty else {
      throw settings.error("path", "\(path) holds no .txt and no .jsonl file")
    }
    settings.resolve("files", JSON(files) { JSON($0.digest.hex) })
    return files
  }

  public func run(_ context: StageContext) throws -> StageResult {
    var writer = try SetWriter(in: context.folder, threads: context.threads)
    for record in records { try writer.append(record) }
    let summary = try writer.finish()
    let repeats = duplicates == 0 ? "" : ", \(duplicates) repeated"
    return summary.result(
      manifest,
      summary: "\(records.count.counted("free prompt"))\(shortage), which no verifier can judge"
        + repeats)
  }
}
