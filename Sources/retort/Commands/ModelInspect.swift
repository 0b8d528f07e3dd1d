internal import ArgumentParser
internal import Checkpoints
internal import Files
internal import Inspecting
internal import Models

extension Model {
  /// `retort model inspect`.
  struct Look: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "inspect",
      abstract: "Prints a model's architecture, shapes, types, tokenizer and fingerprints.",
      discussion: """
        Checks all headers, reads every weight once and requires it to be finite. Names, shapes and \
        configuration are Hugging Face's, whatever the file format. Exit code 1: the model does not \
        run, and the message says why.

        Examples:
          retort model inspect runs/quickstart/stages/teacher-*/model
          retort model inspect SmolLM2-135M-Instruct.Q4_1.gguf
          retort model inspect large.gguf --header-only
        """)

    @Argument(help: "Model: a folder, the folder of the stage that made it, or a file.")
    var path: String
    @Flag(help: "Print a JSON object.") var json = false
    @Flag(help: "Skip the weights: no fingerprint, no root mean squares.") var headerOnly = false
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2

    mutating func run() throws {
      guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
      let place = ModelFolder.place(of: path)
      let model = try ModelCheckpoint(place)
      let facts = ModelFacts(model)
      let object = headerOnly ? facts.ofHeader : try facts.withWeights(threads: threads)
      var output = StandardOutput()
      if json {
        output.write(json: object)
      } else {
        Self.print(object, of: place, to: &output)
      }
      output.flush()
      _ = try ModelSoundness.require(model)
    }

    private static func print(
      _ object: JSONObject, of place: String, to output: inout StandardOutput
    ) {
      output.write(line: place)
      let facts = object.members.filter { $0.key != "tensors" }.map { ($0.key, $0.value) }
      for line in FactText.lines(facts, indent: 2) { output.write(line: line) }
      let tensors = object["tensors"]?.arrayValue ?? []
      func column(_ title: String, _ value: (JSON) -> String) -> [String] {
        let cells = [title] + tensors.map(value)
        let width = cells.map { TerminalText.columns(of: $0) }.max() ?? 0
        return cells.map { FactText.padded($0, to: width) }
      }
      let columns = [
        column("tensor") { TerminalText.word($0["name"]?.stringValue ?? "") },
        column("shape") { ($0["shape"]?.arrayValue ?? []).map(\.text).joined(separator: " x ") },
        column("type") { $0["type"]?.stringValue ?? "" },
        column("root mean square") { $0["rms"]?.doubleValue.map(FactText.short) ?? "" },
      ]
      output.write(line: "")
      for row in 0...tensors.count {
        let line = columns.map { $0[row] }.joined(separator: "  ")
        output.write(line: "  " + String(line.reversed().drop { $0 == " " }.reversed()))
      }
    }
  }
}
