internal import Archives
public import Files
internal import Models
internal import Sets
internal import SoftLabels
public import Stages
internal import Tokenization

/// Stage `import-labels`: takes in somebody's soft labels as a label set that `distil` reads.
///
/// The file is checked first (`LabelAudit`): broken labels are refused, unless the import can put
/// right what is wrong and is told to. The stage key includes what the files hold, but not where
/// they are. Rows that a server gave with the texts of a set are read from the set.
public struct ImportLabelsStage: Stage {
  public static let kind = "import-labels"
  public static let codeVersion = 2
  public static let about =
    "takes in soft labels of other tools, or of a server's texts, after checking them"
  public static let needs = [
    StageNeed(.set, .perhapsOne, "texts of remote-sample with top_logprobs, in place of path")
  ]
  public static let makes: [StageProduct] = [.set, .labels]

  private let texts: StageInput?
  /// Empty where the labels are those of `texts`.
  private let path: String
  private let format: String?
  private let tokenizerPath: String
  private let tokensPath: String?
  private let textsPath: String?
  private let codecPath: String?
  private let template: String?
  private let repairs: Set<Repair>
  private let encoding: EncodingChoice
  private let maxTokens: Int

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    texts = try StageInputs(inputs, for: Self.needs, of: Self.kind).all(.set).first
    let path = try settings.optionalLocation(
      "path", "a file or folder of labels",
      "the labels: a file or folder of a format that is read; none: those beside the input's texts")
    settings.resolve("files", .null)
    let format = try settings.optionalString(
      "format", "of the labels; none: told from the file")
    tokenizerPath = try settings.location(
      "tokenizer", "a tokenizer.json, a model's folder or a .gguf file",
      "the tokenizer of the labels' teacher")
    tokensPath = try settings.optionalLocations(
      "tokens", "one .npy of ids", "ids of the texts, where the labels' file has none"
    ).first
    textsPath = try settings.optionalLocations(
      "texts", "one .jsonl of texts", "texts in the order of the file, in place of ids"
    ).first
    codecPath = try settings.optionalLocations(
      "codec", "one .json", "settings of DistillKit's codec, where its file does not hold them"
    ).first
    template = try settings.optionalString(
      "template", "how a problem is put to the model; none: as its tokenizer says")
    let words = try settings.string(
      "repair", default: "",
      "findings to put right, by name, with commas: \(Repair.allCases.map(\.rawValue).joined(separator: ", "))"
    )
    encoding = try EncodingChoice(&settings)
    maxTokens = try settings.int(
      "max_tokens", default: 4096, in: 2...1_048_576, "longer texts are dropped and counted")
    try settings.endOfReading()
    self.format = format
    self.path = path ?? ""
    guard (path == nil) != (texts == nil) else {
      throw settings.error(
        "path",
        texts == nil
          ? "is missing: a file or folder of labels, or from: [TEXTS]"
          : "the labels are those beside the texts of \(texts?.name ?? "") -- leave it out")
    }
    for (key, value) in [("tokens", tokensPath), ("texts", textsPath), ("codec", codecPath)]
    where value != nil && texts != nil {
      throw settings.error(key, "belongs to a path -- leave it out")
    }
    if let format, !LabelFile.formats.contains(format) {
      throw settings.error(
        "format", "expected one of \(LabelFile.formats.joined(separator: ", ")); found \(format)")
    }
    if let template, !Wrapping.names.contains(template) {
      throw settings.error(
        "template", "expected one of \(Wrapping.names.joined(separator: ", ")); found \(template)")
    }
    var repairs: Set<Repair> = []
    for word in words.split(separator: ",").map({ $0.filter { $0 != " " } }) {
      guard let repair = Repair(rawValue: word) else {
        throw settings.error(
          "repair",
          "expected some of \(Repair.allCases.map(\.rawValue).joined(separator: ", ")); found \(word)"
        )
      }
      repairs.insert(repair)
    }
    self.repairs = repairs
    do {
      let files = [path, tokenizerPath, tokensPath, textsPath, codecPath].compactMap { $0 }
      settings.resolve("files", JSON(try files.flatMap(Self.digests)) { JSON($0) })
    } catch {
      throw settings.error("path", "\(error)")
    }
  }

  /// Of a file, or of all files of a folder.
  private static func digests(_ path: String) throws -> [String] {
    guard Folder.isFolder(path) else {
      return [try Manifest.entry(Paths.last(of: path), in: Paths.parent(of: path)).sha256]
    }
    return try Folder.names(in: path).filter { !Folder.isFolder(path + "/" + $0) }.map {
      try Manifest.entry($0, in: path).sha256
    }
  }

  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    let set = inputs.first
    outlook.isVerified = set == nil ? false : set?.isVerified
    outlook.hasPrompts = set == nil ? true : set?.hasPrompts
    outlook.sources = set?.sources
    outlook.mostRecords = set?.mostRecords
    outlook.labels = "teacher"
    return outlook
  }

  /// Reads one file: rehearsed whole.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    Workload(pieces: nil)
  }

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: ImportedSet.archive)
    let tokenizer = try Tokenizer(of: ModelFolder.place(of: tokenizerPath))
    let wrapping = try Wrapping(tokenizer, template: template)
    var given = GivenContext()
    given.tokenizer = tokenizer
    given.codec = codecPath
    given.threads = context.threads
    if let tokensPath { try given.readTokens(tokensPath) }
    if let textsPath { try given.readTexts(textsPath) }
    let set = try texts.map { try RecordSet($0, acceptsUnverified: true) }
    let source: any LabelSource
    var sampled: SampledRows?
    if let set {
      guard set.reader.manifest.file(SampledRows.file) != nil else {
        throw StageError.data(
          "\(set.name): no rows lie beside its texts -- give its stage top_logprobs: N")
      }
      sampled = try SampledRows(set, wrapping, given)
    }
    if let sampled {
      source = sampled
    } else {
      source = try LabelFile.open(path, as: format, given: given)
    }
    let path = set.map { $0.reader.directory + "/" + SampledRows.file } ?? path
    let (report, evidence) = try LabelAudit.examine(source, path, given: given)
    if let set, let sampled, sampled.unplaced.count == set.count {
      throw StageError.data(
        "\(set.name): the tokenizer given does not make the text of any of \(set.count.counted("answer")) "
          + "out of the tokens that the server named -- give that of the labels' teacher")
    }
    let obstacles = Repair.obstacles(report, repairing: repairs)
    guard obstacles.isEmpty, let evidence else {
      throw StageError.data(Self.refusal(path, obstacles))
    }
    for finding in report.findings {
      let isMended = repairs.contains { $0.rawValue == finding.name }
      context.notice(
        "\(path): \(finding.name)\(isMended ? ", repaired" : ""): \(finding.evidence)")
    }
    let V =
      evidence.isDense && !repairs.contains(.paddedVocabulary)
      ? max(evidence.vocabulary, tokenizer.vocabularySize) : tokenizer.vocabularySize
    let few = evidence.isDense ? nil : try self.few(evidence, vocabulary: V)
    guard few == nil || evidence.interpretation.scale != .logits else {
      throw StageError.data(
        "\(path): a few logits of a row say nothing of its probabilities, since the sum of the "
          + "others is missing -- write log-probabilities")
    }
    let rows = ImportedRows(
      facts: evidence, repairs: repairs, vocabulary: V,
      paddingID: tokenizer.conventions.paddingId,
      beginningID: tokenizer.conventions.addsBeginning ? tokenizer.conventions.beginningId : nil,
      keepsFew: few != nil)
    let whole = encoding.codec(writing: LabelledRows(vocabulary: V, readout: nil))
    guard let codec = few ?? whole else {
      throw StageError.data(
        "\(path): no such encoding can store these rows, at all positions: expected full"
          + (evidence.isDense ? "" : " or topk"))
    }
    var imported = try ImportedSet(
      rows, codec: codec, path: path, wrapping: wrapping, given: given, maxTokens: maxTokens,
      context)
    try source.forEach { try imported.add($0, context) }
    return try imported.finish(
      report, repaired: repairs, of: set?.manifest, unplaced: sampled?.unplaced, context)
  }

  /// How rows of a few tokens are stored as they are given: as many as nearly all of them have.
  ///
  /// - Returns: `nil`: they are to be whole.
  private func few(_ facts: Evidence, vocabulary: Int) throws -> SparseCodec? {
    // A row of one entry is one without alternatives, unless all are.
    let several = facts.knownEntries.filter { $0.key > 1 }
    let lengths = several.isEmpty ? facts.knownEntries : several
    let total = lengths.values.reduce(0, +)
    var (most, count) = (0, 0)
    for (length, rows) in lengths.sorted(by: { $0.key > $1.key }) {
      (most, count) = (length, count + rows)
      if Double(count) >= Self.shareOfRows * Double(total) { break }
    }
    guard most > 0, let codec = encoding.codec(ofLikeliest: most, vocabulary: vocabulary) else {
      return nil
    }
    if let head = codec.form.head, head.count > most {
      throw StageError.data(
        "encoding.k: rows give \(most) tokens, so \(head.count) cannot be kept of them")
    }
    guard codec.form.positions == nil else {
      throw StageError.data(
        "encoding.positions: are selected by a teacher that is at hand: expected all")
    }
    return codec
  }

  /// The others, with fewer tokens, get no label.
  private static let shareOfRows = 0.9

  private static func refusal(_ path: String, _ obstacles: [Finding]) -> String {
    let words = obstacles.map { "\($0.name): \($0.evidence) -- \($0.fix)" }
    let repairable = obstacles.map(\.name).filter { Repair(rawValue: $0) != nil }
    return "\(path): is not taken in: " + words.joined(separator: "; ")
      + (repairable.count == obstacles.count && !obstacles.isEmpty
        ? "; repair: \(repairable.joined(separator: ",")) puts it right" : "")
  }
}
