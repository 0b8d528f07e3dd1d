import Checkpoints
public import Files
import Kernels
internal import Tensors

/// A model as a folder in Hugging Face's layout: `config.json`, `generation_config.json`,
/// `model.safetensors`, `tokenizer.json`.
public enum ModelFolder {
  // The names of its files.
  /// Shape and family of the model, and its special token ids.
  public static let configurationName = "config.json"
  /// How `transformers` is to draw tokens, and the special token ids again.
  public static let generationName = "generation_config.json"
  /// All weights in one file. Models in several files are read, but not written.
  public static let weightsName = "model.safetensors"
  /// Vocabulary, splitting and special tokens, in the format of Hugging Face's `tokenizers`.
  public static let tokenizerName = "tokenizer.json"

  /// The folder's files, in the order they are written: the weights last.
  ///
  /// - Parameters:
  ///   - tokenizer: the bytes of `tokenizer.json`; `nil` writes none.
  ///   - padding, endOfSequence, beginning: token ids that `transformers` needs to know.
  ///   - configuration: the model's part of `config.json`, for a model read from a file; `nil`: of
  ///     a Llama of our own.
  public static func files(
    _ parameters: Parameters, tokenizer: [UInt8]?, padding: Int = 0, endOfSequence: Int = 2,
    beginning: Int? = nil, configuration given: JSONObject? = nil
  ) -> [(name: String, bytes: [UInt8])] {
    var configuration = given ?? parameters.configuration.json
    if given != nil {
      // All weights are written as float32, whatever they were read from.
      configuration["dtype"] = nil
      configuration["torch_dtype"] = "float32"
    }
    let beginning = beginning.map { JSON($0) } ?? .null
    configuration["bos_token_id"] = beginning
    configuration["eos_token_id"] = JSON(endOfSequence)
    configuration["pad_token_id"] = JSON(padding)
    let generation: JSONObject = [
      "bos_token_id": beginning, "eos_token_id": JSON(endOfSequence), "pad_token_id": JSON(padding),
      "do_sample": true, "temperature": 1.0,
    ]
    let tensors = parameters.layout.tensors.map { tensor in
      (
        name: tensor.name,
        tensor: Tensor(
          shape: tensor.storedShape, elements: .float32(parameters.stored(tensor)))
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

  /// Writes the folder, creating it if necessary.
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

  /// Reads configuration and weights of any format as float32.
  ///
  /// - Parameters:
  ///   - path: the folder, or a `.safetensors` or `.gguf` file.
  ///   - weights: path of weights to use instead of the folder's own: those of another step.
  /// - Throws: `CheckpointError`, or `ModelError` when the weights do not fit the configuration.
  public static func load(
    _ path: String, weights: String? = nil, threads: Int = 1
  ) throws -> Parameters {
    guard let weights else { return try ModelFile(path).parameters(threads: threads) }
    let own = try Checkpoint(path)
    guard let configuration = own.configuration else {
      throw CheckpointError.form(path: path, reason: "holds no \(configurationName)")
    }
    let other = try ModelCheckpoint(Checkpoint(weights), configuration: configuration)
    return try ModelFile(other).parameters(threads: threads)
  }
}
