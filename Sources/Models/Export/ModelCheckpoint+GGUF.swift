public import Checkpoints
internal import Files
public import Kernels
public import Tensors

extension ModelCheckpoint {
  /// Writes the model as GGUF, holding one tensor in memory at a time.
  ///
  /// As llama.cpp's converter does: tensors of one axis and learned positions stay F32; a matrix
  /// whose rows are no whole number of Q8_0 blocks becomes F16. Llama 3's rotary scaling becomes
  /// the tensor of divisors.
  ///
  /// - Parameters:
  ///   - format: F32, F16 or Q8_0.
  ///   - general: further metadata after `general.architecture`: name, licence.
  ///   - tokenizer: the metadata of its tokenizer.
  /// - Returns: the tensors written.
  /// - Throws: `CheckpointError` for a model that cannot be expressed in GGUF here, naming field or
  ///   tensor, and for a weight that is not finite or does not fit the format; `FileError`.
  @discardableResult
  public func writeGGUF(
    to path: String, format: StorageFormat, general: [(String, GGUFValue)],
    tokenizer: [(String, GGUFValue)]
  ) throws -> [GGUFWriter.Entry] {
    precondition(GGUFWriter.formats.contains(format), "\(format.name) is not written")
    guard let architecture else {
      throw CheckpointError.key(
        file: checkpoint.path, key: "model_type",
        reason:
          "\(configuration["model_type"]?.text.prefix(80) ?? "is missing and") has no form in "
          + "GGUF here; these have: " + Architecture.all.map(\.modelType).joined(separator: ", "))
    }
    let configuration = try inOwnWords { () throws(CheckpointError) in
      try ExportedConfiguration(self.configuration, of: checkpoint.path).fields
    }
    let planned = try plan(architecture, configuration, format)
    var metadata = try inOwnWords { () throws(CheckpointError) in
      try architecture.metadata(of: configuration)
    }
    metadata.insert(
      contentsOf: [("general.type", .string("model"))] + general + [
        ("general.file_type", .uint32(Self.fileType(format))),
        ("general.quantization_version", .uint32(2)),
      ], at: 1)
    let divisors = try llama3Divisors(configuration)
    if divisors != nil, architecture.ggufName != "llama" {
      throw CheckpointError.key(
        file: checkpoint.path, key: "rope_scaling",
        reason: "llama3 has no form in GGUF for \(architecture.modelType)")
    }
    var entries = planned.map(\.entry)
    if let divisors {
      entries.append(
        .init(name: RotaryScaling.tensorName, shape: [divisors.count], format: .float32))
    }
    let sources = Dictionary(
      planned.map { ($0.entry.name, $0) }, uniquingKeysWith: { first, _ in first })
    try GGUFWriter.write(to: path, metadata: metadata + tokenizer, tensors: entries) { entry in
      guard let source = sources[entry.name] else { return Floats(divisors ?? []) }
      return try weights(of: source)
    }
    return entries
  }

  /// `general.file_type`: the type of most matrices (llama.h, `llama_ftype`).
  private static func fileType(_ format: StorageFormat) -> UInt32 {
    switch format {
    case .float16: 1
    case .q8_0: 7
    default: 0
    }
  }

  /// A tensor being converted from Hugging Face's layout to GGUF's.
  private struct Exported {
    let source: Tensor
    let transform: TensorTransform
    let entry: GGUFWriter.Entry
  }

  private func plan(
    _ architecture: Architecture, _ configuration: JSONObject, _ format: StorageFormat
  ) throws(CheckpointError) -> [Exported] {
    // Hugging Face ignores a readout that a tied model repeats.
    let isTied = configuration["tie_word_embeddings"]?.boolValue ?? false
    var planned: [Exported] = []
    for tensor in tensors where !(isTied && tensor.name == "lm_head.weight") {
      func wrong(_ reason: String) -> CheckpointError {
        .tensor(file: checkpoint.path, name: tensor.name, reason: reason)
      }
      guard let name = architecture.ggufName(ofHuggingFace: tensor.name) else {
        throw wrong("no tensor of \(architecture.modelType) that GGUF has a name for here")
      }
      let transform = architecture.transform(ofGGUF: name, configuration)
      let shape: [Int]
      do throws(TensorTransform.Fault) {
        shape = try transform.shape(of: tensor.shape)
      } catch {
        throw wrong(error.reason)
      }
      planned.append(
        Exported(
          source: tensor, transform: transform,
          entry: .init(name: name, shape: shape, format: Self.format(of: name, shape, format))))
    }
    return planned
  }

  private static func format(
    of name: String, _ shape: [Int], _ wanted: StorageFormat
  ) -> StorageFormat {
    if shape.count < 2 || name == "position_embd.weight" { return .float32 }
    let columns = shape.last ?? 0
    return columns.isMultiple(of: wanted.blockLength) ? wanted : .float16
  }

  /// The weights of one tensor in GGUF's form.
  private func weights(of exported: Exported) throws(CheckpointError) -> Floats {
    let count = exported.source.shape.reduce(1, *)
    let x = Floats(zeros: count)
    try read(exported.source.name, into: x)
    switch exported.transform {
    case .none: return x
    case .minusOne:
      for i in 0..<count { x[i] += 1 }
      return x
    case .rotaryPairs:
      let y = Floats(zeros: count)
      let rows = exported.source.shape[0]
      let columns = count / max(1, rows)
      for row in 0..<rows {
        let to = exported.transform.storedRow(row, of: rows) * columns
        y[to..<(to + columns)].copy(from: x[(row * columns)..<((row + 1) * columns)])
      }
      return y
    case .transposed:
      let y = Floats(zeros: count)
      let (rows, columns) = (exported.source.shape[0], exported.source.shape[1])
      for column in 0..<columns {
        for row in 0..<rows { y[column * rows + row] = x[row * columns + column] }
      }
      return y
    }
  }

  /// The divisors of Llama 3's scaling; `nil` for other models.
  private func llama3Divisors(_ configuration: JSONObject) throws(CheckpointError) -> [Float]? {
    guard let scaling = configuration["rope_scaling"],
      (scaling["rope_type"] ?? scaling["type"]) == "llama3"
    else { return nil }
    func number(_ key: String, in object: JSON?) throws(CheckpointError) -> Double {
      guard let value = object?[key]?.doubleValue, value > 0, value < 0x1p32 else {
        throw .key(file: checkpoint.path, key: key, reason: "is missing or not above 0")
      }
      return value
    }
    let heads = configuration["num_attention_heads"]?.intValue ?? 1
    let hidden = configuration["hidden_size"]?.intValue ?? 0
    let width = configuration["head_dim"]?.intValue ?? hidden / max(1, heads)
    guard (2...(1 << 16)).contains(width) else {
      throw .key(file: checkpoint.path, key: "head_dim", reason: "is \(width)")
    }
    let low = try number("low_freq_factor", in: scaling)
    let high = try number("high_freq_factor", in: scaling)
    guard low < high else {
      throw .key(file: checkpoint.path, key: "high_freq_factor", reason: "is not above the low one")
    }
    return RotaryScaling.llama3Divisors(
      headWidth: width, base: try number("rope_theta", in: .object(configuration)),
      factor: try number("factor", in: scaling), low: low, high: high,
      original: try number("original_max_position_embeddings", in: scaling))
  }
}
