internal import ArgumentParser
internal import Decoding
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
      abstract: "Generates text from prompts.",
      discussion: """
        A prompt is a problem. It is wrapped in the model's chat template, or in retort's own \
        format for a model that retort trained; the model writes until it ends the solution.

        Examples:
          retort model generate runs/quickstart/stages/teacher-*/model --prompt 1+2+3
          retort model generate MODEL --prompt 1+2+3 --temperature 1 --draws 4
          retort model generate SmolLM2-135M-Instruct.Q4_1.gguf --prompt "What is 17 + 26?"
          retort model generate MODEL.gguf --raw --prompt "The capital of France is"
          retort model generate TEACHER.gguf --draft STUDENT --prompt "Name three rivers." --measure

        With --draft, a smaller model with the same tokenizer proposes tokens and the model keeps \
        those it might have written itself (speculative decoding). The distribution of the text \
        does not change; a greedy text stays the same. Texts are written one at a time, and the \
        gain is printed on standard error.
        """)

    @Argument(help: "Model: a folder, the folder of the stage that made it, or a file.")
    var path: String
    @Option(help: "Problem to solve; repeatable.") var prompt: [String]
    @Flag(help: "Continue the prompt as plain text; print only the continuation.")
    var raw = false
    @Option(
      help: ArgumentHelp(
        "Wrapping of the problem, if the model's own is not known.", valueName: "name"))
    var template: String?
    @Option(parsing: .unconditional, help: "Sampling temperature; 0 is greedy.") var temperature =
      0.0
    @Option(parsing: .unconditional, help: "Sample among the K likeliest tokens only.") var topK:
      Int?
    @Option(
      parsing: .unconditional,
      help: "Sample among the likeliest tokens with this total probability.")
    var topP: Double?
    @Option(parsing: .unconditional, help: "Most new tokens per text.") var maxNewTokens = 256
    @Option(parsing: .unconditional, help: "Number of texts per prompt.") var draws = 1
    @Option(parsing: .unconditional, help: "Seed of all draws.") var seed: UInt64 = 0
    @Option(
      help:
        "Weight format: float32, bfloat16, q8_0 or stored (Q8_0 and Q4_1 as the file has them).")
    var precision = WeightPrecision.float32
    @Option(help: "Smaller model that proposes tokens; repeat it to measure several.")
    var draft: [String] = []
    @Option(parsing: .unconditional, help: "Tokens that a draft proposes at once.") var ahead = 4
    @Flag(help: "With --draft: also measure the model alone.") var measure = false
    @Flag(help: "Fail on an unknown field of the model's configuration.") var strict = false
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2
    @Flag(help: "Print one JSON object per text.") var json = false

    /// No model here has more positions than this.
    private static let mostTokens = 1 << 20

    func validate() throws {
      guard temperature >= 0, temperature.isFinite else {
        throw ValidationError("--temperature: expected at least 0")
      }
      if let topK, topK < 1 { throw ValidationError("--top-k: expected at least 1") }
      if let topP, !(topP > 0 && topP <= 1) {
        throw ValidationError("--top-p: expected 0 < p <= 1")
      }
      guard threads >= 1 else { throw ValidationError("--threads: expected at least 1") }
      guard (1...Self.mostTokens).contains(maxNewTokens) else {
        throw ValidationError("--max-new-tokens: expected 1 to \(Self.mostTokens)")
      }
      guard (1...1_000_000).contains(draws) else {
        throw ValidationError("--draws: expected 1 to 1000000")
      }
      guard (1...64).contains(ahead) else { throw ValidationError("--ahead: expected 1 to 64") }
      guard !prompt.isEmpty else { throw ValidationError("--prompt: expected at least one") }
      if measure, draft.isEmpty { throw ValidationError("--measure: expected a --draft") }
      if raw, template != nil {
        throw ValidationError("--raw puts nothing around a prompt: it has no --template")
      }
    }

    mutating func run() throws {
      let sampling: Sampling
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
      if prompts.contains(where: \.isEmpty) {
        throw Failure.data(
          "--prompt: is empty, and the model's tokenizer puts no token in front of a text: there is "
            + "nothing to write on from")
      }
      sampling = model.sampling(
        of: path, temperature: temperature, topK: topK, topP: topP)
      let longest = prompts.map(\.count).max() ?? 1
      if !draft.isEmpty {
        return try draw(
          zip(prompts, streams).map { Drafting.Request(prompt: $0, stream: $1) }, model,
          sampling, positions: longest + maxNewTokens)
      }
      let weights = try DecoderWeights(model.file, precision: precision, threads: threads)
      let positions = longest + maxNewTokens
      let decoder = Decoder(
        weights: weights,
        sequences: try weights.sequences(upTo: min(64, prompts.count), positions: positions),
        positions: positions, threads: threads)
      let written = try decoder.generate(
        prompts: prompts, newTokens: maxNewTokens, stop: model.wrapping.endIds,
        sampling: sampling, streams: streams)
      var output = StandardOutput()
      for (index, tokens) in written.enumerated() {
        try show(tokens, of: prompt[index / draws], by: model, to: &output)
      }
    }

    /// Writes texts with the help of drafts; the first draft's texts are printed.
    private func draw(
      _ requests: [Drafting.Request], _ model: TextModel, _ sampling: Sampling, positions: Int
    ) throws {
      let weights = try DecoderWeights(model.file, precision: precision, threads: threads)
      _ = try weights.sequences(upTo: 1, positions: positions)
      let drafting = Drafting(
        weights: weights, sampling: sampling, newTokens: maxNewTokens,
        stop: model.wrapping.endIds, positions: positions, threads: threads)
      var output = StandardOutput()
      let alone = measure ? try drafting.writeAlone(requests) : nil
      for (number, path) in draft.enumerated() {
        let helper = try TextModel(path, template: model.wrapping.name, strict: false)
        guard helper.tokenizer.fingerprint == model.tokenizer.fingerprint else {
          throw Failure.data(
            "\(path): its tokenizer is another than the model's -- a draft must write the same ids")
        }
        let (texts, tally) = try drafting.write(
          requests, with: DecoderWeights(helper.file, precision: precision, threads: threads),
          ahead: ahead)
        for (index, text) in texts.enumerated() {
          if number == 0 {
            try show(text.tokens, of: prompt[index / draws], by: model, to: &output)
          }
          if temperature == 0 {
            report(text, number: index + 1, alone: alone?.texts[index], path)
          }
        }
        if json {
          output.write(json: tally.json(draft: path, alone: alone?.tally))
        } else {
          StandardError.write(line: tally.line(draft: path, alone: alone?.tally))
        }
      }
    }

    /// Reports where a greedy text may differ, or has differed, from another program's.
    private func report(
      _ text: SpeculativeDecoder.Written, number: Int, alone: [Int32]?, _ path: String
    ) {
      if let close = text.firstCloseCall {
        StandardError.write(
          line: "text \(number): the model's two best logits come within "
            + "\(SpeculativeDecoder.closeCall) of each other at token \(close + 1)")
      }
      if let alone, alone != text.tokens {
        let same = zip(alone, text.tokens).prefix { $0 == $1 }.count
        StandardError.write(
          line: "\(path): text \(number) parts from the model's own at token \(same + 1)")
      }
    }

    private func show(
      _ tokens: [Int32], of problem: String, by model: TextModel, to output: inout StandardOutput
    ) throws {
      let ended = tokens.last.map(model.wrapping.endIds.contains) ?? false
      let bytes = model.wrapping.bytes(of: ended ? tokens.dropLast() : tokens)
      let text = String(decoding: bytes, as: UTF8.self)
      if json {
        let line: JSON = [
          "problem": JSON(problem), "solution": JSON(text), "tokens": JSON(tokens.count),
          "ended": JSON(ended),
        ]
        output.write(json: line)
      } else if raw {
        output.write(line: bytes)
      } else {
        // The model's text is data: exact in a file, made safe for display on a terminal.
        output.write(line: Array("\(problem)\n\(text)\(ended ? "" : " ...")\n".utf8))
      }
    }
  }
}

extension WeightPrecision: ExpressibleByArgument {}
