internal import ArgumentParser
internal import Checkpoints
internal import Exports
internal import Files
internal import Kernels
internal import Models
internal import Tensors

/// Weight type to write, as named on the command line.
enum WeightTypeArgument: String, CaseIterable, ExpressibleByArgument {
  case f32, f16, bf16
  case q8 = "q8_0"
  /// Each tensor's own type where it is a plain number.
  case own

  var format: StorageFormat? {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    case .q8: .q8_0
    case .own: nil
    }
  }
}

extension Model {
  /// `retort model export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Writes a model for other programs: GGUF for llama.cpp, or a Hugging Face folder.",
      discussion: """
        Reads any model that `retort model inspect` reads, one tensor at a time, and its \
        tokenizer. The output appears under its name only when it is complete. --adapter merges a \
        low-rank adapter, ours or one that `peft` wrote, into the weights. A folder gets a model card, \
        README.md: teacher, data, figures, licence, how to reproduce; --card writes it for a GGUF file.

        Examples:
          retort model export runs/quickstart/stages/teacher-*/model --format gguf -o teacher.gguf
          retort model export MODEL --format gguf --type q8_0
          retort model export model.gguf --format safetensors --type bf16 -o FOLDER
          retort model export model.gguf --adapter ADAPTER --format gguf --type q8_0 -o merged.gguf
        """)

    enum Container: String, CaseIterable, ExpressibleByArgument { case gguf, safetensors }

    @Argument(help: "Model: a folder, the folder of the stage that made it, or a file.")
    var path: String
    @Option(help: "Output format: gguf (one file) or safetensors (a Hugging Face folder).")
    var format: Container
    @Option(
      help: """
        Weight type: f32, f16 or q8_0 for gguf; f32, f16, bf16 or own (as stored) for safetensors.
        """)
    var type = WeightTypeArgument.f32
    @Option(help: "Low-rank adapter to merge: a folder with adapter_config.json.")
    var adapter: String?
    @Option(name: .shortAndLong, help: "Output file or folder; default: <name>-<type>.")
    var output: String?
    @Option(
      help: """
        Model name in the GGUF file and on the card; default: its present name, or that of its folder.
        """)
    var name: String?
    @Option(help: "Licence on the card, as the Hugging Face hub spells it; default: the known one.")
    var license: String?
    @Option(help: "Also write the model card to this file.") var card: String?
    @Flag(help: "Allow a GGUF file without a tokenizer.") var noTokenizer = false
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
      let legal: [WeightTypeArgument] =
        format == .gguf ? [.f32, .f16, .q8] : [.f32, .f16, .bf16, .own]
      guard legal.contains(type) else {
        throw ValidationError(
          "--type: expected \(legal.map(\.rawValue).joined(separator: ", ")) for "
            + "\(format.rawValue), found \(type.rawValue)")
      }
    }

    mutating func run() throws {
      var model = try ModelCheckpoint(ModelFolder.place(of: path))
      _ = try ModelSoundness.require(model)
      if let adapter { model = try model.merging(StoredAdapter(adapter)) }
      let name = name ?? Self.name(of: model)
      let exported = ExportedModel(model, name: name)
      let text = try Model.card(of: model, exported, name: name, license: license)
      if let card { try AtomicFile.write(text, to: card) }
      switch format {
      case .gguf:
        try Model.report(
          try exported.writeGGUF(
            to: output ?? "\(name)-\(type.rawValue).gguf", format: type.format ?? .float32,
            withoutTokenizer: noTokenizer), json: json)
      case .safetensors:
        try Model.report(
          try exported.writeFolder(
            to: output ?? "\(name)-\(type.rawValue)", format: type.format, card: text), json: json)
      }
    }

    /// The model's name in the file, else the name of the folder that holds it.
    private static func name(of model: ModelCheckpoint) -> String {
      if let name = model.checkpoint.gguf?["general.name"]?.stringValue, Paths.isSafeName(name) {
        return name
      }
      var place = model.checkpoint.path
      for suffix in [".gguf", ".safetensors"] where place.hasSuffix(suffix) {
        place = String(place.dropLast(suffix.count))
      }
      while Paths.last(of: place) == "model" { place = Paths.parent(of: place) }
      let name = Paths.last(of: place)
      return Paths.isSafeName(name) ? name : "model"
    }
  }

  /// `retort model import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Converts a model of any format to a Hugging Face folder.",
      discussion: """
        `retort` and `transformers` both load the folder. Quantised weights become F32.

        Example:
          retort model import models/smollm2-135m-instruct-q4_1.gguf -o models/smollm2
        """)

    @Argument(help: "Model: a .gguf file, a .safetensors file or a folder.") var path: String
    @Option(name: .shortAndLong, help: "Output folder.") var output: String
    @Option(help: "Weight type: f32, f16, bf16 or own (as stored, where it is one of these).")
    var type = WeightTypeArgument.f32
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
      guard type != .q8 else {
        throw ValidationError("--type: expected f32, f16, bf16 or own, found q8_0")
      }
    }

    mutating func run() throws {
      let model = try ModelCheckpoint(ModelFolder.place(of: path))
      _ = try ModelSoundness.require(model)
      let name = Paths.last(of: output)
      let exported = ExportedModel(model, name: name)
      try Model.report(
        try exported.writeFolder(
          to: output, format: type.format,
          card: Model.card(of: model, exported, name: name, license: nil)), json: json)
    }
  }

  /// The card that the model came with, unless another licence is stated; else one that is made.
  private static func card(
    of model: ModelCheckpoint, _ exported: ExportedModel, name: String, license: String?
  ) throws -> [UInt8] {
    if license == nil, let own = try exported.card { return own }
    return Array(ModelCard(model, name: name, license: license).text.utf8)
  }

  /// Reports what was written.
  private static func report(_ written: ExportedModel.Written, json: Bool) throws {
    var output = StandardOutput()
    if json {
      output.write(json: written.json)
    } else {
      output.write(line: Array(written.path.utf8))
    }
  }
}
