internal import ArgumentParser
internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Pipeline
internal import Tensors

/// `retort model`.
struct Model: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks into a model, runs it, holds it against other implementations.",
    discussion: """
      A model is a folder in Hugging Face's layout (config.json, model.safetensors or several with \
      their index, tokenizer.json), the folder of the stage that made it, a .safetensors file in \
      such a folder, or a .gguf file. `transformers` loads what retort writes.

      Example:
        retort model inspect runs/quickstart/stages/teacher-*/model
      """,
    subcommands: [
      Look.self, Import.self, Export.self, Logits.self, Write.self, Surprise.self,
    ])

  /// The model a path refers to: itself, or `model` inside a stage's folder.
  static func folder(_ path: String) -> String {
    if fileExists(path + "/config.json") { return path }
    let names = (try? Folder.names(in: path + "/model")) ?? []
    let imported = ModelFolder.place(inStage: path, files: names.sorted().map { "model/" + $0 })
    if imported.hasSuffix(".gguf") { return imported }
    return fileExists(path + "/model/config.json") ? path + "/model" : path
  }

  /// Opens a model of any format; names unknown fields on standard error.
  ///
  /// - Throws: as `ModelFile.init`; with `strict`, also for an unknown field.
  static func open(_ path: String, strict: Bool) throws -> ModelFile {
    let file = try ModelFile(folder(path), strict: strict)
    for fault in file.checkpoint.contradicted {
      StandardError.write(
        line: "retort: warning: \(path): \(TerminalText.line(fault)) (--strict makes this an error)"
      )
    }
    for field in file.unknownFields {
      StandardError.write(
        line:
          "retort: warning: \(path): the field \(TerminalText.word(field)) is unknown; it may change "
          + "what the model computes (--strict makes this an error)")
    }
    return file
  }

  struct Logits: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Writes the logits of a token sequence: how a model is held against another program.",
      discussion: """
        Takes a model's folder, a .safetensors or a .gguf file. Weights become float32.

        Example:
          retort model logits MODEL --tokens ids.npy -o logits.npy
        """)

    @Argument(help: "A model's folder, the folder of the stage that made it, or a file.")
    var path: String
    @Option(help: "An int32 or uint32 .npy of shape (T).") var tokens: String
    @Option(name: .shortAndLong, help: "The .npy to write: float32 (T, V).") var output: String
    @Flag(help: "Refuse a model with a field that is not known.") var strict = false
    @Option(parsing: .unconditional, help: "Threads.") var threads = 2

    mutating func run() throws {
      guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
      try BLAS.require(threads: threads)
      let parameters = try Model.open(path, strict: strict).parameters(threads: threads)
      let array = try NPY.decode(readFile(tokens), named: tokens)
      let ids: [Int32]
      switch array.elements {
      case .int32(let values) where array.shape.count == 1: ids = values
      case .uint32(let values) where array.shape.count == 1:
        ids = values.map { Int32(clamping: $0) }
      default:
        throw Failure.data(
          "\(tokens): expected int32 or uint32 of shape (T), found \(array.type.rawValue) of "
            + "\(array.shape)")
      }
      guard !ids.isEmpty else { throw Failure.data("\(tokens): no token") }
      let pass = InferencePass(
        configuration: parameters.configuration, parts: 1, maximumTokensPerPart: ids.count)
      let logits = try pass.logits(
        parameters: parameters, batch: Batch(sequences: [ids]), threads: threads)
      let tensor = Tensor(
        shape: [ids.count, parameters.configuration.vocabularySize], elements: .float32(logits))
      try AtomicFile.write(NPY.encode(tensor), to: output)
    }
  }
}
