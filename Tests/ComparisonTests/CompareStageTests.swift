import Comparison
import Files
import Foundation
import Stages
import Testing

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

  @Test(arguments: [
    ("initial_weights", "initial weights"), ("order", "order of the batches"),
  ])
  func `a broken pairing is refused`(key: String, name: String) throws {
    var fixture = Fixture()
    fixture.alter = { stage, details in
      if stage == "n1000-kd-full-s2" { details[key] = JSON(Fixture.digest("other")) }
    }
    try expectRefusal(fixture, name, saying: "kd-full")
  }

  @Test(arguments: [
    ("tokens", "training tokens"), ("parameters", "parameters"), ("steps", "steps"),
  ])
  func `an unequal budget is refused`(key: String, name: String) throws {
    var fixture = Fixture()
    fixture.alter = { stage, details in
      if stage == "n1000-kd-oracle-s3", let value = details[key]?.intValue {
        details[key] = JSON(value + 1)
      }
    }
    try expectRefusal(fixture, name, saying: "")
  }

  @Test func `another tokenizer is refused`() throws {
    var fixture = Fixture()
    fixture.alter = { stage, details in
      if stage == "n1000-labels" { details["tokenizer"] = JSON(Fixture.digest("other")) }
    }
    try expectRefusal(fixture, "tokenizer", saying: "n1000-labels")
  }

  @Test func `other test items are refused`() throws {
    var fixture = Fixture()
    fixture.alterItem = { stage, item, line in
      if stage == "n1000-scratch-s1-evaluation", item == 5 {
        line["id"] = "sum-reduce-0123456789abcdef-01234567"
      }
    }
    try expectRefusal(fixture, "test items", saying: "scratch seed 1")
  }

  /// One problem of the test set in what the teacher or the students learnt from, under another
  /// trace even: found by its canonical form.
  @Test(arguments: ["problems", "n1000-labels"])
  func `a test problem in training is refused`(set: String) throws {
    var fixture = Fixture()
    fixture.leakInto = set
    try expectRefusal(fixture, "no test problem in training", saying: "1 of 120 test problems")
  }

  /// What the data page shows may hold a test problem: nobody learnt from it.
  @Test func `a test problem in a set that taught nobody is no leak`() throws {
    var fixture = Fixture()
    fixture.leakInto = "problems"
    fixture.origin = { stage in
      guard stage == "teacher" else { return nil }
      return ["inputs": [["kind": "generate", "content": JSON(Fixture.digest("other"))]]]
    }
    let report = try report(fixture)
    let check = report.results.checks.first { $0.name == "no test problem in training" }
    #expect(check?.state == .holds)
  }

  @Test func `two seeds with the same weights are one replicate`() throws {
    var fixture = Fixture()
    fixture.alter = { stage, details in
      if stage.hasSuffix("-s2") { details["initial_weights"] = JSON(Fixture.digest("init 1")) }
    }
    try expectRefusal(fixture, "independent seeds", saying: "seeds 1 and 2")
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

  @Test func `missing digests are red flags, not silence`() throws {
    var fixture = Fixture()
    fixture.alter = { stage, details in
      if stage == "n1000-kd-full-s1" { details["order"] = nil }
    }
    let report = try report(fixture)
    let flag = report.results.checks.first { $0.name == "order of the batches" }
    #expect(flag?.state == .flag)
    #expect(flag?.text.contains("kd-full seed 1") == true)
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

  @Test func `three seeds are said to allow no exact test`() throws {
    let report = try report(Fixture())
    let flag = try #require(report.results.checks.first { $0.name == "seeds" })
    #expect(flag.state == .flag && flag.text.contains("no exact test"))
    #expect(flag.text.contains("0.25"))
    #expect(report.results.checks.contains { $0.name == "learning rate" && $0.state == .flag })
  }

  /// Counted from the fixture: 6.1e11 a student, 2.9e10 for labels, 9.6e12 for the teacher.
  @Test func `the teacher's cost stands beside the student's`() throws {
    let costs = try report(Fixture()).results.comparisons[0].costs
    let distilled = try #require(costs.first { $0.arm == "kd-full" })
    #expect(distilled.student == 6.1e11)
    #expect(distilled.withLabelling == 6.1e11 + 2.9e10)
    #expect(distilled.withEverything == 6.1e11 + 2.9e10 + 9.6e12)
    for arm in ["scratch", "scratch-ls", "kd-oracle"] {
      #expect(costs.first { $0.arm == arm }?.withEverything == 6.1e11)
    }
    let result = try report(Fixture()).results.comparisons[0]
    #expect(result.budgets.map(\.budget) == [.labellingPaid, .everythingPaid])
    #expect(result.budgets[1].sentence.contains("impossible"))
    #expect(
      result.breakEven.first?.withEverything ?? 0 > result.breakEven.first?.withLabelling ?? 0)
  }

  /// Costs follow what an arm's trainings read, and no arm is free for want of a known name.
  @Test func `an arm that is not listed pays for the teacher that it learnt from`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85), ("rkl", 0.3), ("truth", 0.2), ("plain", 0.4)]
    fixture.hasExactLabels = true
    let exact = fixture.folder + "/exact"
    fixture.alter = { stage, details in
      if stage.hasPrefix("n1000-plain-s"), !stage.hasSuffix("evaluation") {
        details["labels"] = "hard"
      }
    }
    fixture.origin = { stage in
      guard stage.hasPrefix("n1000-truth-s"), !stage.hasSuffix("evaluation") else { return nil }
      let content = (try? Manifest.read(from: exact))?.content ?? ""
      return ["inputs": [["kind": "label", "content": JSON(content)]]]
    }
    let result = try report(fixture).results.comparisons[0]
    func cost(_ arm: String) -> ArmCost? { result.costs.first { $0.arm == arm } }
    #expect(cost("rkl")?.withEverything == 6.1e11 + 2.9e10 + 9.6e12)
    #expect(cost("rkl")?.usesTeacher == true)
    for arm in ["scratch", "truth", "plain"] { #expect(cost(arm)?.withEverything == 6.1e11) }
  }

  /// A report whose arm is called `scratch` and whose trainings read soft labels says something false.
  @Test func `an arm that learnt otherwise than its name says is refused`() throws {
    for (arm, labels) in [("scratch", "soft"), ("scratch-ls", "hard"), ("kd-full", "hard")] {
      var fixture = Fixture()
      fixture.alter = { stage, details in
        if stage == "n1000-\(arm)-s2" { details["labels"] = JSON(labels) }
      }
      try expectRefusal(fixture, "what the arms learn from", saying: "\(arm) seed 2")
    }
  }

  @Test func `a validation problem in training is refused`() throws {
    var fixture = Fixture()
    fixture.leakInto = "problems"
    fixture.validation = true
    // The leaked problem is the test set's as well, and that the validation set shares with it.
    defer { fixture.remove() }
    let error = #expect(throws: ComparisonError.self) { try fixture.run() }
    #expect(error?.description.contains("no validation problem in training") == true)
    #expect(error?.description.contains("stand in problems") == true)
  }

  private func machine(_ name: String) -> JSONObject { ["instruction_set": JSON(name)] }

  @Test func `stages on one kind of processor hold, on several they are flagged`() throws {
    var fixture = Fixture()
    let (v3, v4) = (machine("v3"), machine("v4"))
    fixture.machine = { _ in v3 }
    let same = try report(fixture).results.checks.filter { $0.name == "processor" }
    #expect(same.map(\.state) == [.holds] && same[0].text.contains("v3"))

    fixture.machine = { $0 == "n1000-kd-full-s2" ? v4 : v3 }
    let several = try report(fixture).results.checks.filter { $0.name == "processor" }
    #expect(several.map(\.state) == [.flag])
    #expect(several[0].text.contains("n1000-kd-full-s2 on v4"), "\(several[0].text)")

    fixture.machine = { _ in v3 }
    fixture.alter = { stage, details in
      if stage == "n1000-scratch-s1" {
        details["machines"] = [
          ["from": 1, "to": 16, "instruction_set": "v4"],
          ["from": 17, "to": 600, "instruction_set": "v3"],
        ]
      }
    }
    let mixed = try report(fixture).results.checks.filter { $0.name == "processor" }
    #expect(mixed.map(\.state) == [.flag])
    #expect(
      mixed[0].text.contains("n1000-scratch-s1") && mixed[0].text.contains("1 to 16 on v4"),
      "\(mixed[0].text)")
    // A manifest of before says nothing, and nothing is claimed.
    #expect(!(try report(Fixture()).results.checks.contains { $0.name == "processor" }))
  }

  /// What was never compared does not hold.
  @Test func `checks claim nothing where there is nothing to compare`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85)]
    let checks = try report(fixture).results.checks
    for name in ["initial weights", "order of the batches", "training tokens"] {
      #expect(checks.first { $0.name == name }?.state == .flag, "\(name)")
    }
    fixture = Fixture()
    fixture.failed = ["teacher", "teacher-evaluation", "n1000-labels", "problems", "families"]
    let without = try report(fixture).results.checks
    #expect(without.first { $0.name == "no test problem in training" }?.state == .flag)
    let tokenizer = without.first { $0.name == "tokenizer" }
    #expect(tokenizer?.state == .holds && tokenizer?.text == "one for all arms")
    let items = without.first { $0.name == "test items" }
    #expect(items?.state == .holds && items?.text.contains("teacher") == false)
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

  private func expectRefusal(_ fixture: Fixture, _ name: String, saying words: String) throws {
    defer { fixture.remove() }
    let error = #expect(throws: ComparisonError.self) { try fixture.run() }
    guard case .guardFailed(let found, let reason)? = error else {
      Issue.record("expected a refusal, found \(String(describing: error))")
      return
    }
    #expect(found == "n1000: " + name)
    #expect(words.isEmpty || reason.contains(words), "\(reason)")
  }
}

struct `Settings of the compare stage` {
  private func read(_ with: JSONObject, _ inputs: [String] = []) throws {
    var settings = Settings(with)
    _ = try CompareStage(
      &settings, inputs: inputs.map { StageInput(name: $0, kind: "train", finished: nil) })
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
