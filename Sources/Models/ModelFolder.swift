import Checkpoints
public import Files
import Kernels

/// A model as a folder in Hugging Face's layout: `config.json`, `generation_config.json`,
/// `model.safetensors`, `tokenizer.json`.
public enum ModelFolder {
  public static let configurationName = "config.json"
  public static let generationName = "generation_config.json"
  public static let weightsName = "model.safetensors"
  public static let tokenizerName = "tokenizer.json"

  /// The folder's files, in the order they are written: the weights last.
  ///
  /// - Parameters:
  ///   - tokenizer: the bytes of `tokenizer.json`; none is written without.
  ///   - padding, endOfSequence: token ids that `transformers` needs to know.
  public static func files(
    _ parameters: Parameters, tokenizer: [UInt8]?, padding: Int = 0, endOfSequence: Int = 2
  ) -> [(name: String, bytes: [UInt8])] {
    var configuration = parameters.configuration.json
    configuration["bos_token_id"] = .null
    configuration["eos_token_id"] = JSON(endOfSequence)
    configuration["pad_token_id"] = JSON(padding)
    let generation: JSONObject = [
      "bos_token_id": .null, "eos_token_id": JSON(endOfSequence), "pad_token_id": JSON(padding),
      "do_sample": true, "temperature": 1.0,
    ]
    let tensors = parameters.layout.tensors.map { tensor in
      (
        name: tensor.name,
        tensor: Tensor(shape: tensor.shape, elements: .float32(parameters[tensor].array))
      )
    }
    var files: [(name: String, bytes: [UInt8])] = [
      (configurationName, JSON.object(configuration).serialized(pretty: true)),
      (generationName, JSON.object(generation).serialized(pretty: true)),
    ]
    if let tokenizer { files.append((tokenizerName, tokenizer)) }
    files.append((weightsName, Safetensors.encode(tensors, metadata: [("format", "pt")])))
    return files
  }

  /// Writes the folder, making it if need be.
  ///
  /// - Throws: `FileError`.
  public static func write(
    _ parameters: Parameters, tokenizer: [UInt8]?, padding: Int = 0, endOfSequence: Int = 2,
    to directory: String
  ) throws(FileError) {
    try Folder.make(directory)
    let files = files(
      parameters, tokenizer: tokenizer, padding: padding, endOfSequence: endOfSequence)
    for (name, bytes) in files { try AtomicFile.write(bytes, to: "\(directory)/\(name)") }
  }

  /// Reads configuration and weights; F16 and BF16 become float32.
  ///
  /// - Parameter weights: path of other weights than the folder's own: those of another step.
  /// - Throws: `FileError`, `JSONError`, `CheckpointError`, or `ModelError` when the weights are
  ///   not those of the configuration or not finite.
  public static func load(_ directory: String, weights: String? = nil) throws -> Parameters {
    let bytes = try readFile("\(directory)/\(configurationName)", limit: 1 << 20)
    let configuration = try TransformerConfiguration(json: JSON.parse(bytes))
    let path = weights ?? "\(directory)/\(weightsName)"
    let file = try SafetensorsFile(path)
    let layout = ParameterLayout(configuration)
    let wanted = Set(layout.tensors.map(\.name))
    for name in file.names where !wanted.contains(name) {
      // Some writers repeat a tied readout.
      if name == "lm_head.weight" && configuration.tiesEmbeddings { continue }
      throw ModelError.unexpectedTensor(file: path, name: name)
    }
    for tensor in layout.tensors {
      guard let entry = file.entry(named: tensor.name) else {
        throw ModelError.missingTensor(file: path, name: tensor.name)
      }
      guard entry.shape == tensor.shape else {
        throw ModelError.shape(
          file: path, name: tensor.name, expected: tensor.shape, found: entry.shape)
      }
    }
    let parameters = Parameters(zeros: configuration)
    for tensor in layout.tensors {
      let found = try file.tensor(named: tensor.name)
      guard let floats = found.floats else {
        throw ModelError.elementType(
          file: path, name: tensor.name, found: found.type.rawValue)
      }
      parameters[tensor].copy(from: floats)
    }
    if let name = parameters.firstNotFinite(in: parameters.values) {
      throw ModelError.notFinite(name: "\(path): tensor \(name)")
    }
    return parameters
  }
}
