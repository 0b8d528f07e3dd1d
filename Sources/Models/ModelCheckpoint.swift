public import Checkpoints
public import Files
public import Kernels
public import Tensors

/// A model's weights under Hugging Face's names, shapes and order, with a `config.json` of Hugging
/// Face's fields, from a file of any format.
///
/// For a GGUF file, the configuration is made from its metadata. Only completeness is checked here,
/// not what the model computes.
public struct ModelCheckpoint: Sendable {
  /// A tensor in Hugging Face's form.
  public struct Tensor: Sendable, Equatable {
    /// As Hugging Face names it.
    public let name: String
    /// As Hugging Face has it, outermost axis first; (inputs, outputs) for a matrix of GPT-2.
    public let shape: [Int]
    /// The tensor in the file.
    public let stored: StoredTensor
    /// How the stored tensor differs from it.
    public let transform: TensorTransform
  }

  /// The file or folder as it is stored, under its own names.
  public let checkpoint: Checkpoint
  /// The family; `nil` for an unknown `model_type`.
  public let architecture: Architecture?
  /// `config.json`, as stored or as made from metadata.
  public let configuration: JSONObject
  /// In the order of the file.
  public let tensors: [Tensor]
  /// Unknown metadata keys of the architecture: they may change the logits.
  public let unknownKeys: [String]
  /// Fields of `config.json` stored under two names with different values, each in words.
  public let contradicted: [String]
  /// Added to what is read.
  var adapter: StoredAdapter?
  private let places: [String: Int]

  /// Opens what `Checkpoint.init` opens.
  ///
  /// - Throws: `CheckpointError`, also for a GGUF file with an unknown architecture, a key that is
  ///   missing or not supported, or a tensor that its architecture does not have.
  public init(_ path: String) throws(CheckpointError) { try self.init(Checkpoint(path)) }

  /// - Throws: as `init(_:)`.
  public init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    guard let metadata = checkpoint.gguf else {
      guard let configuration = checkpoint.configuration else {
        throw .form(
          path: checkpoint.path,
          reason: "no \(Checkpoint.configurationName) beside it, which says what model it is")
      }
      self.init(checkpoint, huggingFace: configuration)
      return
    }
    let (architecture, configuration, unknown) = try Self.read(metadata, of: checkpoint)
    self.init(
      checkpoint, architecture, configuration, unknownKeys: unknown, contradicted: [],
      tensors: try Self.tensors(of: checkpoint, architecture, configuration))
  }

  /// Opens weights of a model whose `config.json` is elsewhere.
  ///
  /// - Throws: `form` for a GGUF file, which has its own.
  public init(
    _ checkpoint: Checkpoint, configuration: JSONObject
  ) throws(CheckpointError) {
    guard checkpoint.gguf == nil else {
      throw .form(
        path: checkpoint.path,
        reason: "a GGUF file, expected safetensors: it brings a configuration of its own")
    }
    self.init(checkpoint, huggingFace: configuration)
  }

  private init(_ checkpoint: Checkpoint, huggingFace configuration: JSONObject) {
    let architecture = configuration["model_type"]?.stringValue
      .flatMap(Architecture.named(modelType:))
    let (configuration, contradicted) = Self.named(configuration)
    self.init(
      checkpoint, architecture, configuration, unknownKeys: [], contradicted: contradicted,
      tensors: Self.tensors(of: checkpoint, architecture))
  }

  private init(
    _ checkpoint: Checkpoint, _ architecture: Architecture?, _ configuration: JSONObject,
    unknownKeys: [String], contradicted: [String], tensors: [Tensor]
  ) {
    self.checkpoint = checkpoint
    self.architecture = architecture
    self.configuration = configuration
    self.unknownKeys = unknownKeys
    self.contradicted = contradicted
    self.tensors = tensors
    places = Dictionary(
      tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Hugging Face files: unchanged names, without tensors that hold no weights.
  private static func tensors(
    of checkpoint: Checkpoint, _ architecture: Architecture?
  ) -> [Tensor] {
    let kept = checkpoint.tensors.filter { architecture?.isInert($0.name) != true }
    // A bare model was saved without the prefix that the whole one has.
    var missing: String?
    if let prefix = architecture?.optionalPrefix,
      !kept.contains(where: { $0.name.hasPrefix(prefix) }
      )
    {
      missing = prefix
    }
    let readout = (architecture?.names.readout ?? "") + ".weight"
    return kept.map {
      let prefix = $0.name == readout ? nil : missing
      return Tensor(
        name: (prefix ?? "") + $0.name, shape: $0.shape, stored: $0, transform: .none)
    }
  }

  /// GGUF files: translated names, and transposed shapes where the layouts differ.
  private static func tensors(
    of checkpoint: Checkpoint, _ architecture: Architecture, _ configuration: JSONObject
  ) throws(CheckpointError) -> [Tensor] {
    var tensors: [Tensor] = []
    for stored in checkpoint.tensors where stored.name != RotaryScaling.tensorName {
      func wrong(_ reason: String) -> CheckpointError {
        .tensor(file: checkpoint.path, name: stored.name, reason: reason)
      }
      guard let name = architecture.huggingFaceName(ofGGUF: stored.name) else {
        throw wrong("no tensor of the architecture \(architecture.ggufName)")
      }
      let transform = architecture.transform(ofGGUF: stored.name, configuration)
      let shape: [Int]
      do throws(TensorTransform.Fault) {
        shape = try transform.shape(of: stored.shape)
      } catch {
        throw wrong(error.reason)
      }
      tensors.append(Tensor(name: name, shape: shape, stored: stored, transform: transform))
    }
    return tensors
  }

  /// The `config.json` equivalent to a GGUF file's metadata.
  private static func read(
    _ metadata: GGUFMetadata, of checkpoint: Checkpoint
  ) throws(CheckpointError) -> (Architecture, JSONObject, unknown: [String]) {
    let name = try metadata.string("general.architecture")
    guard let architecture = Architecture.named(gguf: name) else {
      throw .key(
        file: checkpoint.path, key: "general.architecture",
        reason: "\(CheckpointError.quoted(name)) is not supported; supported are "
          + Architecture.ggufNames.joined(separator: ", "))
    }
    var keys = ArchitectureKeys(metadata, architecture: name)
    var configuration: JSONObject = [
      "architectures": [.string(architecture.className)],
      "model_type": .string(architecture.modelType),
    ]
    for field in architecture.fields {
      let value: JSON?
      switch field.kind {
      case .integer: value = try keys.int(field.gguf).map { JSON($0) }
      case .number: value = try keys.double(field.gguf).map { .double($0) }
      }
      if let value {
        configuration[field.huggingFace] = value
      } else {
        switch field.missing {
        case .error, .otherwise: throw keys.wrong(field.gguf, "is missing")
        case .value(let value): configuration[field.huggingFace] = value
        case .nothing: break
        }
      }
    }
    guard let embedding = checkpoint.tensor(named: architecture.embeddingName) else {
      throw .missing(file: checkpoint.path, name: architecture.embeddingName)
    }
    if let count = try keys.int("vocab_size"), count != embedding.rowCount {
      throw keys.wrong(
        "vocab_size",
        "is \(count), but \(architecture.embeddingName) has \(embedding.rowCount) rows")
    }
    configuration["vocab_size"] = JSON(embedding.rowCount)
    configuration["tie_word_embeddings"] = JSON(
      checkpoint.tensor(named: Architecture.readoutName) == nil)
    try architecture.complete(&configuration, &keys, checkpoint)
    try keys.refuseForeign()
    for token in ["bos", "eos", "pad"] {
      let key = "tokenizer.ggml.\(token == "pad" ? "padding" : token)_token_id"
      if let id = try metadata.optionalInt(key) { configuration["\(token)_token_id"] = JSON(id) }
    }
    return (architecture, configuration, keys.unknown)
  }
}

extension ModelCheckpoint {
  /// A tensor by Hugging Face's name; `nil` for an unknown name.
  public func tensor(named name: String) -> Tensor? { places[name].map { tensors[$0] } }

  /// Reads rows of a tensor as float32, in Hugging Face's form.
  ///
  /// - Parameters:
  ///   - rows: of the tensor as a matrix of its innermost axis; all by default.
  ///   - destination: `(rows, columns)`, overwritten.
  /// - Throws: `missing` for an unknown name, `tensor` for a type that holds no weights.
  /// - Precondition: the rows exist, and the destination fits.
  public func read(
    _ name: String, rows: Range<Int>? = nil, into destination: Floats
  ) throws(CheckpointError) {
    guard let tensor = tensor(named: name) else {
      throw .missing(file: checkpoint.path, name: name)
    }
    let stored = try checkpoint.rows(of: tensor.stored.name)
    if let adapter, adapter.holds(name) {
      // An adapted matrix is read whole, before the product is added.
      precondition(rows == nil, "a merged model is read a tensor at a time")
      var plain = self
      plain.adapter = nil
      try plain.read(name, into: destination)
      adapter.add(
        String(name.dropLast(".weight".count)), to: destination,
        isTransposed: architecture?.names.transposesMatrices ?? false)
      return
    }
    switch tensor.transform {
    case .none: (rows.map { stored[$0] } ?? stored).dequantize(into: destination)
    case .minusOne:
      let part = rows.map { stored[$0] } ?? stored
      part.dequantize(into: destination)
      for i in 0..<destination.count { destination[i] -= 1 }
    case .rotaryPairs: readPairs(stored, tensor, rows, destination)
    case .transposed: readTransposed(stored, rows, destination)
    }
  }

  /// Reads row by row; a bias has one number per row.
  private func readPairs(
    _ stored: StoredRows, _ tensor: Tensor, _ rows: Range<Int>?, _ destination: Floats
  ) {
    guard tensor.shape.count > 1 else {
      let floats = stored.floats
      precondition(destination.count == floats.count, "a bias is read whole")
      for i in 0..<floats.count {
        destination[i] = floats[tensor.transform.storedRow(i, of: floats.count)]
      }
      return
    }
    let rows = rows ?? 0..<stored.rowCount
    let columns = stored.columnCount
    precondition(destination.count == rows.count * columns, "the destination does not fit")
    for (place, row) in rows.enumerated() {
      let from = tensor.transform.storedRow(row, of: stored.rowCount)
      stored[from..<(from + 1)]
        .dequantize(into: destination[(place * columns)..<((place + 1) * columns)])
    }
  }

  /// Rows of Hugging Face's matrix are columns of the stored one.
  private func readTransposed(_ stored: StoredRows, _ rows: Range<Int>?, _ destination: Floats) {
    let rows = rows ?? 0..<stored.columnCount
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= stored.columnCount
        && destination.count == rows.count * stored.rowCount, "the destination does not fit")
    let line = Floats(zeros: stored.columnCount)
    for column in 0..<stored.rowCount {
      stored[column..<(column + 1)].dequantize(into: line)
      for (place, row) in rows.enumerated() {
        destination[place * stored.rowCount + column] = line[row]
      }
    }
  }

  /// A matrix in the file's own format, rows in Hugging Face's order: in place if the orders agree,
  /// else copied.
  ///
  /// - Returns: `nil` for tensors without such a form, which must be read as float32: transposed
  ///   matrices, and weights that differ by an added number.
  /// - Throws: as `read`.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows? {
    guard let tensor = tensor(named: name) else {
      throw .missing(file: checkpoint.path, name: name)
    }
    // The sum has no form of the file's.
    if adapter?.holds(name) == true { return nil }
    let stored = try checkpoint.rows(of: tensor.stored.name)
    switch tensor.transform {
    case .none: return stored
    case .rotaryPairs where tensor.shape.count > 1:
      return stored.reordered { tensor.transform.storedRow($0, of: stored.rowCount) }
    case .rotaryPairs, .minusOne, .transposed: return nil
    }
  }
}
