import Files
import Stages
import Testing
import Training

/// Temperature, mix and shares that change in the course of a training.
struct `A training whose settings change with its steps` {
  static let changing: [JSONObject] = [
    ["temperature": ["from": 4, "to": 1, "over": 0.5]],
    ["mix": ["from": 0, "to": 1, "shape": "cosine"]],
    ["objective": "jsd", "beta": ["from": 0.1, "to": 0.9, "shape": "constant", "over": 0.4]],
    ["objective": ["name": "skew-kl", "alpha": ["from": 0.5, "to": 0.1]]],
    ["objective": ["name": "skew-reverse-kl", "alpha": ["from": 0.5], "mix": ["to": 0.5]]],
    ["objective": "total-variation", "temperature": ["from": 2, "to": 1]],
    ["objective": "reverse-kl", "temperature": ["from": 2, "to": 1], "mix": ["from": 0.5]],
  ]

  private func digest(
    _ sets: TinySets, _ inputs: [StageInput], _ with: JSONObject, _ name: String,
    stopAt: Int? = nil
  ) throws -> [String] {
    var run = TinyRun(inputs: inputs)
    run.with = with
    let out = sets.place.path + "/" + name
    if let stopAt {
      #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
    }
    return try TinyRun.digest(of: run(out), in: out)
  }

  /// The value is a function of the step, so nothing of it needs to be kept.
  @Test(arguments: changing) func `writes the same bytes after a stop`(with: JSONObject) throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(48)]
    let whole = try digest(sets, inputs, with, "whole")
    #expect(try digest(sets, inputs, with, "stopped", stopAt: 6) == whole)
  }

  /// Each end of a schedule is what a plain number would have been there.
  @Test func `begins and ends as the plain values do`() throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(48)]
    func losses(_ with: JSONObject, _ name: String) throws -> [Double] {
      var run = TinyRun(inputs: inputs)
      run.with = with
      run.with["log_every"] = 1
      let out = sets.place.path + "/" + name
      _ = try run(out)
      return try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
    }
    let hot = try losses(["temperature": 4], "hot")
    let falling = try losses(["temperature": ["from": 4, "to": 1, "over": 0.5]], "falling")
    #expect(falling[0] == hot[0] && falling[1] != hot[1])
    let plain = try losses(["temperature": 1], "plain")
    #expect(try losses(["temperature": ["from": 1, "to": 1]], "same") == plain)
    #expect(try losses(["temperature": ["from": 4, "to": 1, "over": 0]], "over") == plain)
  }

  @Test func `logs what changes, and only that`() throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    run.with = ["temperature": ["from": 4, "to": 1], "log_every": 1]
    let out = sets.place.path + "/out"
    let result = try run(out)
    let lines = try TinyRun.metrics(in: out)
    #expect(lines.first?["temperature"]?.doubleValue == 4)
    #expect(lines.last?["temperature"]?.doubleValue == 1)
    #expect(lines.allSatisfy { $0["mix"] == nil })
    #expect(result.details["formula"]?.stringValue?.contains("T = 4 \u{2192} 1") == true)
  }

  @Test func `is refused while planning where an end is out of bounds`() throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    for with: JSONObject in [
      ["temperature": ["from": 0, "to": 1]], ["mix": ["to": 2]],
      ["objective": "jsd", "beta": ["from": 0.001]], ["mix": ["over": 2]],
      ["temperature": ["start": 4]],
    ] {
      run.with = with
      #expect(throws: ConfigurationError.self) { try run(sets.place.path + "/out") }
    }
  }

  /// The share of texts that the student writes: lambda of on-policy distillation.
  @Test func `may change whose texts are learnt`() throws {
    let sets = try TinySets()
    var teacher = TinyRun(inputs: [try sets.labelled("taught"), try sets.order(48)])
    teacher.kind = .train
    let folder = sets.place.path + "/teacher"
    let result = try teacher(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash("teacher").hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    try manifest.write(to: folder)
    let model = StageInput(
      name: "teacher", kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
    let inputs = [try sets.labelled(), try sets.order(48), model]
    func with(_ share: JSON) -> JSONObject {
      ["texts": ["name": "student", "share": share, "max_new_tokens": 8]]
    }
    let rising = with(["from": 0, "to": 1])
    let whole = try digest(sets, inputs, rising, "whole")
    #expect(try digest(sets, inputs, rising, "stopped", stopAt: 6) == whole)
    #expect(try digest(sets, inputs, with(0), "none") != whole)
    #expect(try digest(sets, inputs, with(1), "all") != whole)
    let never = try digest(sets, inputs, with(["from": 0, "to": 0]), "never")
    #expect(never.dropLast() == (try digest(sets, inputs, with(0), "none2")).dropLast())
  }
}
