import Files
import Stages
import Synchronization
import Testing
import Training

struct `A checkpoint` {
  private let sets: TinySets
  private let run: TinyRun
  private let out: String
  private let reference: [String]

  init() throws {
    sets = try TinySets()
    run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    out = sets.place.path + "/out"
    let whole = sets.place.path + "/whole"
    reference = try TinyRun.digest(of: run(whole), in: whole)
    // Checkpoints of steps 6 and 8 stand there.
    #expect(throws: Interrupted.self) { try run(out, stopAt: 9) }
    #expect(try checkpoints() == ["step-000006", "step-000008"])
  }

  private func checkpoints() throws -> [String] { try Folder.names(in: out + ".scratch") }

  private func change(_ file: String, _ body: (inout [UInt8]) -> Void) throws {
    let path = out + ".scratch/step-000008/" + file
    var bytes = try readFile(path)
    body(&bytes)
    try AtomicFile.write(bytes, to: path)
  }

  @Test(arguments: ["state.json", "state.safetensors", "manifest.json"])
  func `with a flipped bit gives way to the one before`(file: String) throws {
    try change(file) { $0[$0.count / 2] ^= 4 }
    let result = try run(out)
    #expect(try TinyRun.digest(of: result, in: out) == reference)
  }

  @Test(arguments: ["state.json", "state.safetensors", "manifest.json"])
  func `cut short gives way to the one before`(file: String) throws {
    try change(file) { $0.removeLast($0.count / 3) }
    #expect(try TinyRun.digest(of: run(out), in: out) == reference)
  }

  /// What a kill in the middle of writing leaves: a folder without its manifest.
  @Test func `without a manifest does not exist`() throws {
    try Folder.remove(out + ".scratch/step-000008/manifest.json")
    #expect(throws: Interrupted.self) { try run(out, stopAt: 2) }
    #expect(try checkpoints() == ["step-000006", "step-000007"])
    #expect(try TinyRun.digest(of: run(out), in: out) == reference)
  }

  @Test func `none of which holds means the start`() throws {
    for name in try checkpoints() {
      try Folder.remove(out + ".scratch/" + name + "/manifest.json")
    }
    #expect(try TinyRun.digest(of: run(out), in: out) == reference)
  }

  /// Bytes are promised to be the same on one kind of processor. A run that goes on on another ends
  /// in the bytes of neither, and once nobody could tell.
  @Test func `of another processor is taken up, said and written down`() throws {
    let lines = Mutex<[String]>([])
    var other = run
    other.said = { line in lines.withLock { $0.append(line) } }
    var same = other
    #expect(throws: Interrupted.self) { try same(out, stopAt: 2) }
    #expect(lines.withLock { $0.isEmpty })
    other.machine = "v3"
    same = other
    let result = try other(out)
    #expect(
      result.details["machines"]
        == [
          ["from": 1, "to": 9, "instruction_set": "v4"],
          ["from": 10, "to": 12, "instruction_set": "v3"],
        ])
    #expect(result.summary.contains("steps 1 to 9 on v4; 10 to 12 on v3"))
    let said = lines.withLock { $0 }
    #expect(said.count == 1 && said[0].contains("goes on at step 10 on v3"), "\(said)")
  }

  /// One kind from the beginning to the end is one entry, stops or not.
  @Test func `names its processor in what it leads to`() throws {
    let result = try run(out)
    #expect(result.details["machines"] == [["from": 1, "to": 12, "instruction_set": "v4"]])
    #expect(!result.summary.contains("v4"))
  }

  @Test func `of other settings is refused`() throws {
    var other = run
    other.with = ["learning_rate": 0.02]
    let error = #expect(throws: TrainingError.self) { try other(out) }
    #expect(error?.description.contains("other settings or inputs") == true)
    #expect(error?.description.contains("step-000008") == true)
    #expect(try checkpoints() == ["step-000006", "step-000008"])
  }

  @Test func `of other inputs is refused`() throws {
    var other = run
    other.inputs[0] = try sets.labelled("other", oracle: true)
    #expect(throws: TrainingError.self) { try other(out) }
  }
}
