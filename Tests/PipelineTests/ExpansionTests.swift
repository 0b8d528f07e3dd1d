import Files
import Pipeline
import Testing

struct `The expansion of compare` {
  static let text = """
    pipeline: q
    seed: 42
    stages:
      - {name: problems, kind: generate, with: {count: 100}}
      - {name: exam, kind: generate, with: {count: 10}}
      - {name: teacher, kind: train, from: [problems], with: {steps: 30}}
      - {name: labels, kind: label, from: [problems, teacher], with: {encoding: full, count: 50}}
      - {name: samples, kind: sample, from: [problems, teacher]}
    compare:
      - name: n50
        arms: [scratch, scratch-ls, kd-full, kd-oracle]
        seeds: 2
        teacher: teacher
        labels: labels
        test: exam
        steps: 20
        batch: 8
        temperature: 2
        curriculum: {order: easy-to-hard}
        primary: ce-choice
    """

  private func lines(_ plan: Plan) -> [String] {
    plan.stages.map { stage in
      "\(stage.name) \(stage.kind) [\(stage.from.joined(separator: " "))] "
        + JSON.object(stage.with).text
    }
  }

  @Test func `makes exactly these stages`() throws {
    let plan = try Scene.plan(Self.text, types: words)
    let (s1, s2) = (seed(plan, 1), seed(plan, 2))
    var expected = [
      #"problems generate [] {"count":100}"#,
      #"exam generate [] {"count":10}"#,
      #"teacher-order curriculum [problems exam] {"order":"random","steps":30,"batch":16,"seed":42}"#,
      #"teacher train [problems teacher-order] {"steps":30}"#,
      #"labels label [problems teacher] {"encoding":"full","count":50}"#,
      "samples sample [problems teacher] {}",
      #"exam-oracle label [exam teacher] {"source":"oracle"}"#,
      #"n50-oracle label [problems teacher] {"count":50,"source":"oracle"}"#,
      #"n50-order-s1 curriculum [labels exam] {"order":"easy-to-hard","steps":20,"batch":8,"seed":\#(s1)}"#,
      #"n50-order-s2 curriculum [labels exam] {"order":"easy-to-hard","steps":20,"batch":8,"seed":\#(s2)}"#,
    ]
    for (arm, kind, set, settings) in [
      ("scratch", "train", "labels", #""objective":"hard""#),
      ("scratch-ls", "train", "labels", #""objective":"smoothed""#),
      ("kd-full", "distil", "labels", #""objective":"forward-kl","temperature":2"#),
      ("kd-oracle", "distil", "n50-oracle", #""objective":"forward-kl","temperature":2"#),
    ] {
      for (k, seed) in [(1, s1), (2, s2)] {
        let name = "n50-\(arm)-s\(k)"
        expected.append(
          #"\#(name) \#(kind) [\#(set) n50-order-s\#(k)] {"steps":20,"batch":8,\#(settings),"seed":\#(seed)}"#
        )
        expected.append("\(name)-evaluation evaluate [\(name) exam-oracle] {}")
      }
    }
    expected.append("n50-teacher-evaluation evaluate [teacher exam-oracle] {}")
    #expect(Array(lines(plan).dropLast()) == expected)
  }

  private func seed(_ plan: Plan, _ k: Int) -> Int {
    plan["n50-order-s\(k)"]?.with["seed"]?.intValue ?? -1
  }

  @Test func `gives the report every input with its role`() throws {
    let plan = try Scene.plan(Self.text, types: words)
    let report = try #require(plan.stages.last)
    #expect(report.name == "report")
    #expect(report.kind == "compare")
    #expect(report.with["pipeline"] == "q")
    #expect(
      report.with["comparisons"]?.text
        == #"[{"name":"n50","primary":"ce-choice","arms":["scratch","scratch-ls","kd-full","kd-oracle"],"seeds":2}]"#
    )
    let roles = report.with["roles"]?.arrayValue ?? []
    #expect(
      roles.prefix(4).map(\.text) == [
        #"{"input":"problems","role":"dataset"}"#,
        #"{"input":"samples","role":"samples"}"#,
        #"{"input":"n50-scratch-s1","role":"training","comparison":"n50","arm":"scratch","seed":1}"#,
        #"{"input":"n50-scratch-s2","role":"training","comparison":"n50","arm":"scratch","seed":2}"#,
      ])
    #expect(
      roles.suffix(5).map(\.text) == [
        #"{"input":"n50-teacher-evaluation","role":"teacher-evaluation","comparison":"n50"}"#,
        #"{"input":"labels","role":"labels","comparison":"n50"}"#,
        #"{"input":"n50-oracle","role":"oracle-labels","comparison":"n50"}"#,
        #"{"input":"exam","role":"test","comparison":"n50"}"#,
        #"{"input":"teacher","role":"teacher","comparison":"n50"}"#,
      ])
    #expect(report.from == roles.compactMap { $0["input"]?.stringValue })
  }

  /// Arms are compared seed by seed: they must start from the same weights and see the same
  /// batches; different pipeline seeds must not share them.
  @Test func `pairs the arms by seed`() throws {
    let plan = try Scene.plan(Self.text, types: words)
    for k in [1, 2] {
      for arm in ["scratch", "scratch-ls", "kd-full", "kd-oracle"] {
        #expect(plan["n50-\(arm)-s\(k)"]?.with["seed"]?.intValue == seed(plan, k))
      }
    }
    let other = try Scene.plan(Self.text, ["seed=43"], types: words)
    #expect(Set([seed(plan, 1), seed(plan, 2), seed(other, 1), seed(other, 2)]).count == 4)
  }

  @Test func `shares oracle sets and the teacher's evaluation between comparisons`() throws {
    let second = """

        - name: n9
          arms: [scratch, kd-full]
          seeds: 1
          teacher: teacher
          labels: labels
          test: exam
          validation: exam
          steps: 20
      """
    let plan = try Scene.plan(Self.text + second, types: words)
    #expect(plan.stages.count { $0.name == "exam-oracle" } == 1)
    #expect(plan.stages.count { $0.name.hasSuffix("teacher-evaluation") } == 1)
    #expect(plan.stages.count { $0.kind == "compare" } == 1)
    #expect(plan["n9-scratch-s1"]?.from == ["labels", "n9-order-s1", "exam-oracle"])
    #expect(plan["n9-oracle"] == nil)
    // The order's batch is the trainings' default.
    #expect(plan["n9-order-s1"]?.with["batch"] == 16)
  }

  /// Two label sets of different forms over one test set: each comparison gets its own.
  @Test func `makes an oracle set for each form that comparisons ask for`() throws {
    let second = """

        - name: n9
          arms: [scratch]
          teacher: teacher
          labels: others
          test: exam
          steps: 20
      """
    let text = Self.text.replacing(
      "  - {name: samples",
      with:
        "  - {name: others, kind: label, from: [problems, teacher], with: {max_tokens: 99}}\n  - {name: samples"
    )
    let plan = try Scene.plan(text + second, types: words)
    #expect(plan["exam-oracle"]?.with == ["source": "oracle"])
    #expect(plan["n9-exam-oracle"]?.with == ["max_tokens": 99, "source": "oracle"])
    #expect(plan["n9-scratch-s1-evaluation"]?.from.contains("n9-exam-oracle") == true)
    #expect(plan["n50-scratch-s1-evaluation"]?.from.contains("exam-oracle") == true)
  }

  /// What is measured on must be in nothing that was learnt from: every order beneath a comparison
  /// reads the held out sets, and orders are what no training begins without.
  @Test func `holds test and validation problems out of every training`() throws {
    let text = Self.text
      .replacing(
        "  - {name: teacher, kind: train, from: [problems], with: {steps: 30}}",
        with: """
            - {name: checked, kind: generate, with: {count: 9}}
            - {name: first, kind: train, from: [problems], with: {steps: 30}}
            - {name: soft, kind: label, from: [problems, first]}
            - {name: mine, kind: curriculum, from: [soft]}
            - {name: teacher, kind: distil, from: [soft, mine], with: {steps: 30}}
            - {name: other, kind: train, from: [problems], with: {steps: 30}}
          """
      )
      .replacing("    test: exam", with: "    test: exam\n    validation: checked")
    let plan = try Scene.plan(text, types: words)
    #expect(plan["first-order"]?.from == ["problems", "exam", "checked"])
    #expect(plan["mine"]?.from == ["soft", "exam", "checked"])
    #expect(plan["n50-order-s1"]?.from == ["labels", "exam", "checked"])
    // What no comparison stands on may learn from what it likes.
    #expect(plan["other-order"]?.from == ["problems"])
  }

  /// A test set that the teacher wrote cannot be there before the teacher: the set that it was
  /// written for is held out from its training, and the written one from the students'.
  @Test func `holds out what a written test set was made from`() throws {
    let text = Self.text
      .replacing(
        "compare:",
        with: "  - {name: written, kind: sample, from: [exam, teacher]}\ncompare:"
      )
      .replacing("    test: exam", with: "    test: written")
    let plan = try Scene.plan(text, types: words)
    #expect(plan["teacher-order"]?.from == ["problems", "exam"])
    #expect(plan["n50-order-s1"]?.from == ["labels", "written"])
  }

  @Test func `takes hidden states from a teacher and exact rows from none`() throws {
    let plan = try Scene.plan(
      Self.text, ["labels.encoding=hidden", "labels.source=teacher"], types: words)
    #expect(plan["labels"]?.with["encoding"] == "hidden")
    for name in ["n50-oracle", "exam-oracle"] {
      #expect(plan[name]?.with["encoding"] == nil && plan[name]?.with["source"] == "oracle")
    }
  }

  /// An arm that says whose distributions it learns from gets these or none.
  @Test(arguments: [
    ("oracle", "[scratch, kd-full]", "kd-full"), ("none", "[scratch, kd-full]", "kd-full"),
    ("none", "[scratch, scratch-ls]", "scratch-ls"), ("oracle", "[kd-oracle, kd-full]", "kd-full"),
  ])
  func `refuses labels that are not the arm's`(source: String, arms: String, named: String) {
    let error = #expect(throws: PipelineError.self) {
      _ = try Scene.plan(
        Self.text, ["labels.source=\(source)", "compare.n50.arms=\(arms)"], types: words)
    }
    let message = error?.description ?? ""
    #expect(message.contains("the arm \(named) of compare"), "\(message)")
    #expect(message.contains("labels.source=\(source)"), "\(message)")
  }

  @Test(arguments: [
    ("oracle", "[scratch, scratch-ls, kd-oracle]"), ("none", "[scratch, kd-oracle]"),
    ("teacher", "[scratch, scratch-ls, kd-full, kd-oracle]"), ("none", "[scratch]"),
  ])
  func `takes labels that are`(source: String, arms: String) throws {
    _ = try Scene.plan(
      Self.text, ["labels.source=\(source)", "compare.n50.arms=\(arms)"], types: words)
  }

  @Test func `takes a value from the command line`() throws {
    #expect(try Scene.plan(Self.text, ["compare.seeds=1"], types: words)["n50-kd-full-s2"] == nil)
    #expect(
      try Scene.plan(Self.text, ["compare.n50.arms=[scratch]"], types: words)["n50-oracle"] == nil)
  }

  @Test(arguments: [
    ("teacher: teacher\n    labels", "teacher: taecher\n    labels", "p.yaml:13:5", "did you mean"),
    ("labels: labels", "labels: problems", "p.yaml:14:5", "of kind label"),
    ("seeds: 2", "seeds: 0", "p.yaml:12:5", "from 1 to 1000"),
    ("kd-oracle]", "kd-oracel]", "p.yaml:11:42", "out of scratch"),
    ("    batch: 8", "    bacth: 8", "p.yaml:17:5", "did you mean batch"),
    ("primary: ce-choice", "seed: 3", "p.yaml:20:5", "sets it for each arm"),
    ("to-hard}", "to-hard, seed: 4}", "p.yaml:19:39", "the comparison sets it"),
  ])
  func `names the line of a fault`(_ old: String, _ new: String, _ at: String, _ says: String) {
    let text = Self.text.replacing(old, with: new)
    let error = #expect(throws: PipelineError.self) { _ = try Scene.plan(text, types: words) }
    let message = error?.description ?? ""
    #expect(message.hasPrefix(at + ": ") && message.contains(says), "\(message)")
    // One line of the file is one message, however many stages it expands to.
    #expect(error?.problems.count == 1, "\(message)")
  }
}
