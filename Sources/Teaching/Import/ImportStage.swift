internal import Checkpoints
public import Files
internal import Kernels
internal import Models
internal import Parallel
public import Stages
internal import Tensors
internal import Tokenization

/// Stage `import`: checks a model from elsewhere and copies it into the run, to be a teacher.
///
/// The stage key includes what the files hold, but not where they are.
public struct ImportStage: Stage {
  public static let kind = "import"
  public static let codeVersion = 3
  public static let about = "takes in a model from a GGUF file or a Hugging Face folder"
  public static let needs: [StageNeed] = []
  public static let makes: [StageProduct] = [.model]

  private let files: ImportedFiles
  private let isStrict: Bool

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    _ = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    let path = try settings.location(
      "model", "a .gguf file or a model's folder", "where the model lies")
    // Digests of the files replace the path.
    settings.resolve("files", .null)
    let digest = settings.takeRaw("sha256", .hexDigest, "what the weights file must hash to")
    isStrict = try settings.bool(
      "strict", default: false, "refuse a model with fields that nobody here knows")
    try settings.endOfReading()
    files = try ImportedFiles(path)
    settings.resolve(
      "files", .object(JSONObject(files.entries.map { ($0.name, JSON($0.digest)) })))
    if let raw = digest {
      guard let wanted = raw.stringValue else {
        throw settings.error("sha256", "expected 64 hex digits, found \(raw.text.prefix(60))")
      }
      guard files.weights.map(\.digest) == [wanted.lowercased()] else {
        throw TeachingError.importedDigest(
          path: path, expected: wanted, found: files.weights.map(\.digest))
      }
    }
  }

  /// Whether the model brings an unknown chat template. Unreadable files are left to `run`, which
  /// says what is wrong with them.
  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    guard let tokenizer = try? Tokenizer(of: files.path) else { return outlook }
    outlook.tokenizer = tokenizer.fingerprint
    do throws(TokenizerError) {
      _ = try Wrapping(tokenizer)
    } catch {
      if case .unknownTemplate(let digest, _) = error { outlook.unknownTemplate = digest }
    }
    return outlook
  }

  public func run(_ context: StageContext) throws -> StageResult {
    let model = try ModelFile(files.path, strict: isStrict)
    let folder = context.folder + "/model"
    try Folder.make(folder)
    var names: [String] = []
    for (place, entry) in files.entries.enumerated() {
      try context.checkInterruption()
      let found = try Self.copy(entry.source, to: folder + "/" + entry.name)
      guard found == entry.digest else {
        throw StageError.data(
          "\(entry.source): has changed since the run began -- run the same command again")
      }
      names.append("model/" + entry.name)
      context.progress.report(
        done: place + 1, of: files.entries.count, unit: "files", note: entry.name)
    }
    try Folder.sync(folder)
    // Load it as a teacher would: every weight is checked once.
    let loaded = try ModelFile(folder + files.modelName, strict: isStrict)
    try loaded.checkpoint.checkpoint.requireFinite(
      WorkerPool(threads: max(1, context.threads)))
    let tokenizer = try Tokenizer(of: folder + files.modelName)
    let c = model.configuration
    guard tokenizer.vocabularySize <= c.vocabularySize else {
      throw TeachingError.vocabulary(
        teacher: files.path, tokenizer: tokenizer.vocabularySize, model: c.vocabularySize)
    }
    let unknown = model.unknownFields
    let family = model.checkpoint.architecture?.modelType ?? "model"
    let count = model.checkpoint.tensors.reduce(0) { $0 + $1.stored.elementCount }
    let warning =
      unknown.isEmpty ? "" : ", fields nobody here knows: " + unknown.joined(separator: ", ")
    return StageResult(
      details: [
        "imported": true, "architecture": JSON(family),
        "container": JSON(model.checkpoint.checkpoint.container.rawValue),
        "parameters": JSON(count), "fingerprint": JSON(files.fingerprint),
        "tokenizer": JSON(tokenizer.fingerprint), "vocab_size": JSON(c.vocabularySize),
        "hidden_size": JSON(c.hiddenSize),
        "unknown_fields": JSON(unknown) { JSON($0) },
        // Its training data and cost are unknown.
        "tokens": 0, "flops": 0, "steps": 0,
      ], files: names,
      summary: "\(family) of \(count) parameters\(warning)")
  }

  /// - Returns: the digest of what was copied, 64 hex.
  private static func copy(_ source: String, to target: String) throws -> String {
    let input = try RandomAccessFile(source)
    // Left by an interrupted run.
    try Folder.remove(target)
    let output = try OutputFile(creating: target)
    var hasher = SHA256()
    let step = 4 << 20
    for start in stride(from: 0, to: input.size, by: step) {
      let bytes = try input.read(at: start, count: min(step, input.size - start))
      hasher.update(bytes)
      try output.write(bytes)
    }
    try output.finish()
    return hasher.finalize().hex
  }
}
