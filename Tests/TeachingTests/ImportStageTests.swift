import Files
import Kernels
import Models
import StageSupport
import Stages
import Teaching
import Tensors
import Testing

struct `The import stage` {
  /// A model's folder outside any run.
  private func elsewhere(seed: UInt64 = 1) throws -> MadeStage {
    try TinyInputs.model("elsewhere", TinyInputs.randomParameters(seed: seed))
  }

  private func run(_ settings: JSONObject) throws -> MadeStage {
    try MadeStage.run(ImportStage.self, "teacher", with: settings, on: [])
  }

  @Test func `a model that was imported labels as the one that was trained`() throws {
    let parameters = try TinyInputs.randomParameters(seed: 1)
    let trained = try TinyInputs.model("teacher", parameters)
    let imported = try run(["model": JSON(trained.folder + "/model")])
    #expect(imported.details["imported"] == true)
    #expect(imported.details["parameters"]?.intValue == parameters.layout.count)
    let set = try `The label stage`.sums()
    let a = try `The label stage`.label(set, trained)
    let b = try `The label stage`.label(set, imported)
    #expect(a.manifest.content == b.manifest.content)
    #expect(a.details["teacher"] == b.details["teacher"])
  }

  /// The key must not depend on where the files lie, and must on what they hold.
  @Test func `settings are the files' digests, not their path`() throws {
    func resolved(_ path: String) throws -> String {
      var settings = Settings(["model": JSON(path)])
      _ = try ImportStage(&settings, inputs: [])
      try settings.finish()
      return JSON.object(settings.resolved).text
    }
    let made = try [elsewhere(), elsewhere(), elsewhere(seed: 2)]
    let found = try made.map { try resolved($0.folder + "/model") }
    #expect(found[0] == found[1] && found[0] != found[2])
    #expect(!found[0].contains(made[0].folder))
    withExtendedLifetime(made) {}
  }

  @Test func `what is not there, or another model, is refused by name`() throws {
    let made = try elsewhere()
    let model = made.folder + "/model"
    #expect(throws: TeachingError.importedMissing(path: model + "/none.gguf")) {
      try run(["model": JSON(model + "/none.gguf")])
    }
    let wrong = String(repeating: "0", count: 64)
    let error = #expect(throws: TeachingError.self) {
      try run(["model": JSON(model), "sha256": JSON(wrong)])
    }
    guard case .importedDigest(model, wrong, let found) = error else {
      Issue.record("expected the digests, found \(String(describing: error))")
      return
    }
    _ = try run(["model": JSON(model), "sha256": JSON(found[0].uppercased())])
    try Folder.remove(model + "/tokenizer.json")
    #expect(throws: TeachingError.self) { try run(["model": JSON(model)]) }
    #expect(throws: ConfigurationError.self) { try run([:]) }
  }

  /// A chat template that nobody here knows is seen while a pipeline is planned: not after the
  /// teacher was copied and the first set made.
  @Test func `an unknown template is seen before anything runs`() throws {
    let made = try elsewhere()
    let model = made.folder + "/model"
    // The files are changed below: a folder of somebody else's, for which no manifest vouches.
    try Folder.remove(made.folder + "/" + Manifest.fileName)
    func outlook() throws -> Outlook {
      var settings = Settings(["model": JSON(model)])
      let stage = try ImportStage(&settings, inputs: [])
      try settings.finish()
      return stage.outlook("teacher", settings: settings.resolved, inputs: [])
    }
    #expect(try outlook().unknownTemplate == nil)
    // A tokenizer of another kind than ours, which may bring a template.
    let file = model + "/tokenizer.json"
    let ours = String(decoding: try readFile(file), as: UTF8.self)
    try AtomicFile.write(ours.replacing("<|sep|>", with: "<|other|>"), to: file)
    #expect(try outlook().unknownTemplate == nil)
    let template = "{% for m in messages %}<<{{ m.content }}>>{% endfor %}"
    try AtomicFile.write(
      JSON.object(["chat_template": JSON(template)]).serialized(),
      to: model + "/tokenizer_config.json")
    #expect(try outlook().unknownTemplate == SHA256.hash(template).hex)

    var set = Outlook(name: "set", kind: "generate")
    set.isVerified = true
    for kind in [LabelStage.self, SampleStage.self] as [any Stage.Type] {
      func check(_ with: JSONObject) throws {
        var settings = Settings(with)
        let stage = try kind.init(
          &settings,
          inputs: [
            StageInput(name: "set", kind: "generate", makes: [.set], finished: nil),
            StageInput(name: "teacher", kind: "import", makes: [.model], finished: nil),
          ])
        try stage.check([set, outlook()])
      }
      let error = #expect(throws: ConfigurationError.self) { try check([:]) }
      #expect(error?.path == ["template"])
      #expect(error?.reason.contains("set template to one of retort, plain,") == true)
      try check(["template": "plain"])
    }
  }

  /// A NaN in a teacher's weights makes every label NaN.
  @Test func `weights that are not finite are refused`() throws {
    let parameters = try TinyInputs.randomParameters(seed: 1)
    parameters.values[40] = .nan
    let made = try TinyInputs.model("elsewhere", parameters)
    #expect(throws: CheckpointError.self) {
      try run(["model": JSON(made.folder + "/model")])
    }
  }
}
