public import Checkpoints
internal import Files
package import Kernels
internal import Parallel
internal import Tensors

/// A model as it lies on disk, whatever its format: what it computes is known, and no weight is read
/// but those that stand in the file twice.
public struct ModelFile: Sendable {
  /// Its tensors under Hugging Face's names.
  public let checkpoint: ModelCheckpoint
  public let configuration: TransformerConfiguration
  /// Fields of `config.json`, or metadata keys of a GGUF file, of which nothing here knows whether
  /// they change the logits.
  public let unknownFields: [String]

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: a folder, a `.safetensors` or a `.gguf` file.
  ///   - strict: whether an unknown field is an error.
  /// - Throws: `CheckpointError` for a damaged file, `ModelError` for a model that is not supported
  ///   or whose tensors are not those of its configuration.
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

  /// - Throws: `ModelError.memory` where its weights, so many bytes each, cannot fit the machine.
  package func requireMemory(bytesPerWeight: Int) throws(ModelError) {
    let bytes = ParameterLayout(configuration).count * bytesPerWeight
    guard bytes <= PhysicalMemory.bytes else {
      throw .memory(what: "\(checkpoint.checkpoint.path): its weights", bytes: bytes)
    }
  }

  /// All weights as float32. Each is read, dequantised and looked at once, while it is in the cache.
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

  /// Runs of rows of about 256 KiB of floats; what is stored in another order, whole.
  private func pieces(_ tensor: ParameterTensor) -> [(ParameterTensor, Range<Int>)] {
    let rows = tensor.rowCount
    let step =
      tensor.form == .transposed ? rows : max(1, (1 << 16) / max(1, tensor.range.count / rows))
    return stride(from: 0, to: rows, by: step).map { (tensor, $0..<min(rows, $0 + step)) }
  }

  /// Rows of a tensor as the forward pass wants them.
  package func read(_ tensor: ParameterTensor, rows: Range<Int>, into floats: Floats) throws {
    let whole = rows == 0..<tensor.rowCount
    switch tensor.form {
    case .plain:
      try checkpoint.read(tensor.name, rows: whole ? nil : rows, into: floats)
    case .plusOne:
      precondition(whole, "a vector is read whole")
      try checkpoint.read(tensor.name, into: floats)
      for i in 0..<floats.count { floats[i] += 1 }
    case .transposed:
      precondition(whole, "a transposed matrix is read whole")
      let (height, width) = (tensor.shape[0], tensor.shape[1])
      let stored = Floats(zeros: floats.count)
      try checkpoint.read(tensor.name, into: stored)
      for row in 0..<height {
        for column in 0..<width { floats[row * width + column] = stored[column * height + row] }
      }
    }
  }
}
