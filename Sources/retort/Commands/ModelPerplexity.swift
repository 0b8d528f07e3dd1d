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
      abstract: "How well a model predicts texts, or the solutions of records.",
      discussion: """
        A text file is read as it is, in chunks of the context, every token but the first predicted \
        once. Of a .jsonl file each line is a record: the tokens of its solution count, after its \
        problem as it is put to the model. Nats are natural logarithms.

        Examples:
          retort model perplexity SmolLM2-135M-Instruct.Q4_1.gguf book.txt
          retort model perplexity runs/quickstart/stages/teacher-*/model problems.jsonl --json
        """)

    @Argument(help: "A model's folder, the folder of the stage that made it, or a file.")
    var path: String
    @Argument(help: "Texts, or JSON Lines of records (.jsonl).") var texts: [String]
    @Option(help: "Tokens of a chunk; at most what the model takes.") var context = 1024
    @Option(
      help: ArgumentHelp(
        "How a problem is put to the model, where its own way is not known.", valueName: "name"))
    var template: String?
    @Flag(help: "Refuse a model with a field that is not known.") var strict = false
    @Option(help: "Threads.") var threads = 2
    @Flag(help: "Print one JSON object per file, and one for all.") var json = false

    func validate() throws {
      guard threads >= 1, context >= 1 else {
        throw ValidationError("--threads and --context: expected at least 1")
      }
      guard !texts.isEmpty else { throw ValidationError("expected a text or records to read") }
    }

    /// Longest file that is taken, text or records.
    private static let limit = 1 << 30

    mutating func run() throws {
      try BLAS.require(threads: threads)
      let model = try TextModel(path, template: template, strict: strict)
      let meter = PerplexityMeter(
        parameters: try model.file.parameters(threads: threads), context: context,
        threads: threads)
      var output = StandardOutput()
      var total = Perplexity()
      var totalBytes = 0
      for file in texts {
        let (found, bytes) =
          file.hasSuffix(".jsonl")
          ? try records(file, model, meter) : try text(file, model, meter)
        guard found.tokenCount > 0 else {
          throw Failure.data("\(file): no token to predict")
        }
        total = total + found
        totalBytes += bytes
        write(file, found, bytes, to: &output)
      }
      if texts.count > 1 { write("all", total, totalBytes, to: &output) }
    }

    private func text(
      _ file: String, _ model: TextModel, _ meter: PerplexityMeter
    ) throws -> (Perplexity, bytes: Int) {
      let bytes = try readFile(file, limit: Self.limit)
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

    /// Bits a byte make models of different tokenizers comparable.
    private func write(
      _ name: String, _ found: Perplexity, _ bytes: Int, to output: inout StandardOutput
    ) {
      let bitsPerByte = found.nllSum / 0.693147180559945309 / Double(max(1, bytes))
      if json {
        let line: JSONObject = [
          "file": JSON(name), "tokens": JSON(found.tokenCount), "nll": JSON(found.meanNLL),
          "perplexity": JSON(found.perplexity), "bits_per_byte": JSON(bitsPerByte),
        ]
        output.write(json: line)
      } else {
        output.write(
          line:
            "\(name): \(found.tokenCount.counted("token")), \(FactText.short(found.meanNLL)) nats a token, "
            + "perplexity \(FactText.short(found.perplexity)), \(FactText.short(bitsPerByte)) bits a "
            + "byte")
      }
    }
  }
}
