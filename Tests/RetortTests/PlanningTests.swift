import Files
import Foundation
import Testing

/// What can be known before anything runs is said before anything runs: exit 2, with line and key.
struct `Planning` {
  private static let model = """
    {hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2}
    """

  /// A small comparison; each test changes a line of it.
  private static let text = """
    pipeline: planned
    seed: 7
    stages:
      - name: problems
        kind: generate
        with: {families: {sum-reduce: {levels: 1..2}}, count: 40, split: train}
      - name: test
        kind: generate
        with: {families: {sum-reduce: {levels: 1..2}}, count: 8, split: test}
      - name: checked
        kind: generate
        with: {families: {sum-reduce: {levels: 1..2}}, count: 8, split: validation}
      - name: teacher
        kind: train
        from: [problems]
        with: {tokenizer: {vocab_size: 270}, model: \(model), steps: 4, batch: 4}
      - name: labels
        kind: label
        from: [problems, teacher]
        with: {encoding: full, count: 30}
    compare:
      arms: [scratch, kd-full]
      seeds: 1
      primary: ce-choice
      teacher: teacher
      labels: labels
      test: test
      validation: checked
      model: \(model)
      steps: 4
      batch: 4
    """

  private func plan(
    _ text: String, _ settings: [String] = []
  ) throws -> Program.Outcome {
    try Program.withFolder { folder in
      try Folder.make(folder)
      try AtomicFile.write(text, to: folder + "/p.yaml")
      return try Program.run(
        ["run", folder + "/p.yaml", "--into", folder + "/run", "--dry-run"]
          + settings.flatMap { ["--set", $0] })
    }
  }

  private func expectRefusal(
    _ outcome: Program.Outcome, line: Int?, _ words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == 2, "\(outcome.errors)", sourceLocation: sourceLocation)
    if let line {
      #expect(
        outcome.errors.contains("p.yaml:\(line):"), "\(outcome.errors)",
        sourceLocation: sourceLocation)
    }
    for word in words {
      #expect(
        outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test func `takes what is fit`() throws {
    let outcome = try plan(Self.text)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// The line of `validation`, whatever it is made from.
  @Test(arguments: ["problems", "labels"])
  func `refuses validation on what is learnt from`(set: String) throws {
    expectRefusal(
      try plan(Self.text.replacing("validation: checked", with: "validation: \(set)")), line: 28,
      ["its problems are learnt from", "problems"])
  }

  @Test func `refuses a test on what is learnt from`() throws {
    expectRefusal(
      try plan(Self.text.replacing("test: test", with: "test: problems")), line: 27,
      ["its problems are learnt from"])
  }

  /// Two stages, one seed, one split: they begin with the same draw. Another seed is only looked at
  /// once the sets are there.
  @Test func `knows sets of one seed and split`() throws {
    let same = Self.text.replacing("count: 8, split: validation", with: "count: 8, split: train")
    expectRefusal(
      try plan(same), line: 28,
      ["problems and checked draw sum-reduce/1 from the same seed and split"])
    let outcome = try plan(same, ["checked.seed=8"])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// What the teacher learnt counts as much as what the students do.
  @Test func `refuses a test set that only the teacher has seen`() throws {
    let text = Self.text.replacing(
      "    from: [problems]\n", with: "    from: [test]\n")
    expectRefusal(try plan(text), line: 27, ["test: its problems are learnt from: teacher"])
  }

  @Test(arguments: [
    (
      "families: {sum-reduce: {levels: 1..2}}, count: 8, split: test",
      "families: {column-addition: {levels: 1..2}}, count: 8, split: test",
      ["primary: ce-choice", "column-addition leaves no choice"]
    ),
    ("primary: ce-choice", "primary: kl-teacher", ["kl-teacher has no value", "source: oracle"]),
    ("primary: ce-choice", "primary: agreement", ["agreement has no value"]),
    (
      "primary: ce-choice", "primary: answer\n  evaluation: {generate: false}",
      ["answer has no value", "generate: false"]
    ),
  ])
  func `refuses a primary metric that no arm can have`(
    old: String, new: String, words: [String]
  ) throws {
    expectRefusal(try plan(Self.text.replacing(old, with: new)), line: 24, words)
  }

  @Test func `refuses a choice metric by its default too`() throws {
    let text = Self.text.replacing("  primary: ce-choice\n", with: "")
      .replacing(
        "sum-reduce: {levels: 1..2}}, count: 8, split: test",
        with: "linear-equation: {levels: 1..2}}, count: 8, split: test")
    expectRefusal(try plan(text), line: nil, ["ce-choice", "has no value"])
  }

  @Test(arguments: ["nll", "ce-all", "answer", "verified", "nll-choice"])
  func `takes a metric that has a value`(metric: String) throws {
    let outcome = try plan(Self.text, ["compare.primary=\(metric)"])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `refuses more than there will be`() throws {
    expectRefusal(
      try plan(Self.text.replacing("count: 30", with: "count: 1000")), line: 20,
      ["labels: count: expected at most 40", "allow_fewer: true"])
    let allowed = try plan(
      Self.text.replacing("count: 30", with: "count: 1000, allow_fewer: true"))
    #expect(allowed.status == 0, "\(allowed.errors)")
    let sample =
      "  - {name: texts, kind: sample, from: [problems, teacher], with: {count: 41}}\ncompare:"
    expectRefusal(
      try plan(Self.text.replacing("compare:", with: sample)), line: 21, ["texts: count"])
  }

  @Test func `refuses labels that are not the arm's`() throws {
    expectRefusal(
      try plan(Self.text.replacing("encoding: full", with: "source: oracle")), line: 20,
      ["the arm kd-full", "kd-oracle"])
    for arms in ["[scratch, kd-oracle]", "[scratch, kd-full, kd-oracle]"] {
      let outcome = try plan(
        Self.text.replacing("encoding: full", with: "encoding: hidden"), ["compare.arms=\(arms)"])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test func `refuses texts that nobody will have verified`() throws {
    try Program.withFolder { folder in
      try Folder.make(folder + "/texts")
      try AtomicFile.write("Say a word.\n\nCount to three.\n", to: folder + "/texts/a.txt")
      func plan(_ stage: String) throws -> Program.Outcome {
        let prompts =
          "  - {name: prompts, kind: prompts, with: {path: \(folder)/texts}}\n  - \(stage)\ncompare:"
        return try self.plan(Self.text.replacing("compare:", with: prompts))
      }
      let says = ["prompts: its texts will not be verified", "unverified: true"]
      for kind in ["label", "sample"] {
        expectRefusal(
          try plan("{name: more, kind: \(kind), from: [prompts, teacher]}"), line: 22, says)
      }
      expectRefusal(
        try plan(
          "{name: more, kind: label, from: [prompts, teacher], "
            + "with: {unverified: true, source: oracle}}"), line: 22,
        ["free prompts have no exact distributions"])
      let taken = try plan(
        "{name: more, kind: sample, from: [prompts, teacher], with: {unverified: true}}")
      #expect(taken.status == 0, "\(taken.errors)")
    }
  }

  /// Known only once the sets are there: refused before the first training all the same.
  @Test(arguments: ["test", "validation"])
  func `refuses shared problems before anything is trained`(held: String) throws {
    try Program.withFolder { folder in
      try Folder.make(folder)
      // Sums of three digits: 1000 problems, and other draws of the same split.
      let split = held == "test" ? "test" : "validation"
      let text = Self.text.replacing("levels: 1..2", with: "levels: 1..1")
        .replacing("count: 40, split: train", with: "count: 150, split: train, seed: 1")
        .replacing("count: 8, split: \(split)", with: "count: 100, split: train, seed: 2")
      try AtomicFile.write(text, to: folder + "/p.yaml")
      let outcome = try Program.run([
        "run", folder + "/p.yaml", "--into", folder + "/run", "--quiet",
      ])
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(
        outcome.errors.contains(
          "problems of \(held == "test" ? "test" : "checked") stand in problems too"),
        "\(outcome.errors)")
      let stages = try Folder.names(in: folder + "/run/stages")
      #expect(!stages.contains { $0.hasPrefix("teacher-") && !$0.hasPrefix("teacher-order-") })
      #expect(!stages.contains { $0.hasPrefix("compare-") })
    }
  }
}
