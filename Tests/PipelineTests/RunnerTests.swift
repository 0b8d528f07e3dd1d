import Files
import Foundation
import Pipeline
import RunStore
import Stages
import Synchronization
import Testing

struct `A run` {
  @Test(arguments: [1, 2, 3])
  func `gives the same bytes at every number of threads`(_ threads: Int) throws {
    let plan = try Scene.plan(diamond)
    let (one, other) = (try Scene(), try Scene())
    try one.run(plan)
    let summary = try other.run(plan, threads: threads)
    #expect(try one.bytes() == other.bytes())
    #expect(summary.ran == 6)
    #expect(summary.report == other.root + "/report/report.html")
    #expect(try one.status().digest() == other.status().digest())
  }

  @Test func `seals each stage with its key, settings and inputs`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    let summary = try scene.run(plan)
    let entry = try #require(summary.stages.first { $0.name == "b" })
    let manifest = try Manifest.read(from: entry.folder)
    let inputs = try ["right", "left"].map { name in
      try Manifest.read(from: #require(summary.stages.first { $0.name == name }).folder).content
    }
    let key = StageKey(
      kind: "mix", codeVersion: 1, configuration: ["steps": 5, "model": ["size": 8]],
      inputs: inputs)
    #expect(entry.folder == "\(scene.root)/stages/b-\(key.short)")
    let stage: JSONObject = [
      "kind": "mix", "version": 1, "key": JSON(key.hex),
      "configuration": ["steps": 5, "model": ["size": 8]],
      "inputs": JSON(inputs) { ["kind": "numbers", "makes": [], "content": JSON($0)] },
    ]
    #expect(manifest.stage == stage)
    #expect(manifest.machine == ["cpu": "toy", "blas": "toy"])
    #expect(try Folder.names(in: entry.folder) == ["manifest.json", "model"])
  }

  @Test func `skips what is finished and makes anew only what a setting reaches`() throws {
    let scene = try Scene()
    try scene.run(try Scene.plan(diamond))
    let again = try scene.run(try Scene.plan(diamond))
    #expect(again.ran == 0 && again.cached == 6)
    let changed = try scene.run(try Scene.plan(diamond, ["b.steps=6"]))
    #expect(changed.stages.filter { !$0.wasCached }.map(\.name) == ["b", "top", "report"])
    // Going back finds the old folders still there.
    #expect(try scene.run(try Scene.plan(diamond)).ran == 0)
  }

  /// The key says what was in a file when the run was planned; other bytes under it would be a lie.
  @Test func `refuses a stage whose files have changed since it was planned`() throws {
    let scene = try Scene()
    try Folder.make(scene.root)
    let path = scene.root + "-file"
    defer { try? Folder.remove(path) }
    try AtomicFile.write("one", to: path)
    let text = "pipeline: p\nstages:\n  - {name: copy, kind: copy, with: {path: '\(path)'}}"
    let plan = try Scene.plan(text)
    try AtomicFile.write("two", to: path)
    let error = #expect(throws: (any Error).self) { try scene.run(plan) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("have changed since"))
    let again = try scene.run(try Scene.plan(text))
    let copy = try #require(again.stages.first?.folder)
    #expect(try readFile(copy + "/copy") == Array("two".utf8))
  }

  /// The name is not in the key, but in the folder; prose and thread counts are nowhere.
  @Test func `does not depend on prose`() throws {
    let scene = try Scene()
    try scene.run(try Scene.plan(diamond))
    #expect(try scene.run(try Scene.plan(diamond, ["about=other"]), threads: 3).ran == 0)
  }

  @Test func `makes a damaged folder again`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    let summary = try scene.run(plan)
    let bytes = try scene.bytes()
    let folder = try #require(summary.stages.first { $0.name == "left" }).folder
    var file = try readFile(folder + "/numbers.txt")
    file[3] ^= 1
    try AtomicFile.write(file, to: folder + "/numbers.txt")
    #expect(try scene.status().stages.first?.state == .damaged)
    #expect(try scene.run(plan, trustSize: true).ran == 0)
    #expect(try scene.run(plan).stages.filter { !$0.wasCached }.map(\.name) == ["left"])
    #expect(try scene.bytes() == bytes)
  }

  @Test func `removes leftovers of its own and nothing else`() throws {
    let scene = try Scene()
    let plan = try Scene.plan(diamond)
    let status = try scene.status(plan)
    let left = try #require(status.stages[0].folder)
    try Folder.make(scene.root + "/" + left)
    for path in [
      left + "/numbers.txt", left + "/.tmp-1-1-manifest.json", ".tmp-1-1-pipeline.json",
      "notes.txt", "stages/mine.txt",
    ] {
      try AtomicFile.write("old", to: scene.root + "/" + path)
    }
    try Folder.make(scene.root + "/stages/left-000000000000")
    let fresh = try Scene()
    try fresh.run(plan)
    try scene.run(plan)
    #expect(
      try scene.bytes().filter { !$0.hasPrefix("stages/mine.txt") } == fresh.bytes())
    #expect(fileExists(scene.root + "/notes.txt"))
    #expect(!fileExists(scene.root + "/.tmp-1-1-pipeline.json"))
    #expect(try scene.status().unused == ["stages/left-000000000000", "stages/mine.txt"])
  }

  /// Two runs at once would write into each other's folders.
  @Test func `refuses a folder that another one holds`() throws {
    let scene = try Scene()
    let lock = try RunLock(scene.root + "/run.lock", owner: "process 7 on elsewhere\n")
    let error = #expect(throws: RunLock.Held.self) { try scene.run(try Scene.plan(diamond)) }
    #expect(error?.owner == "process 7 on elsewhere")
    #expect(try Folder.names(in: scene.root) == ["run.lock"])
    withExtendedLifetime(lock) {}
  }

  @Test func `keeps its history and curves`() throws {
    let scene = try Scene()
    try scene.run(try Scene.plan(diamond))
    try scene.run(try Scene.plan(diamond))
    let store = try RunStore(reading: scene.root + "/run.sqlite")
    #expect(try store.runs().map(\.status) == ["finished", "finished"])
    let stages = try store.stages()
    #expect(
      stages.map(\.status) == Array(repeating: "finished", count: 6)
        + Array(repeating: "cached", count: 6))
    let b = try #require(stages.first { $0.name == "b" })
    #expect(try store.metrics(stage: "b", key: b.key).map(\.step) == [1, 2, 3, 4, 5])
    let curves = try Folder.names(in: scene.root + "/logs/tensorboard")
    #expect(curves == ["a", "b", "top"])
    let lines = try readFile(scene.root + "/logs/timings.jsonl").split(separator: 0x0A)
    #expect(lines.count == 6)
  }

  @Test func `puts a damaged store aside and goes on`() throws {
    let scene = try Scene()
    try AtomicFile.write(String(repeating: "x", count: 5000), to: scene.root + "/run.sqlite")
    try scene.run(try Scene.plan(diamond))
    #expect(try RunStore(reading: scene.root + "/run.sqlite").runs().count == 1)
    #expect(fileExists(scene.root + "/run.sqlite.damaged"))
  }
}

struct `A run that is cut off` {
  static let points: Int = {
    do {
      let scene = try Scene()
      Faults.plan(scene.root) { _ in }
      try scene.run(try Scene.plan(diamond))
      return Faults.points(scene.root)
    } catch {
      return 0
    }
  }()

  /// Whatever point it stops at, and however many threads go on: the bytes are those of a run that
  /// was left in peace.
  @Test(arguments: [1, 2, 3])
  func `at any point gives the same bytes when run again`(_ threads: Int) throws {
    let plan = try Scene.plan(diamond)
    let whole = try Scene()
    try whole.run(plan)
    let bytes = try whole.bytes()
    #expect(Self.points > 15)
    for point in 1...Self.points {
      let scene = try Scene()
      Faults.plan(scene.root) { if $0 == point { throw Interrupted() } }
      #expect(throws: Interrupted.self) { try scene.run(plan, threads: threads) }
      #expect(try scene.bytes() != bytes)
      Faults.plan(scene.root, nil)
      try scene.run(plan, threads: 4 - threads)
      #expect(try scene.bytes() == bytes, "stopped at point \(point)")
    }
  }

  /// Nothing is waiting and nothing is at work when the last stages stop: the run is not done.
  @Test(arguments: [1, 2]) func `in its last stages says so`(threads: Int) throws {
    let plan = try Scene.plan(
      """
      pipeline: leaves
      about: two stages that nothing follows
      seed: 1
      stages:
        - {name: left, kind: numbers}
        - {name: right, kind: numbers, with: {count: 5}}
      """)
    let scene = try Scene()
    for point in [4, 1, 2] {
      Faults.plan(scene.root) { if $0 >= point { throw Interrupted() } }
      #expect(throws: Interrupted.self) { try scene.run(plan, threads: threads) }
    }
    Faults.plan(scene.root, nil)
    try scene.run(plan, threads: threads)
  }

  @Test func `again and again still ends with the same bytes`() throws {
    let plan = try Scene.plan(diamond)
    let whole = try Scene()
    try whole.run(plan)
    let scene = try Scene()
    var rounds = 0
    while rounds < 100 {
      Faults.plan(scene.root) { if $0 == 4 { throw Interrupted() } }
      do {
        try scene.run(plan, threads: 2)
        break
      } catch is Interrupted {
        rounds += 1
      }
    }
    #expect((4..<100).contains(rounds))
    #expect(try scene.bytes() == whole.bytes())
  }

  /// A resume that started over would pass as well; it has to take the checkpoint up.
  @Test func `goes on from its checkpoint`() throws {
    let plan = try Scene.plan(diamond)
    let scene = try Scene()
    Faults.plan(scene.root) { if $0 == 10 { throw Interrupted() } }
    #expect(throws: Interrupted.self) { try scene.run(plan) }
    let first = Faults.points(scene.root)
    let cut = try scene.status()
    #expect(
      cut.stages.first { $0.state == .interrupted }?.why == "goes on from its last checkpoint")
    Faults.plan(scene.root) { _ in }
    try scene.run(plan)
    #expect(first + Faults.points(scene.root) == Self.points + 1)
  }

  @Test func `by a failing stage names it, keeps the rest, and status says why`() throws {
    let plan = try Scene.plan(diamond)
    let scene = try Scene()
    Faults.plan(scene.root) { if $0 == 9 { throw ToyFailure() } }
    let error = #expect(throws: RunError.self) { try scene.run(plan, threads: 1) }
    #expect("\(try #require(error))" == "a: the toy broke")
    let status = try scene.status()
    #expect(
      status.stages.map(\.state) == [
        .finished, .finished, .failed, .ready, .waiting, .waiting,
      ])
    #expect(status.stages[2].why == "the toy broke")
    #expect(status.text.contains("failed"))
    #expect(try scene.run(plan).cached == 2)
  }
}

struct `A run in which two stages fail at once` {
  @Test func `says the reason of each`() throws {
    let scene = try Scene()
    let both = Mutex(0)
    // Neither throws before the other has begun.
    Faults.plan(scene.root) { _ in
      both.withLock { $0 += 1 }
      while both.withLock({ $0 }) < 2 { usleep(1000) }
      throw ToyFailure()
    }
    let error = #expect(throws: RunError.self) {
      try scene.run(try Scene.plan(diamond), threads: 2)
    }
    let lines = "\(try #require(error))".split(separator: "\n").sorted()
    #expect(lines == ["left: the toy broke", "right: the toy broke"])
    let status = try scene.status()
    #expect(status.stages.prefix(2).allSatisfy { $0.state == .failed && $0.why == "the toy broke" })
  }
}

struct `A run that is asked to stop` {
  /// The stages see the wish at their next check; none is begun after it.
  @Test func `leaves with what is finished`() async {
    await #expect(processExitsWith: .exitCode(75)) {
      let scene = try Scene()
      Faults.plan(scene.root) { count in
        if count == 5 { Interruption.request() }
        try Interruption.check()
      }
      do {
        try scene.run(try Scene.plan(diamond))
      } catch is Interrupted {
        let states = try scene.status().stages.map(\.state)
        try Folder.remove(scene.root)
        exit(states.prefix(3) == [.finished, .interrupted, .ready] ? 75 : 1)
      }
      exit(2)
    }
  }

  /// A scheduler kills what does not leave in time; what is cut off is safe on disk.
  @Test func `does not wait for a stage that hangs`() async {
    await #expect(processExitsWith: .exitCode(75)) {
      let scene = try Scene()
      Faults.plan(scene.root) { _ in
        Interruption.request()
        Thread.sleep(forTimeInterval: 60)
      }
      let begun = ContinuousClock.now
      do {
        try scene.run(try Scene.plan(diamond))
      } catch is Interrupted {
        try Folder.remove(scene.root)
        exit(ContinuousClock.now - begun < .seconds(5) ? 75 : 1)
      }
      exit(2)
    }
  }
}

struct `A single stage` {
  @Test func `runs when its inputs are finished and says what it waits for`() throws {
    let plan = try Scene.plan(diamond)
    let scene = try Scene()
    Faults.plan(scene.root) { if $0 == 4 { throw Interrupted() } }
    #expect(throws: Interrupted.self) { try scene.run(plan) }
    Faults.plan(scene.root, nil)
    func run(_ name: String) throws -> Bool {
      try SingleStage.run(
        folder: scene.root, name: name, options: .init(quiet: true), stageTypes: toys,
        machine: { _ in ["cpu": "toy", "blas": "toy"] })
    }
    let error = #expect(throws: RunError.self) { _ = try run("top") }
    #expect("\(try #require(error))".contains("not finished"))
    for name in ["right", "a", "b", "top", "report"] { #expect(try run(name)) }
    #expect(try run("top") == false)
    let whole = try Scene()
    try whole.run(plan)
    #expect(
      try scene.bytes() == whole.bytes().filter { !$0.hasPrefix("report/") })
    #expect(throws: RunError.self) { _ = try run("topp") }
  }
}
