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
        Reads any model that `inspect` reads, one tensor at a time, with its tokenizer. What is \
        written appears under its name whole or not at all.

        Examples:
          retort model export runs/quickstart/stages/teacher-*/model --format gguf -o teacher.gguf
          retort model export MODEL --format gguf --type q8_0
          retort model export model.gguf --format safetensors --type bf16 -o FOLDER
        """)

    enum Container: String, CaseIterable, ExpressibleByArgument { case gguf, safetensors }

    @Argument(help: "A model's folder, the folder of the stage that made it, or a file.")
    var path: String
    @Option(help: "gguf: one file; safetensors: a folder in Hugging Face's layout.")
    var format: Container
    @Option(help: "f32, f16, q8_0 (GGUF); f32, f16, bf16, own (safetensors).")
    var type = WeightTypeArgument.f32
    @Option(name: .shortAndLong, help: "The file or folder to write; default: <name>-<type>.")
    var output: String?
    @Option(help: "What a GGUF file calls the model; default: what it was called, or its folder.")
    var name: String?
    @Flag(help: "Write a GGUF file although the model has no tokenizer.") var noTokenizer = false
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
      let model = try ModelCheckpoint(Model.folder(path))
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
      abstract: "Makes a Hugging Face folder of a model in any form that we read.",
      discussion: """
        The folder is what `retort` trains, labels and generates with, and what `transformers` \
        loads. Quantised weights become F32.

        Example:
          retort model import models/smollm2-135m-instruct-q4_1.gguf -o models/smollm2
        """)

    @Argument(help: "A .gguf file, a .safetensors file, or a folder of several.") var path: String
    @Option(name: .shortAndLong, help: "The folder to make.") var output: String
    @Option(help: "f32, f16, bf16, or own: each tensor's own where it is one of these.")
    var type = WeightTypeArgument.f32
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
      guard type != .q8 else {
        throw ValidationError("--type: expected f32, f16, bf16 or own, found q8_0")
      }
    }

    mutating func run() throws {
      let model = try ModelCheckpoint(Model.folder(path))
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
