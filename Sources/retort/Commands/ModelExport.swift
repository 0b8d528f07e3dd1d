internal import ArgumentParser
internal import Checkpoints
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
        tokenizer. The output appears under its name only when it is complete.

        Examples:
          retort model export runs/quickstart/stages/teacher-*/model --format gguf -o teacher.gguf
          retort model export MODEL --format gguf --type q8_0
          retort model export model.gguf --format safetensors --type bf16 -o FOLDER
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
    @Option(name: .shortAndLong, help: "Output file or folder; default: <name>-<type>.")
    var output: String?
    @Option(help: "Model name in the GGUF file; default: its present name, or that of its folder.")
    var name: String?
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
      let model = try ModelCheckpoint(ModelFolder.place(of: path))
      _ = try ModelSoundness.require(model)
      let name = name ?? Self.name(of: model)
      switch format {
      case .gguf:
        try Model.report(
          try ExportedModel(model, name: name).writeGGUF(
            to: output ?? "\(name)-\(type.rawValue).gguf", format: type.format ?? .float32,
            withoutTokenizer: noTokenizer), json: json)
      case .safetensors:
        try Model.report(
          try ExportedModel(model, name: name).writeFolder(
            to: output ?? "\(name)-\(type.rawValue)", format: type.format), json: json)
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
      if Paths.last(of: place) == "model" { place = Paths.parent(of: place) }
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
      try Model.report(
        try ExportedModel(model, name: "").writeFolder(to: output, format: type.format), json: json)
    }
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
