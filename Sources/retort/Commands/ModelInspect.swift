internal import ArgumentParser
internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Parallel
internal import Pipeline
internal import Tensors

extension Model {
  /// `retort model inspect`.
  struct Look: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "inspect",
      abstract: "Prints what a model is: architecture, shapes, types, tokenizer, fingerprints.",
      discussion: """
        Takes a model's folder (one .safetensors or several with their index), a .safetensors \
        file beside its config.json, or a .gguf file. Headers are checked whole; weights are \
        read once and must be finite. Names, shapes and config are Hugging Face's. Exit code 1 \
        says why a model does not run.

        Examples:
          retort model inspect runs/quickstart/stages/teacher-*/model
          retort model inspect SmolLM2-135M-Instruct.Q4_1.gguf
          retort model inspect large.gguf --header-only
        """)

    @Argument(help: "A model's folder, the folder of the stage that made it, or a file.")
    var path: String
    @Flag(help: "Print a JSON object.") var json = false
    @Flag(help: "Read no weights: no fingerprint, no root mean squares.") var headerOnly = false
    @Option(parsing: .unconditional, help: "Threads.") var threads = 2

    mutating func run() throws {
      guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
      let place = Model.folder(path)
      let model = try ModelCheckpoint(place)
      var object = Self.facts(of: model)
      if !headerOnly {
        let pool = WorkerPool(threads: threads)
        try model.checkpoint.requireFinite(pool)
        object["fingerprint"] = JSON(model.checkpoint.digest.hex)
        object["tensors"] = Self.tensors(of: model, rms: try Self.rootMeanSquares(model, pool))
      } else {
        object["tensors"] = Self.tensors(of: model, rms: nil)
      }
      var output = StandardOutput()
      if json {
        output.write(json: object)
      } else {
        Self.print(object, of: place, to: &output)
      }
      output.flush()
      _ = try ModelSoundness.require(model)
    }

    /// All facts but those computed from the weights.
    private static func facts(of model: ModelCheckpoint) -> JSONObject {
      let checkpoint = model.checkpoint
      var types: JSONObject = [:]
      for tensor in checkpoint.tensors {
        types[tensor.typeName] = JSON((types[tensor.typeName]?.intValue ?? 0) + 1)
      }
      let weights = model.tensors.filter { $0.stored.format != nil }
      var object: JSONObject = [
        "format": JSON(checkpoint.container.rawValue),
        "files": JSON(checkpoint.files.count),
        "bytes": JSON(checkpoint.fileBytes),
        "architecture": model.configuration["model_type"] ?? .null,
        "parameters": JSON(weights.reduce(0) { $0 + $1.stored.elementCount }),
        "types": .object(types),
        "config": .object(model.configuration),
        "digests": JSON(checkpoint.isSealed ? "as the manifest has them" : "none"),
      ]
      if let tokenizer = ModelTokenizerFacts(model).json { object["tokenizer"] = tokenizer }
      let metadata = metadata(of: checkpoint)
      if !metadata.isEmpty { object["metadata"] = .object(metadata) }
      if !model.unknownKeys.isEmpty {
        object["unknown_keys"] = JSON(model.unknownKeys) { JSON($0) }
      }
      return object
    }

    /// Metadata stored in the files: short values, long ones cut.
    private static func metadata(of checkpoint: Checkpoint) -> JSONObject {
      var object: JSONObject = [:]
      for label in checkpoint.labels { object[label.key] = JSON(String(label.value.prefix(200))) }
      for member in checkpoint.gguf?.members ?? [] where member.key.hasPrefix("general.") {
        if let text = member.value.stringValue {
          object[member.key] = JSON(String(text.prefix(200)))
        } else if let number = member.value.intValue {
          object[member.key] = JSON(number)
        } else if let list = member.value.arrayValue?.strings {
          object[member.key] = JSON(list.prefix(20).map { $0 }) {
            JSON(String(decoding: $0.prefix(100), as: UTF8.self))
          }
        }
      }
      return object
    }

    private static func tensors(of model: ModelCheckpoint, rms: [Double?]?) -> JSON {
      JSON(Array(model.tensors.enumerated())) { index, tensor in
        var object: JSONObject = [
          "name": JSON(tensor.name), "shape": JSON(tensor.shape) { JSON($0) },
          "type": JSON(tensor.stored.typeName), "bytes": JSON(tensor.stored.range.count),
        ]
        if tensor.stored.name != tensor.name { object["stored_as"] = JSON(tensor.stored.name) }
        if let value = rms?[index] { object["rms"] = .double(value) }
        return .object(object)
      }
    }

    /// Root mean square of each tensor as stored; `nil` for tensors that hold no weights.
    private static func rootMeanSquares(
      _ model: ModelCheckpoint, _ pool: WorkerPool
    ) throws -> [Double?] {
      try pool.map(model.tensors.count) { index in
        let stored = model.tensors[index].stored
        guard stored.format != nil, stored.elementCount > 0 else { return nil }
        let rows = try model.checkpoint.rows(of: stored.name)
        // About 1 MiB of floats at a time.
        let step = min(rows.rowCount, max(1, (1 << 18) / rows.columnCount))
        let buffer = Floats(zeros: step * rows.columnCount)
        var squares = 0.0
        for first in stride(from: 0, to: rows.rowCount, by: step) {
          let part = rows[first..<min(first + step, rows.rowCount)]
          let floats = buffer[0..<(part.rowCount * part.columnCount)]
          part.dequantize(into: floats)
          squares += sumOfSquares(floats)
        }
        return (squares / Double(stored.elementCount)).squareRoot()
      }
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
