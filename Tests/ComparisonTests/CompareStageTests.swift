import Comparison
import ReportPage
import Files
import Foundation
import Stages
import Scores
import Testing
import Statistics

struct `The compare stage` {
  private func report(_ fixture: Fixture) throws -> Report {
    defer { fixture.remove() }
    return try Report(json: readFile(fixture.run() + "/report.json"))
  }

  @Test func `finds a planted difference and says its size`() throws {
    let report = try report(Fixture())
    let headline = try #require(report.results.comparisons[0].headline)
    #expect(headline.arm == "kd-full" && headline.baseline == "scratch")
    #expect(headline.claim.kind == .better)
    let interval = try #require(headline.interval)
    // Planted: 0.20 - 0.85.
    #expect(try #require(interval.low) < -0.65 && #require(interval.high) > -0.65)
    #expect(report.verdicts[0].contains("lower KL above the floor at choice tokens"))
    #expect(report.verdicts[0].contains("3 paired seeds"))
  }

  /// The same runs twice under two names: whatever is found there is the tool's own.
  @Test func `an arm against itself gives no claim in any metric`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85), ("kd-full", 0.85)]
    fixture.ownSpread = 0
    fixture.hasBest = false
    fixture.alterItem = { stage, _, line in
      // What is drawn by the stage's name is written over: both arms have the same, seed by seed.
      for key in ["answer_ok", "verified"] { line[key] = true }
      let choice = line["n_choice"]?.doubleValue ?? 0
      let forced = line["n_forced"]?.doubleValue ?? 0
      let seed = stage.contains("-s1-") ? 0.1 : stage.contains("-s2-") ? 0.2 : 0.3
      line["nll_choice"] = JSON((0.64 + seed) * choice)
      line["ce_choice"] = JSON((0.64 + seed) * choice)
      line["nll_forced"] = JSON(seed * forced)
      line["ce_forced"] = JSON(seed * forced)
      line["invalid_mass"] = JSON(seed * forced)
    }
    let report = try report(fixture)
    #expect(report.results.comparisons[0].contrasts.count > 10)
    for contrast in report.results.comparisons[0].contrasts {
      #expect(contrast.claim.kind == .noClaim)
    }
    #expect(report.verdicts[0].hasPrefix("No claim"))
  }

  @Test func `a null result is printed as no claim`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.5), ("kd-full", 0.5)]
    fixture.ownSpread = 0.2
    let out = try fixture.run()
    defer { fixture.remove() }
    let page = String(decoding: try readFile(out + "/report.html"), as: UTF8.self)
    #expect(page.contains(">no claim<"))
    #expect(page.contains("No claim. At about"))
  }

  @Test func `a cross-entropy below its floor is refused with file and line`() throws {
    var fixture = Fixture()
    fixture.alterItem = { stage, item, line in
      if stage == "n1000-kd-full-s1-evaluation", item == 2 { line["ce_choice"] = 0.5 }
    }
    defer { fixture.remove() }
    let error = #expect(throws: ComparisonError.self) { try fixture.run() }
    let text = error?.description ?? ""
    #expect(text.contains("final.jsonl: line 3") && text.contains("floor"))
  }

  @Test func `a failed seed leaves the others, and the report says so`() throws {
    var fixture = Fixture()
    fixture.failed = ["n1000-kd-full-s2", "n1000-kd-full-s2-evaluation"]
    let out = try fixture.run()
    defer { fixture.remove() }
    let report = try Report(json: readFile(out + "/report.json"))
    let headline = try #require(report.results.comparisons[0].headline)
    #expect(headline.seeds == [1, 3])
    #expect(report.results.checks.contains { $0.name == "missing run" && $0.state == .flag })
    let page = String(decoding: try readFile(out + "/report.html"), as: UTF8.self)
    #expect(page.contains("missing: the training n1000-kd-full-s2 is not finished"))
  }

  @Test func `nothing finished still makes a report`() throws {
    var fixture = Fixture()
    fixture.failed = Set(
      fixture.plans[0].levels.flatMap { level in
        (1...3).flatMap { ["n1000-\(level.arm)-s\($0)", "n1000-\(level.arm)-s\($0)-evaluation"] }
      } + ["teacher", "teacher-evaluation", "n1000-labels", "own-traces"])
    let report = try report(fixture)
    #expect(report.results.comparisons[0].headline?.claim.kind == .noData)
  }

  /// An evaluation that did not let the models write says nothing about their answers; 0 % would be
  /// a lie.
  @Test func `without written traces there are no shares`() throws {
    var fixture = Fixture()
    fixture.alterItem = { _, _, line in
      line["generated"] = .null
      line["answer_ok"] = false
    }
    let report = try report(fixture)
    let metrics = report.results.comparisons[0].contrasts.map(\.metric)
    #expect(metrics.contains(.ceChoice) && !metrics.contains(.answer))
    #expect(!report.results.checks.contains { $0.name == "accuracy range" })
  }

  @Test func `one seed makes no claim`() throws {
    var fixture = Fixture()
    fixture.seeds = 1
    let report = try report(fixture)
    #expect(report.results.comparisons[0].headline?.claim.kind == .singleRun)
    #expect(report.verdicts[0].hasPrefix("Single run"))
  }

  /// The page says what the facts say, so who reads it reads no other hand's words.
  @Test func `an edited page fails the check`() throws {
    let fixture = Fixture()
    defer { fixture.remove() }
    let out = try fixture.run()
    let count = try Report.check(out).count
    #expect(!(try Report.check(out).contains { $0.name == "page" }))
    let path = out + "/report.html"
    let page = try readFile(path)
    for change in 0..<8 {
      var bytes = page
      if change == 0 {
        bytes.append(0x0A)
      } else if change == 1 {
        bytes = []
      } else {
        bytes[bytes.count * (change - 1) / 8] ^= 1
      }
      try AtomicFile.write(bytes, to: path)
      #expect(throws: ComparisonError.page(path)) { try Report.check(out) }
    }
    try Folder.remove(path)
    let checks = try Report.check(out)
    #expect(checks.count == count + 1 && checks.last?.name == "page" && checks.last?.state == .flag)
    // A folder that has a manifest is held to it.
    try AtomicFile.write(page, to: path)
    try Manifest(
      kind: "compare", content: Fixture.digest("report"),
      files: [Manifest.File(path: "report.json", bytes: 1, sha256: Fixture.digest("other"))]
    ).write(to: out)
    #expect(throws: ManifestError.self) { try Report.check(out) }
  }

  @Test func `several sizes are drawn against each other`() throws {
    var fixture = Fixture()
    fixture.plans.append(
      .init(name: "n6000", samples: 6000, levels: [("scratch", 0.3), ("kd-full", 0.22)]))
    let report = try report(fixture)
    #expect(report.results.bySize.map(\.samples) == [1000, 6000])
    #expect(report.verdicts[1].hasPrefix("n6000: "))
  }
}

struct `Settings of the compare stage` {
  private func read(_ with: JSONObject, _ inputs: [String] = []) throws {
    var settings = Settings(with)
    _ = try CompareStage(
      &settings,
      inputs: inputs.map { StageInput(name: $0, kind: "train", makes: [.model], finished: nil) })
    try settings.finish()
  }

  private let role: JSON = [
    "input": "a-scratch-s1", "role": "training", "comparison": "a", "arm": "scratch", "seed": 1,
  ]

  @Test func `a plan that is fit is taken before anything has run`() throws {
    try read(
      [
        "roles": [role],
        "comparisons": [["name": "a", "arms": ["scratch"], "seeds": 3, "primary": "nll"]],
      ], ["a-scratch-s1"])
  }

  @Test(arguments: [
    ("{}", "roles"), (#"{"roles":[]}"#, "roles"),
    (#"{"roles":[{"input":"x","role":"chef"}]}"#, "expected a role"),
    (#"{"roles":[{"input":"x","role":"training"}]}"#, "comparison, arm and seed"),
    (#"{"roles":[{"input":"x","role":"labels"}]}"#, "nothing to compare"),
    (
      #"{"roles":[{"input":"x","role":"labels"}],"comparisons":[{"name":"a","arms":[],"seeds":3}]}"#,
      "arms"
    ),
    (
      #"{"roles":[{"input":"x","role":"labels"}],"comparisons":[{"name":"a","arms":["s"],"seeds":0}]}"#,
      "seeds"
    ),
    (
      #"{"roles":[{"input":"x","role":"labels"}],"comparisons":[{"name":"a","arms":["s"],"seeds":2,"primary":"rouge"}]}"#,
      "primary"
    ),
    (
      #"{"roles":[{"input":"x","role":"labels"}],"comparisons":[{"name":"a","arms":["s"],"seeds":2,"sed":1}]}"#,
      "unknown key sed"
    ),
    (
      #"{"roles":[{"input":"x","role":"labels"}],"comparisons":[{"name":"a","arms":["s"],"seeds":2,"confidence":0.9}]}"#,
      "confidence"
    ),
  ])
  func `what is wrong is said`(text: String, words: String) throws {
    let with = try #require(JSON.parse(text).objectValue)
    let error = #expect(throws: ConfigurationError.self) { try read(with) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func `an input without a role is refused`() {
    let error = #expect(throws: ConfigurationError.self) {
      try read(["roles": [role]], ["a-scratch-s1", "stray"])
    }
    #expect(error?.description.contains("stray") == true)
  }
}
