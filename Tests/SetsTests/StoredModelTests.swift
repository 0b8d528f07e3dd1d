import Files
import Models
import Sets
import StageSupport
import Stages
import Testing

struct `A stored model` {
  static func model() throws -> MadeStage {
    try TinyInputs.model(
      "teacher", TinyInputs.randomParameters(seed: 1), best: TinyInputs.randomParameters(seed: 2))
  }

  @Test func `is its files, named by the digest of its weights`() throws {
    let made = try Self.model()
    let stored = try StoredModel(made.input)
    #expect(stored.name == "teacher" && stored.folder == made.folder)
    #expect(stored.files.contains("model/model.safetensors") && stored.files.count == 4)
    #expect(stored.fingerprint == made.manifest.file("model/model.safetensors")?.sha256)
    #expect(stored.best == made.folder + "/best.safetensors")
    let alone = try TinyInputs.model("m", TinyInputs.randomParameters(seed: 1))
    #expect(try StoredModel(alone.input).best == nil)
  }

  /// Weights that are not those of the manifest would label, or be examined, under another's name.
  @Test(arguments: ["model/model.safetensors", "model/config.json", "best.safetensors"])
  func `with a changed or missing file is refused`(file: String) throws {
    let made = try Self.model()
    let path = made.folder + "/" + file
    var bytes = try readFile(path)
    bytes[bytes.count - 1] ^= 1
    try AtomicFile.write(bytes, to: path)
    for _ in 0..<2 {
      let error = #expect(throws: SetError.self) { _ = try StoredModel(made.input) }
      guard case .modelFile("teacher", file, let expected?, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(expected == made.manifest.file(file)?.sha256)
      try Folder.remove(path)
    }
  }

  @Test func `is none in the folder of another stage`() throws {
    let set = try TinySet.plain()
    #expect(throws: SetError.self) { _ = try StoredModel(set.input) }
  }
}
