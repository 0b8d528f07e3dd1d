import Checkpoints
package import Files
import Foundation
import Kernels
package import Models
package import Tensors
import Testing

/// What Scripts/goldens/architectures.py found with `transformers` for a tiny random model.
package struct GoldenArchitecture {
  package let name: String
  /// `config.json`.
  package let configuration: JSONObject
  package let batch: Batch
  private let tensors: [(name: String, tensor: Tensor)]

  /// A golden's file, by its path below `Goldens` without the suffix.
  package static func path(_ name: String) throws -> String {
    let words = name.split(separator: "/").map(String.init)
    let url = Bundle.module.url(
      forResource: words.last, withExtension: "safetensors",
      subdirectory: (["Goldens"] + words.dropLast()).joined(separator: "/"))
    return try #require(url).path
  }

  package init(_ name: String) throws {
    self.name = name
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: "safetensors", subdirectory: "Goldens/Architectures"))
    let (tensors, metadata) = try Safetensors.decode(readFile(url.path), named: name)
    func label(_ key: String) throws -> String {
      let found = metadata.first { $0.0 == key }
      return try #require(found).1
    }
    self.tensors = tensors
    configuration = try #require(JSON.parse(Array(label("config").utf8)).objectValue)
    func integers(_ name: String) -> [Int32]? {
      guard case .int32(let values)? = tensors.first(where: { $0.name == name })?.tensor.elements
      else { return nil }
      return values
    }
    let tokens = try #require(integers("tokens"))
    let lengths = try label("lengths").split(separator: " ").compactMap { Int($0) }
    batch = try Batch(
      tokens: tokens, rowStarts: lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      nextTokens: integers("following") ?? tokens, weights: tokens.map { _ in 1 })
  }

  package func floats(_ name: String) throws -> [Float] {
    try #require(tensors.first { $0.name == name }?.tensor.floats)
  }

  /// Weights under the names that files have.
  package var weights: [(name: String, tensor: Tensor)] {
    tensors.filter { $0.name.hasPrefix("weight.") }
      .map { (String($0.name.dropFirst(7)), $0.tensor) }
  }

  /// Calls `body` with a folder in Hugging Face's layout.
  ///
  /// - Parameters:
  ///   - changing: fields of `config.json` that differ; `nil` removes.
  ///   - weights: other weights than its own.
  package func withFolder<Result>(
    changing fields: [(String, JSON?)] = [], weights: [(name: String, tensor: Tensor)]? = nil,
    _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("retort-\(UUID())").path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var configuration = configuration
    for (key, value) in fields { configuration[key] = value }
    try AtomicFile.write(JSON.object(configuration).serialized(), to: folder + "/config.json")
    try AtomicFile.write(
      Safetensors.encode(weights ?? self.weights), to: folder + "/model.safetensors")
    return try body(folder)
  }

  /// Calls `body` with the model as a GGUF file of float32.
  package func withGGUF<Result>(
    changing fields: [(String, JSON?)] = [], _ body: (String) throws -> Result
  ) throws -> Result {
    var configuration = configuration
    for (key, value) in fields { configuration[key] = value }
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("retort-\(UUID()).gguf").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let type = try #require(configuration["model_type"]?.stringValue)
    let architecture = try #require(Architecture.named(modelType: type))
    var entries: [GGUFWriter.Entry] = []
    var floats: [String: Floats] = [:]
    for (name, tensor) in weights {
      let found = try #require(
        architecture.exported(
          name, tensor.floats ?? [], shape: tensor.shape, configuration: configuration))
      entries.append(GGUFWriter.Entry(name: found.name, shape: found.shape, format: .float32))
      floats[found.name] = Floats(found.weights)
    }
    try GGUFWriter.write(
      to: path, metadata: architecture.metadata(of: configuration), tensors: entries
    ) { try #require(floats[$0.name]) }
    return try body(path)
  }

  package func load() throws -> Parameters {
    try withFolder { try ModelFile($0, strict: true).parameters() }
  }
}
