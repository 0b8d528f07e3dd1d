import Files
import Pipeline
import Testing

struct `The status of a run folder` {
  private func masked(_ text: String, _ scene: Scene) -> String {
    text.replacing(scene.root, with: "ROOT").replacing(/\d\.\d\d s/, with: "0.00 s")
  }

  @Test func `of a plan that never ran shows what would be done`() throws {
    let scene = try Scene()
    let text = masked(try scene.status(try Scene.plan(diamond)).planText, scene)
    #expect(
      text == """
        diamond into ROOT
          left    numbers  8f903401316c  to run
          right   numbers  4215d01f2f8c  to run
          a       mix      -             to run, key not known yet: depends on left
          b       mix      -             to run, key not known yet: depends on right, left
          top     mix      -             to run, key not known yet: depends on a, b
          report  compare  -             to run, key not known yet: depends on top, a
        6 stages: 0 cached, 6 to run

        """)
    #expect(try Folder.names(in: scene.root) == [])
  }

  @Test func `tells the finished from the missing`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    Faults.plan(scene.root) { if $0 == 13 { throw Interrupted() } }
    #expect(throws: Interrupted.self) { try scene.run(plan) }
    try Folder.make(scene.root + "/stages/old-0123456789ab")
    let text = masked(try scene.status().text, scene)
    #expect(
      text == """
        diamond in ROOT
          ✓ left    numbers  finished     8f903401316c    0.00 s  20 numbers
          ✓ right   numbers  finished     4215d01f2f8c    0.00 s  30 numbers
          ✓ a       mix      finished     a63a50519971    0.00 s  3 steps
          ◦ b       mix      interrupted  abb75872c105            goes on from its last checkpoint
          · top     mix      waiting      -                       depends on b
          · report  compare  waiting      -                       depends on top
        6 stages: 3 finished, 1 interrupted, 2 waiting
        work of the finished stages, on one thread: 0.00 s
        not used by this plan: stages/old-0123456789ab; `retort clean ROOT` removes what no pipeline \
        of the folder names

        """)
  }

  @Test func `needs a run folder`() {
    #expect(throws: RunError.self) { _ = try RunStatus.read("/nowhere") }
  }

  @Test func `says who holds the folder and what runs`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    Faults.plan(scene.root) { if $0 == 13 { throw Interrupted() } }
    #expect(throws: Interrupted.self) { try scene.run(plan) }
    let lock = try RunLock(scene.root + "/run.lock", owner: "process 7\n")
    let status = try scene.status()
    #expect(status.owner == "process 7")
    #expect(status.count(.running) == 1)
    withExtendedLifetime(lock) {}
  }

  @Test func `as JSON holds the same`() throws {
    let scene = try Scene()
    try scene.run(try Scene.plan(diamond))
    let json = try JSON.parse(try scene.status().json.serialized())
    #expect(json["stages"]?.arrayValue?.count == 6)
    #expect(json["stages"]?.arrayValue?[0]["counts"] == ["numbers": 20])
    #expect(json["stages"]?.arrayValue?[0]["summary"] == "20 numbers")
    #expect(json["report"]?.stringValue == scene.root + "/report/report.html")
  }

  /// One flipped bit anywhere is named; logs and other pipelines' folders do not count.
  @Test func `has a digest of what is promised and of nothing else`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    try scene.run(plan)
    let digest = try scene.status().digest()
    try AtomicFile.write("x", to: scene.root + "/logs/other")
    try Folder.make(scene.root + "/stages/old-0123456789ab")
    #expect(try scene.status().digest() == digest)
    let stages = try Folder.names(in: scene.root + "/stages").filter { $0.hasPrefix("left-") }
    for path in ["report/report.json", "report/report.html", "stages/\(stages[0])/numbers.txt"] {
      let whole = try readFile(scene.root + "/" + path)
      var bytes = whole
      bytes[0] ^= 1
      try AtomicFile.write(bytes, to: scene.root + "/" + path)
      let error = #expect(throws: RunError.self) { try scene.status().digest() }
      #expect("\(try #require(error))".contains(path), "\(path)")
      try AtomicFile.write(whole, to: scene.root + "/" + path)
    }
    #expect(try scene.status().digest() == digest)
  }

  @Test func `reads a plan back as it was`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(ExpansionTexts.diamondWithNumbers)
    try scene.run(plan)
    #expect(try Plan.read(from: scene.root) == plan)
  }
}

enum ExpansionTexts {
  static let diamondWithNumbers = diamond.replacing("count: 20", with: "count: 21")
}
