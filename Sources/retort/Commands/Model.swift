internal import ArgumentParser
internal import Files
internal import Kernels
internal import Models
internal import Tensors

/// `retort model`.
struct Model: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Inspects, runs and converts models.",
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

  /// Opens a model of any format; names unknown fields on standard error.
  ///
  /// - Throws: as `ModelFile.init`; with `strict`, also for an unknown field.
  static func open(_ path: String, strict: Bool) throws -> ModelFile {
    let file = try ModelFile(ModelFolder.place(of: path), strict: strict)
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
      commandName: "logits",
      abstract:
        "Writes the logits of a token sequence, to compare with another program.",
      discussion: """
        Weights are converted to float32.

        Example:
          retort model logits MODEL --tokens ids.npy -o logits.npy
        """)

    @Argument(help: "Model: a folder, the folder of the stage that made it, or a file.")
    var path: String
    @Option(help: "Token ids: an int32 or uint32 .npy of shape (T).") var tokens: String
    @Option(name: .shortAndLong, help: "Output .npy: float32 of shape (T, V).") var output: String
    @Flag(help: "Fail on an unknown field of the model's configuration.") var strict = false
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2

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
