import Files
import Foundation
import Stages
import Testing
import Training

/// A student that learns from what it writes itself, scored by a living teacher.
struct `The student's own texts` {
  private let sets: TinySets
  private let inputs: [StageInput]

  init() throws {
    sets = try TinySets()
    let order = try sets.order(48)
    var run = TinyRun(inputs: [try sets.labelled("taught"), order])
    run.kind = .train
    run.with = ["seed": 3]
    let folder = sets.place.path + "/teacher"
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash("teacher").hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    try manifest.write(to: folder)
    inputs = [
      try sets.plain(), order,
      StageInput(
        name: "teacher", kind: "train", makes: [.model],
        finished: .init(folder: folder, manifest: manifest)),
    ]
  }

  private func digest(
    _ name: String, _ with: JSONObject, threads: Int = 1, stopAt: Int? = nil
  ) throws -> [String] {
    var run = TinyRun(inputs: inputs)
    run.threads = threads
    run.with = with
    let out = sets.place.path + "/" + name
    if let stopAt {
      #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
    }
    return try TinyRun.digest(of: run(out), in: out)
  }

  /// What is written depends on the weights: a resumed training must write it anew, and the same.
  @Test(arguments: ["forward-kl", "reverse-kl", "jsd"])
  func `give the same bytes on any number of threads, and after a stop`(objective: String) throws {
    let with: JSONObject = [
      "texts": ["name": "student", "share": 0.75, "max_new_tokens": 9],
      "objective": JSON(objective),
    ]
    let whole = try digest("a", with)
    for threads in [2, 3] { #expect(try digest("t\(threads)", with, threads: threads) == whole) }
    for step in [4, 6] { #expect(try digest("s\(step)", with, stopAt: step) == whole) }
    #expect(try digest("set", ["objective": JSON(objective)]) != whole)
  }

  @Test func `are the set's where the student writes no share of them`() throws {
    let own = try digest("own", ["texts": "student", "share": 0])
    #expect(try own == digest("set", ["texts": "set"]))
    #expect(try own != digest("half", ["texts": "student", "share": 0.5]))
  }

  /// One new token a sample, whatever the set's solutions are.
  @Test func `end at their limit, and what is written is what is learnt`() throws {
    let out = sets.place.path + "/short"
    var run = TinyRun(inputs: inputs)
    run.with = ["texts": ["name": "student", "max_new_tokens": 1]]
    let result = try run(out)
    #expect(result.details["tokens"]?.intValue == TinyRun.steps * TinyRun.batch)
    // Twelve steps hardly teach a student to end.
    run.with = ["texts": ["name": "student", "max_new_tokens": 1000], "max_tokens": 40]
    let long = try run(sets.place.path + "/long")
    let rows = long.details["tokens_processed"]?.intValue ?? 0
    let texts = TinyRun.steps * TinyRun.batch
    #expect(rows > 20 * texts && rows <= 39 * texts)
  }

  /// The divergence on the student's own texts is what is minimised.
  @Test func `are learnt from`() throws {
    let out = sets.place.path + "/learnt"
    var run = TinyRun(inputs: inputs)
    run.with = [
      "texts": ["name": "student", "max_new_tokens": 12], "objective": "reverse-kl", "log_every": 1,
    ]
    _ = try run(out)
    let losses = try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
    #expect(losses.count == TinyRun.steps)
    #expect(losses[TinyRun.steps - 1] < losses[0] / 2)
  }

  private func losses(_ name: String, _ weights: JSON?) throws -> [Double] {
    var run = TinyRun(inputs: inputs)
    run.with = ["texts": ["name": "student", "max_new_tokens": 60], "log_every": 1]
    if let weights { run.with["weights"] = weights }
    let out = sets.place.path + "/" + name
    _ = try run(out)
    return try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
  }

  /// What a fresh student writes is all wrong: a weight that all share changes roundings alone, one
  /// of what follows the first bad line changes what is learnt.
  @Test func `weigh what verifiers say of them`() throws {
    let plain = try losses("plain", nil)
    #expect(try losses("ones", ["rejected": 1]) == plain)
    for (found, expected) in zip(try losses("half", ["rejected": 0.5]), plain) {
      #expect(abs(found - expected) < 1e-5 * expected)
    }
    let cut = try losses("cut", ["rejected": 1, "after_error": 0])
    #expect(zip(cut, plain).contains { abs($0 - $1) > 1e-3 * $1 })
  }

  @Test func `are judged alike on any number of threads, and after a stop`() throws {
    let with: JSONObject = [
      "texts": ["name": "student", "max_new_tokens": 9],
      "weights": ["rejected": 0.5, "after_error": 0.25],
    ]
    let whole = try digest("whole", with)
    #expect(try digest("threads", with, threads: 2) == whole)
    #expect(try digest("stopped", with, stopAt: 5) == whole)
  }

  /// All texts of a step may be rejected.
  @Test(arguments: ["rejected", "unchecked"])
  func `always weigh something`(key: String) throws {
    var run = TinyRun(inputs: inputs)
    run.with = ["texts": "student", "weights": .object(JSONObject([(key, 0)]))]
    let error = #expect(throws: ConfigurationError.self) { try run(sets.place.path + "/none") }
    #expect(error?.path == ["weights"])
  }

  @Test func `need a living teacher`() throws {
    var run = TinyRun(inputs: [try sets.labelled(), inputs[1]])
    run.with = ["texts": "student"]
    let error = #expect(throws: ConfigurationError.self) { try run(sets.place.path + "/none") }
    #expect(error?.path == ["texts"])
  }

  @Test(arguments: [("share", 2), ("max_new_tokens", 0), ("writing_temperature", -1)])
  func `refuse settings out of bounds`(key: String, value: Int) throws {
    var run = TinyRun(inputs: inputs)
    run.with = ["texts": .object(JSONObject([("name", "student"), (key, JSON(value))]))]
    let error = #expect(throws: ConfigurationError.self) { try run(sets.place.path + "/none") }
    #expect(error?.path == ["texts", key])
  }
}
