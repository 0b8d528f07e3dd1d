import Comparison
import ReportPage
import Files
import Foundation
import Stages
import Testing

struct `The guards of a comparison` {
  private func report(_ fixture: Fixture) throws -> Report {
    defer { fixture.remove() }
    return try Report(json: readFile(fixture.run() + "/report.json"))
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

  /// Where its students start is what a pruned arm is about; all that they share else is checked.
  @Test func `a pruned arm may start elsewhere, and only it`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85), ("kd-full", 0.3), ("kd-pruned", 0.2)]
    fixture.alter = { stage, details in
      if stage.hasPrefix("n1000-kd-pruned-") {
        details["initial_weights"] = JSON(Fixture.digest("cut"))
        details["labels"] = "soft"
      }
    }
    let checks = try report(fixture).results.checks
    let found = try #require(checks.first { $0.name == "initial weights" })
    #expect(
      found.state == .holds && found.text.contains("kd-pruned starts from the pruned teacher"))
    #expect(!checks.contains { $0.name == "independent seeds" })
  }

  /// What its students learn from is what an arm that writes is about.
  @Test func `an arm that writes its texts may learn from others, and only it`() throws {
    func fixture(_ arm: String, _ changes: [String: JSON]) -> Fixture {
      var fixture = Fixture()
      fixture.plans[0].levels = [("scratch", 0.85), ("kd-full", 0.3), (arm, 0.2)]
      fixture.alter = { stage, details in
        guard stage.hasPrefix("n1000-\(arm)-") else { return }
        for (key, value) in changes { details[key] = value }
        details["labels"] = "soft"
        if arm == "kd-on-policy", details["texts"] == nil { details["texts"] = "student" }
      }
      return fixture
    }
    let changes = [
      "order of the batches": ("order", JSON(Fixture.digest("own"))),
      "training tokens": ("tokens", 12_345),
    ]
    let all = Dictionary(uniqueKeysWithValues: changes.values.map { ($0.0, $0.1) })
    let checks = try report(fixture("kd-on-policy", all)).results.checks
    for (name, (key, value)) in changes {
      let found = try #require(checks.first { $0.name == name })
      #expect(
        found.state == .holds && found.text.contains("kd-on-policy writes its own texts"),
        "\(found)")
      try expectRefusal(fixture("kd-rkl", [key: value]), name, saying: "kd-rkl")
    }
    for (arm, texts) in [("kd-on-policy", "set"), ("kd-rkl", "student")] {
      try expectRefusal(
        fixture(arm, ["texts": JSON(texts)]), "what the arms learn from", saying: "texts")
    }
  }

  /// Students of one checkpoint start alike, and are told apart by the order of what they read.
  @Test func `seeds that start from one checkpoint are told apart by their orders`() throws {
    var fixture = Fixture()
    fixture.alter = { stage, details in
      guard stage.contains("-s"), details["initial_weights"] != nil else { return }
      details["initial_weights"] = JSON(Fixture.digest("base"))
      details["start"] = ["architecture": "llama", "fingerprint": JSON(Fixture.digest("base"))]
    }
    #expect(
      !(try report(fixture).results.checks.contains { $0.name == "independent seeds" }))
    let alter = fixture.alter
    var same = Fixture()
    same.alter = { stage, details in
      alter(stage, &details)
      if details["order"] != nil { details["order"] = JSON(Fixture.digest("one order")) }
    }
    try expectRefusal(same, "independent seeds", saying: "seeds 1 and 2")
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

  @Test func `three seeds are said to allow no exact test`() throws {
    let report = try report(Fixture())
    let flag = try #require(report.results.checks.first { $0.name == "seeds" })
    #expect(flag.state == .flag && flag.text.contains("no exact test"))
    #expect(flag.text.contains("0.25"))
    #expect(report.results.checks.contains { $0.name == "learning rate" && $0.state == .flag })
  }

  /// A report whose arm is called `scratch` and whose trainings read soft labels says something
  /// false.
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

  private func machine(_ name: String) -> JSONObject { ["instruction_set": JSON(name)] }

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
