internal import Checkpoints
package import Files
internal import Kernels
package import Models
internal import Parallel
internal import Tensors

/// What a model is, as `retort model inspect` prints it: container, architecture, configuration,
/// shapes, types, tokenizer.
package struct ModelFacts: Sendable {
  private let model: ModelCheckpoint

  /// Facts of an opened model; nothing is read yet.
  package init(_ model: ModelCheckpoint) { self.model = model }

  /// What the headers say: no weight is read.
  package var ofHeader: JSONObject {
    var object = own
    object["tensors"] = tensors(rms: nil)
    return object
  }

  /// The same with the weights' fingerprint and each tensor's root mean square.
  ///
  /// Every weight is read once; about 1 MiB per thread is held.
  ///
  /// - Throws: `CheckpointError.notFinite`, and what reading throws.
  package func withWeights(threads: Int) throws -> JSONObject {
    let pool = WorkerPool(threads: threads)
    try model.checkpoint.requireFinite(pool)
    var object = own
    object["fingerprint"] = JSON(model.checkpoint.digest.hex)
    object["tensors"] = tensors(rms: try rootMeanSquares(pool))
    return object
  }

  /// All facts but those of single tensors and those computed from the weights.
  private var own: JSONObject {
    let checkpoint = model.checkpoint
    var types: JSONObject = [:]
    for tensor in checkpoint.tensors {
      types[tensor.typeName] = JSON((types[tensor.typeName]?.intValue ?? 0) + 1)
    }
    let weights = model.tensors.filter { $0.stored.format != nil }
    var object: JSONObject = [
      "format": JSON(checkpoint.container.rawValue),
      "files": JSON(checkpoint.files.count),
      "bytes": JSON(checkpoint.fileBytes),
      "architecture": model.configuration["model_type"] ?? .null,
      "parameters": JSON(weights.reduce(0) { $0 + $1.stored.elementCount }),
      "types": .object(types),
      "config": .object(model.configuration),
      "digests": JSON(checkpoint.isSealed ? "as the manifest has them" : "none"),
    ]
    if let tokenizer = ModelTokenizerFacts(model).json { object["tokenizer"] = tokenizer }
    let metadata = Self.metadata(of: checkpoint)
    if !metadata.isEmpty { object["metadata"] = .object(metadata) }
    if !model.unknownKeys.isEmpty {
      object["unknown_keys"] = JSON(model.unknownKeys) { JSON($0) }
    }
    return object
  }

  /// Metadata stored in the files: short values, long ones cut.
  private static func metadata(of checkpoint: Checkpoint) -> JSONObject {
    var object: JSONObject = [:]
    for label in checkpoint.labels { object[label.key] = JSON(String(label.value.prefix(200))) }
    for member in checkpoint.gguf?.members ?? [] where member.key.hasPrefix("general.") {
      if let text = member.value.stringValue {
        object[member.key] = JSON(String(text.prefix(200)))
      } else if let number = member.value.intValue {
        object[member.key] = JSON(number)
      } else if let list = member.value.arrayValue?.strings {
        object[member.key] = JSON(list.prefix(20).map { $0 }) {
          JSON(String(decoding: $0.prefix(100), as: UTF8.self))
        }
      }
    }
    return object
  }

  private func tensors(rms: [Double?]?) -> JSON {
    JSON(Array(model.tensors.enumerated())) { index, tensor in
      var object: JSONObject = [
        "name": JSON(tensor.name), "shape": JSON(tensor.shape) { JSON($0) },
        "type": JSON(tensor.stored.typeName), "bytes": JSON(tensor.stored.range.count),
      ]
      if tensor.stored.name != tensor.name { object["stored_as"] = JSON(tensor.stored.name) }
      if let value = rms?[index] { object["rms"] = .double(value) }
      return .object(object)
    }
  }

  /// Root mean square of each tensor as stored; `nil` for tensors that hold no weights.
  private func rootMeanSquares(_ pool: WorkerPool) throws -> [Double?] {
    let model = model
    return try pool.map(model.tensors.count) { index in
      let stored = model.tensors[index].stored
      guard stored.format != nil, stored.elementCount > 0 else { return nil }
      let rows = try model.checkpoint.rows(of: stored.name)
      // About 1 MiB of floats at a time.
      let step = min(rows.rowCount, max(1, (1 << 18) / rows.columnCount))
      let buffer = Floats(zeros: step * rows.columnCount)
      var squares = 0.0
      for first in stride(from: 0, to: rows.rowCount, by: step) {
        let part = rows[first..<min(first + step, rows.rowCount)]
        let floats = buffer[0..<(part.rowCount * part.columnCount)]
        part.dequantize(into: floats)
        squares += sumOfSquares(floats)
      }
      return (squares / Double(stored.elementCount)).squareRoot()
    }
  }
}
