internal import ArgumentParser
internal import Files
internal import Kernels
internal import Models
internal import Randomness
internal import Tokenization

extension Model {
  /// `retort model generate`.
  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "generate",
      abstract: "Lets a model write on from prompts.",
      discussion: """
        The prompt is a problem, put to the model as its chat template has it, or as retort's own \
        models were taught; the model writes its solution until it ends it.

        Examples:
          retort model generate runs/quickstart/stages/teacher-*/model --prompt 1+2+3
          retort model generate MODEL --prompt 1+2+3 --temperature 1 --draws 4
          retort model generate SmolLM2-135M-Instruct.Q4_1.gguf --prompt "What is 17 + 26?"
          retort model generate MODEL.gguf --raw --prompt "The capital of France is"
        """)

    @Argument(help: "A model's folder, the folder of the stage that made it, or a file.")
    var path: String
    @Option(help: "A problem; may be given again.") var prompt: [String]
    @Flag(help: "The prompt is the beginning of a text, put to the model as it is.")
    var raw = false
    @Option(
      help: ArgumentHelp(
        "How a problem is put to the model, where its own way is not known.", valueName: "name"))
    var template: String?
    @Option(help: "0 is greedy.") var temperature = 0.0
    @Option(help: "Only the K likeliest tokens.") var topK: Int?
    @Option(help: "Only the likeliest tokens of together this probability.") var topP: Double?
    @Option(help: "How many tokens at most.") var maxNewTokens = 256
    @Option(help: "How many texts for each prompt.") var draws = 1
    @Option(help: "The seed of all draws.") var seed: UInt64 = 0
    @Option(
      help:
        "What weights are: float32, bfloat16, q8_0, or stored: Q8_0 and Q4_1 as the file has them.")
    var precision = PrecisionArgument.float32
    @Flag(help: "Refuse a model with a field that is not known.") var strict = false
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
      if raw, template != nil {
        throw ValidationError("--raw puts nothing around a prompt: it has no --template")
      }
    }

    mutating func run() throws {
      let model = try TextModel(path, template: template, strict: strict)
      var prompts: [[Int32]] = []
      var streams: [RandomStream] = []
      for (index, text) in prompt.enumerated() {
        let bytes = Array(text.utf8)
        for draw in 0..<draws {
          prompts.append(raw ? model.raw(bytes) : model.wrapping.prompt(bytes))
          streams.append(Seed(seed).child("generate").child(index).child(draw).stream())
        }
      }
      let longest = prompts.map(\.count).max() ?? 1
      let decoder = Decoder(
        weights: try precision.weights(model.file, threads: threads),
        sequences: min(64, prompts.count), positions: longest + maxNewTokens, threads: threads)
      let written = try decoder.generate(
        prompts: prompts, newTokens: maxNewTokens, stop: model.wrapping.endIds,
        sampling: Sampling(temperature: temperature, topK: topK, topP: topP), streams: streams)
      var output = StandardOutput()
      for (index, tokens) in written.enumerated() {
        let ended = tokens.last.map(model.wrapping.endIds.contains) ?? false
        let text = String(
          decoding: try model.tokenizer.decode(ended ? tokens.dropLast() : tokens), as: UTF8.self)
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
