internal import Checkpoints
internal import Files
package import Kernels
internal import Parallel
package import Tensors

/// A model on disk in any format: its computation is known, and of its weights only those stored
/// twice are read.
public struct ModelFile: Sendable {
  /// Its tensors under Hugging Face's names.
  public let checkpoint: ModelCheckpoint
  /// What the model computes, as read from `config.json` or from a GGUF file's metadata.
  public let configuration: TransformerConfiguration
  /// Fields of `config.json`, or metadata keys of a GGUF file, that may or may not change the
  /// logits.
  public let unknownFields: [String]

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: a folder, a `.safetensors` or a `.gguf` file.
  ///   - strict: whether an unknown field is an error.
  /// - Throws: `CheckpointError` for a damaged file, `ModelError` for a model that is not supported
  ///   or whose tensors do not fit its configuration.
  public init(_ path: String, strict: Bool = false) throws {
    try self.init(ModelCheckpoint(path), strict: strict)
  }

  /// - Throws: as `init(_:strict:)`.
  public init(_ checkpoint: ModelCheckpoint, strict: Bool = false) throws(ModelError) {
    self.checkpoint = checkpoint
    let unknown: [String]
    do {
      (configuration, unknown) = try TransformerConfiguration.read(
        .object(checkpoint.configuration))
    } catch .configuration(let key, let reason) {
      throw .field(
        file: checkpoint.configurationFile, key: checkpoint.key(ofField: key), reason: reason)
    }
    unknownFields = checkpoint.unknownKeys + unknown
    if strict, let first = unknownFields.first {
      throw .field(
        file: checkpoint.configurationFile, key: first,
        reason: "is unknown, and may change what the model computes")
    }
    if strict, let first = checkpoint.contradicted.first {
      throw .contradiction(file: checkpoint.configurationFile, reason: first)
    }
    try checkTensors()
    try checkRepetitions()
  }

  /// - Throws: `ModelError.memory` if its weights, at `bytesPerWeight` each, cannot fit the
  ///   machine.
  package func requireMemory(bytesPerWeight: Int) throws(ModelError) {
    let bytes = ParameterLayout(configuration).count * bytesPerWeight
    guard bytes <= PhysicalMemory.bytes else {
      throw .memory(what: "\(checkpoint.checkpoint.path): its weights", bytes: bytes)
    }
  }

  /// All weights as float32. Each is read, dequantised and checked once, while it is in the cache.
  ///
  /// - Throws: `CheckpointError.notFinite` naming tensor and element; `ModelError.memory`.
  public func parameters(threads: Int = 1) throws -> Parameters {
    try requireMemory(bytesPerWeight: 4)
    let parameters = Parameters(zeros: configuration)
    let pool = WorkerPool(threads: threads)
    let pieces = parameters.layout.tensors.flatMap(pieces)
    let finite = try pool.map(pieces.count) { index in
      let (tensor, rows) = pieces[index]
      let width = tensor.range.count / tensor.rowCount
      let part = parameters[tensor][(rows.lowerBound * width)..<(rows.upperBound * width)]
      try read(tensor, rows: rows, into: part)
      return sumOfSquares(part).isFinite
    }
    guard let index = finite.firstIndex(of: false) else { return parameters }
    try checkpoint.checkpoint.requireFinite(pool)
    // Finite as stored, but not as float32.
    throw ModelError.notFinite(
      name: "\(checkpoint.checkpoint.path): tensor \(pieces[index].0.name)")
  }

  /// Runs of rows of about 256 KiB of floats; a tensor stored in another order is one piece.
  private func pieces(_ tensor: ParameterTensor) -> [(ParameterTensor, Range<Int>)] {
    let rows = tensor.rowCount
    let step =
      isTurned(tensor) ? rows : max(1, (1 << 16) / max(1, tensor.range.count / rows))
    return stride(from: 0, to: rows, by: step).map { (tensor, $0..<min(rows, $0 + step)) }
  }

  /// Whether a row of the tensor is a column of the file's tensor, which is then read whole.
  package func isTurned(_ tensor: ParameterTensor) -> Bool {
    tensor.form == .transposed && asItLies(tensor) == nil
  }

  /// The file's own tensor, if it is stored as the forward pass needs it while Hugging Face's
  /// layout differs from both: GPT-2's matrices and Gemma's norms in GGUF.
  private func asItLies(_ tensor: ParameterTensor) -> StoredTensor? {
    guard let found = checkpoint.tensor(named: tensor.name) else { return nil }
    switch (tensor.form, found.transform) {
    case (.transposed, .transposed), (.plusOne, .minusOne): return found.stored
    default: return nil
    }
  }

  /// A matrix in the file's own format; `nil` for tensors without such a form.
  ///
  /// - Throws: as `ModelCheckpoint.rows(of:)`.
  package func stored(_ tensor: ParameterTensor) throws(CheckpointError) -> StoredRows? {
    if let own = asItLies(tensor) { return try checkpoint.checkpoint.rows(of: own.name) }
    return tensor.form == .plain ? try checkpoint.rows(of: tensor.name) : nil
  }

  /// Reads rows of a tensor as the forward pass needs them.
  package func read(_ tensor: ParameterTensor, rows: Range<Int>, into floats: Floats) throws {
    let part = rows == 0..<tensor.rowCount ? nil : rows
    if let own = asItLies(tensor) {
      try checkpoint.checkpoint.read(own.name, rows: part, into: floats)
      return
    }
    switch tensor.form {
    case .plain:
      try checkpoint.read(tensor.name, rows: part, into: floats)
    case .plusOne:
      precondition(part == nil, "a vector is read whole")
      try checkpoint.read(tensor.name, into: floats)
      for i in 0..<floats.count { floats[i] += 1 }
    case .transposed:
      precondition(part == nil, "a transposed matrix is read whole")
      let (height, width) = (tensor.shape[0], tensor.shape[1])
      let stored = Floats(zeros: floats.count)
      try checkpoint.read(tensor.name, into: stored)
      for row in 0..<height {
        for column in 0..<width { floats[row * width + column] = stored[column * height + row] }
      }
    }
  }
}
