internal import ArgumentParser
internal import Files
internal import Kernels
internal import Models
internal import Tokenization

extension Model {
  /// `retort model perplexity`.
  struct Surprise: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "perplexity",
      abstract: "Measures how well a model predicts texts, or the solutions of records.",
      discussion: """
        A text file is read as it is. In a .jsonl file each line is a record: the tokens of its \
        solution count, given its problem in the model's wrapping. Losses are in nats (natural \
        logarithms).

        Figures depend on how a long text is cut into windows: compare only figures of one \
        convention (--like).
          blocks        windows of --context tokens, one after the other, each preceded by BOS (if \
        the tokenizer uses it) and the last token of the previous window; every token but the \
        first of the text counts once
          llama.cpp     as llama-perplexity -c CONTEXT (its default is 512): whole windows only, the \
        first token of each replaced by BOS; only the second half of a window counts
          transformers  as the recipe in its documentation: a window every --stride tokens; tokens \
        that no earlier window counted; BOS at the start of the text only

        Examples:
          retort model perplexity SmolLM2-135M-Instruct.Q4_1.gguf book.txt
          retort model perplexity MODEL.gguf book.txt --like llama.cpp --context 512
          retort model perplexity MODEL book.txt --like transformers --context 1024 --stride 512
          retort model perplexity runs/quickstart/stages/teacher-*/model problems.jsonl --json
        """)

    @Argument(help: "Model: a folder, the folder of the stage that made it, or a file.")
    var path: String
    @Argument(help: "Text files, or JSON Lines of records (.jsonl).") var texts: [String]
    @Option(parsing: .unconditional, help: "Tokens per window; at most what the model takes.")
    var context = 1024
    @Option(help: "Convention: blocks, llama.cpp or transformers.") var like = Like.blocks
    @Option(
      parsing: .unconditional,
      help: "With --like transformers: tokens between windows; default: half the context.")
    var stride: Int?
    @Option(
      help: ArgumentHelp(
        "Wrapping of a problem, if the model's own is not known.", valueName: "name"))
    var template: String?
    @Flag(help: "Fail on an unknown field of the model's configuration.") var strict = false
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2
    @Flag(help: "Print one JSON object per file, and one for all of them.") var json = false

    enum Like: String, CaseIterable, ExpressibleByArgument {
      case blocks
      case llamaCpp = "llama.cpp"
      case transformers
    }

    func validate() throws {
      if let stride {
        guard like == .transformers, (1...context).contains(stride) else {
          throw ValidationError(
            "--stride: expected 1 to the context, \(context), with --like transformers")
        }
      }
      guard like != .llamaCpp || context >= 4 else {
        throw ValidationError("--context: expected at least 4 with --like llama.cpp")
      }
      guard threads >= 1, context >= 1 else {
        throw ValidationError("--threads and --context: expected at least 1")
      }
      guard !texts.isEmpty else { throw ValidationError("expected a text or records to read") }
    }

    /// Most bytes of an input file, text or records.
    private static let limit = 1 << 30

    mutating func run() throws {
      try BLAS.require(threads: threads)
      let model = try TextModel(path, template: template, strict: strict)
      let context = min(context, model.file.configuration.positionCount)
      let step = min(stride ?? max(1, context / 2), context)
      let conventions = model.tokenizer.conventions
      let beginning = conventions.addsBeginning ? conventions.beginningId : nil
      func meter(_ convention: PerplexityConvention) throws -> PerplexityMeter {
        PerplexityMeter(
          parameters: parameters, context: context, convention: convention, beginning: beginning,
          threads: threads)
      }
      let parameters = try model.file.parameters(threads: threads)
      let convention: PerplexityConvention =
        switch like {
        case .blocks: .blocks
        case .llamaCpp: .llamaCpp
        case .transformers: .transformers(stride: step)
        }
      let how: JSONObject = [
        "convention": JSON(like.rawValue), "context": JSON(context),
        "stride": like == .transformers ? JSON(step) : .null,
        "bos": beginning.map { JSON(Int($0)) } ?? .null,
      ]
      var output = StandardOutput()
      var total = Perplexity()
      var totalBytes: Int? = 0
      for file in texts {
        let isRecords = file.hasSuffix(".jsonl")
        let (found, bytes) =
          isRecords
          ? try records(file, model, meter(.blocks)) : try text(file, model, meter(convention))
        // The other conventions count only some of the tokens, whose bytes are unknown.
        let counted = isRecords || like == .blocks ? bytes : nil
        guard found.tokenCount > 0 else {
          throw Failure.data("\(file): no token to predict")
        }
        total = total + found
        totalBytes = totalBytes.flatMap { sum in counted.map { sum + $0 } }
        var how = how
        if isRecords {
          how["convention"] = JSON(Like.blocks.rawValue)
          how["stride"] = .null
        }
        write(file, found, counted, how, to: &output)
      }
      if texts.count > 1 { write("all", total, totalBytes, how, to: &output) }
      if !json { output.write(line: Self.words(how)) }
    }

    /// The convention in words, for the text output.
    private static func words(_ how: JSONObject) -> String {
      let stride = how["stride"]?.intValue.map { ", one every \($0)" } ?? ""
      let begins = how["bos"]?.intValue.map { "BOS is \($0)" } ?? "no BOS"
      return "convention \(how["convention"]?.stringValue ?? ""): windows of "
        + "\(how["context"]?.intValue ?? 0) \((how["context"]?.intValue ?? 0) == 1 ? "token" : "tokens")\(stride); \(begins)"
    }

    private func text(
      _ file: String, _ model: TextModel, _ meter: PerplexityMeter
    ) throws -> (Perplexity, bytes: Int) {
      var bytes = try readFile(file, limit: Self.limit)
      try FileSignature.requireText(bytes, at: file)
      // llama.cpp drops the last line end of a text file.
      if like == .llamaCpp, bytes.last == 0x0A { bytes.removeLast() }
      let tokens = model.raw(bytes)
      return (
        try meter.measure([(tokens, [UInt8](repeating: 1, count: tokens.count))]), bytes.count
      )
    }

    private func records(
      _ file: String, _ model: TextModel, _ meter: PerplexityMeter
    ) throws -> (Perplexity, bytes: Int) {
      var lines = try LineSource(file)
      var samples: [(tokens: [Int32], mask: [UInt8])] = []
      var bytes = 0
      var number = 0
      while let line = try lines.next() {
        number += 1
        func wrong(_ reason: String) -> Failure { .data("\(file), line \(number): \(reason)") }
        let json: JSON
        do throws(JSONError) {
          json = try JSON.parse(line)
        } catch {
          throw wrong("not JSON: \(error)")
        }
        guard let problem = json["problem"]?.stringValue,
          let solution = json["solution"]?.stringValue
        else { throw wrong("expected a record with the strings problem and solution") }
        let sample = model.wrapping.sample(
          problem: Array(problem.utf8), solution: Array(solution.utf8))
        guard sample.tokens.count <= meter.context + 1 else {
          throw wrong(
            "\(sample.tokens.count.counted("token")), more than the context of \(meter.context) -- raise "
              + "--context or leave the record out")
        }
        samples.append(sample)
        bytes += solution.utf8.count
      }
      return (try meter.measure(samples), bytes)
    }

    /// Bits per byte make models with different tokenizers comparable.
    private func write(
      _ name: String, _ found: Perplexity, _ bytes: Int?, _ how: JSONObject,
      to output: inout StandardOutput
    ) {
      let bitsPerByte = bytes.map { found.nllSum / 0.693147180559945309 / Double(max(1, $0)) }
      if json {
        var line: JSONObject = [
          "file": JSON(name), "tokens": JSON(found.tokenCount), "nll": JSON(found.meanNLL),
          "perplexity": JSON(found.perplexity),
          "bits_per_byte": bitsPerByte.map { JSON($0) } ?? .null,
        ]
        for member in how.members { line[member.key] = member.value }
        output.write(json: line)
      } else {
        output.write(
          line:
            "\(name): \(found.tokenCount.counted("token")), \(FactText.short(found.meanNLL)) nats a token, "
            + "perplexity \(FactText.short(found.perplexity))"
            + (bitsPerByte.map { ", \(FactText.short($0)) bits a byte" } ?? ""))
      }
    }
  }
}
