internal import ArgumentParser
internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Pipeline
internal import Randomness
internal import Tokenization

/// `retort model`.
struct Model: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks into a model, runs it, holds it against other implementations.",
    discussion: """
      A model is a folder in Hugging Face's layout: config.json, model.safetensors, \
      tokenizer.json. `transformers` loads what retort writes. `inspect`, `import` and `export` \
      also take a GGUF file, a .safetensors file and a folder of several.

      Example:
        retort model inspect runs/quickstart/stages/teacher-*/model
      """,
    subcommands: [Look.self, Import.self, Export.self, Logits.self, Write.self])

  /// The model folder that a path means: itself, or `model/` in a stage's folder.
  static func folder(_ path: String) -> String {
    fileExists(path + "/config.json") || !fileExists(path + "/model/config.json")
      ? path : path + "/model"
  }

  /// Opens a model of any format; names unknown fields on standard error.
  ///
  /// - Throws: as `ModelFile.init`; with `strict`, also for an unknown field.
  static func open(_ path: String, strict: Bool) throws -> ModelFile {
    let file = try ModelFile(folder(path), strict: strict)
    for field in file.unknownFields {
      StandardError.write(
        line:
          "retort: warning: \(path): the field \(Wording.plain(field)) is unknown; it may change "
          + "what the model computes (--strict makes this an error)")
    }
    return file
  }

  /// Refuses a tokenizer that knows more tokens than the model has rows for.
  ///
  /// The other way round is common: models pad their vocabulary.
  static func requireFit(
    _ tokenizer: Tokenizer, _ configuration: TransformerConfiguration, in folder: String
  ) throws {
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw Failure.data(
        "\(folder)/tokenizer.json: \(tokenizer.vocabularySize) tokens, but the vocab_size of "
          + "config.json is \(configuration.vocabularySize) -- they are not of one model")
    }
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
    @Option(help: "Threads.") var threads = 2

    mutating func run() throws {
      guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
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

  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "generate",
      abstract: "Lets a model write on from prompts.",
      discussion: """
        The prompt is a problem; the model writes its solution until it ends it.

        Examples:
          retort model generate runs/quickstart/stages/teacher-*/model --prompt 1+2+3
          retort model generate MODEL --prompt 1+2+3 --temperature 1 --draws 4
          retort model generate MODEL --prompt 1+2+3 --precision q8_0
        """)

    @Argument(help: "A model's folder.") var path: String
    @Option(help: "A problem; may be given again.") var prompt: [String]
    @Option(help: "0 is greedy.") var temperature = 0.0
    @Option(help: "Only the K likeliest tokens.") var topK: Int?
    @Option(help: "Only the likeliest tokens of together this probability.") var topP: Double?
    @Option(help: "How many tokens at most.") var maxNewTokens = 256
    @Option(help: "How many texts for each prompt.") var draws = 1
    @Option(help: "The seed of all draws.") var seed: UInt64 = 0
    @Option(help: "What weights are rounded to: float32, bfloat16 or q8_0.")
    var precision = PrecisionArgument.float32
    @Option(help: "Threads.") var threads = 2
    @Flag(help: "Print one JSON object per text.") var json = false

    func validate() throws {
      guard temperature >= 0, temperature.isFinite else {
        throw ValidationError("--temperature: expected at least 0")
      }
      if let topK, topK < 1 { throw ValidationError("--top-k: expected at least 1") }
      if let topP, !(topP > 0 && topP <= 1) {
        throw ValidationError("--top-p: expected 0 < p <= 1")
      }
      guard threads >= 1 else { throw ValidationError("--threads: expected at least 1") }
      guard maxNewTokens >= 1, draws >= 1 else {
        throw ValidationError("--max-new-tokens and --draws: expected at least 1")
      }
    }

    mutating func run() throws {
      let folder = Model.folder(path)
      let parameters = try ModelFolder.load(folder)
      let tokenizer = try Tokenizer(json: readFile(folder + "/" + ModelFolder.tokenizerName))
      try Model.requireFit(tokenizer, parameters.configuration, in: folder)
      var prompts: [[Int32]] = []
      var streams: [RandomStream] = []
      for (index, text) in prompt.enumerated() {
        for draw in 0..<draws {
          prompts.append(tokenizer.encode(Array(text.utf8)) + [Tokenizer.sepId])
          streams.append(Seed(seed).child("generate").child(index).child(draw).stream())
        }
      }
      let longest = prompts.map(\.count).max() ?? 1
      let decoder = Decoder(
        parameters: parameters, format: precision.format, sequences: min(64, prompts.count),
        positions: longest + maxNewTokens, threads: threads)
      let written = try decoder.generate(
        prompts: prompts, newTokens: maxNewTokens, stop: [Tokenizer.eosId],
        sampling: Sampling(temperature: temperature, topK: topK, topP: topP), streams: streams)
      var output = StandardOutput()
      for (index, tokens) in written.enumerated() {
        let ended = tokens.last == Tokenizer.eosId
        let text = String(
          decoding: try tokenizer.decode(ended ? tokens.dropLast() : tokens), as: UTF8.self)
        let problem = prompt[index / draws]
        if json {
          let line: JSON = [
            "problem": JSON(problem), "solution": JSON(text), "tokens": JSON(tokens.count),
            "ended": JSON(ended),
          ]
          output.write(line: line.serialized())
        } else {
          output.write(line: "\(problem)\n\(text)\(ended ? "" : " ...")\n")
        }
      }
    }
  }
}
