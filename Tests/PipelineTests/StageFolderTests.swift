import Files
import Pipeline
import Testing

/// What stands in a stage's folder, and what a run makes of it.
struct `A stage's folder` {
  private static func made() throws -> (scene: Scene, plan: Plan, folder: String) {
    let scene = try Scene()
    let plan = try Scene.plan("pipeline: p\nseed: 1\nstages:\n  - {name: a, kind: numbers}\n")
    let summary = try scene.run(plan)
    return (scene, plan, try #require(summary.stages.first).folder)
  }

  private static func state(_ scene: Scene) throws -> RunStatus.State {
    try #require(try scene.status().stages.first).state
  }

  @Test func `that is whole is finished and stays as it is`() throws {
    let (scene, plan, folder) = try Self.made()
    let before = try readFile(folder + "/" + Manifest.fileName)
    #expect(try scene.run(plan).cached == 1)
    #expect(try readFile(folder + "/" + Manifest.fileName) == before)
  }

  /// The manifest is written last, so without it nothing is finished.
  @Test func `without a manifest is cut off, and made again`() throws {
    let (scene, plan, folder) = try Self.made()
    let bytes = try scene.bytes()
    try Folder.remove(folder + "/" + Manifest.fileName)
    #expect(try Self.state(scene) == .interrupted)
    #expect(try scene.run(plan).ran == 1)
    #expect(try scene.bytes() == bytes)
  }

  @Test(arguments: ["{", "{}", "[]", ""])
  func `with a manifest that does not read is damaged, and made again`(_ text: String) throws {
    let (scene, plan, folder) = try Self.made()
    let bytes = try scene.bytes()
    try AtomicFile.write(text, to: folder + "/" + Manifest.fileName)
    #expect(try Self.state(scene) == .damaged)
    #expect(try scene.run(plan).ran == 1)
    #expect(try scene.bytes() == bytes)
  }

  @Test func `with a file too few or a byte too many is damaged`() throws {
    for change in ["remove", "append"] {
      let (scene, _, folder) = try Self.made()
      let path = folder + "/numbers.txt"
      if change == "remove" {
        try Folder.remove(path)
      } else {
        try AtomicFile.write(try readFile(path) + [0x0A], to: path)
      }
      #expect(try Self.state(scene) == .damaged, "\(change)")
    }
  }

  /// Twelve hex of another key may be the same: what is not ours is never written over.
  @Test func `of another key under the same name is refused, and left alone`() throws {
    let (scene, plan, folder) = try Self.made()
    let path = folder + "/" + Manifest.fileName
    var manifest = try Manifest.read(from: folder)
    var stage = try #require(manifest.stage)
    let key = try #require(stage["key"]?.stringValue)
    let other = String(key.prefix(12)) + String(repeating: "0", count: 52)
    stage["key"] = JSON(other)
    manifest = Manifest(
      kind: manifest.kind, content: manifest.content, files: manifest.files, stage: stage,
      machine: manifest.machine, archive: manifest.archive, details: manifest.details)
    try manifest.write(to: folder)
    let before = try readFile(path)
    let error = #expect(throws: (any Error).self) { try scene.run(plan) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(other))
    #expect(try readFile(path) == before)
  }

  /// A power cut may bring back what was removed before the manifest was written.
  @Test func `that is finished loses a checkpoint that came back`() throws {
    let (scene, plan, folder) = try Self.made()
    try Folder.make(folder + "/scratch")
    try AtomicFile.write("old", to: folder + "/scratch/state")
    #expect(try scene.run(plan).cached == 1)
    #expect(!Folder.isFolder(folder + "/scratch"))
  }
}
