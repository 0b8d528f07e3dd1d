import Files
import Pipeline
import Testing

struct `Cleaning a run folder` {
  private func names(_ scene: Scene) throws -> [String] {
    try Folder.names(in: scene.root + "/stages").map { String($0.prefix { $0 != "-" }) }.sorted()
  }

  @Test func `removes what earlier settings made, and nothing that is in use`() throws {
    let scene = try Scene()
    try scene.run(try Scene.plan(diamond))
    try scene.run(try Scene.plan(diamond, ["b.steps=6"]))
    let before = try scene.status().digest()
    let seen = try Cleaning.look(at: scene.root)
    #expect(
      seen.orphans.map { String($0.path.dropLast(13)) } == [
        "stages/b", "stages/report", "stages/top",
      ])
    #expect(seen.orphans.allSatisfy { $0.bytes > 0 } && seen.undecided.isEmpty)
    #expect(try names(scene).count == 9)
    #expect(try Cleaning.run(in: scene.root) == seen)
    #expect(try names(scene).count == 6)
    #expect(try scene.status().digest() == before)
    #expect(try scene.run(try Scene.plan(diamond, ["b.steps=6"])).ran == 0)
    #expect(try Cleaning.run(in: scene.root).orphans.isEmpty)
  }

  /// Two pipelines may share a folder and what both make.
  @Test func `keeps the stages of every pipeline that ran into it`() throws {
    let scene = try Scene()
    let other =
      "pipeline: other\nstages: [{name: left, kind: numbers, with: {count: 20}}, {name: more, kind: numbers, with: {count: 3}}]"
    try scene.run(try Scene.plan(other))
    try scene.run(try Scene.plan(diamond))
    let found = try Cleaning.run(in: scene.root)
    #expect(found.orphans.isEmpty && found.pipelines == ["diamond", "other"])
    #expect(try names(scene).contains("more"))
    try scene.run(try Scene.plan(other, ["more.count=4"]))
    #expect(try Cleaning.run(in: scene.root).orphans.count == 1)
    #expect(try scene.run(try Scene.plan(diamond)).ran == 0)
  }

  /// The key of a stage whose input is not finished is not known, so its folder may be of use.
  @Test func `keeps folders of stages whose inputs are not finished`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    let summary = try scene.run(plan)
    let left = try #require(summary.stages.first { $0.name == "left" }).folder
    try Folder.remove(left + "/manifest.json")
    let found = try Cleaning.run(in: scene.root)
    #expect(found.orphans.isEmpty)
    #expect(found.undecided.count == 4)
    #expect(try scene.run(plan).ran == 1)
  }

  @Test func `leaves alone what no stage's name has`() throws {
    let scene = try Scene()
    try scene.run(try Scene.plan(diamond))
    for name in ["mine", "left-0123", "left-XYZ456789abc", "-0123456789ab", "mydata-aaaaaaaaaaaa"] {
      try Folder.make(scene.root + "/stages/" + name)
    }
    #expect(try Cleaning.run(in: scene.root).orphans.isEmpty)
    #expect(try Folder.names(in: scene.root + "/stages").contains("mine"))
  }

  @Test func `is refused while a run owns the folder, and for what is no run`() throws {
    let scene = try Scene()
    #expect(throws: RunError.self) { try Cleaning.run(in: scene.root) }
    #expect(!fileExists(scene.root + "/run.lock"))
    try scene.run(try Scene.plan(diamond))
    let lock = try RunLock(scene.root + "/run.lock", owner: "process 7\n")
    #expect(throws: RunLock.Held.self) { try Cleaning.run(in: scene.root) }
    withExtendedLifetime(lock) {}
  }
}
