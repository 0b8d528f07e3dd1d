import Files
import Pipeline
import Stages
import Testing

/// Stands for what takes in a model.
private struct ToyImport: Stage {
  static let kind = "import"
  static let codeVersion = 1
  static let about = "model"
  static let makes: [StageProduct] = [.model]

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    _ = try settings.location("model", "a model", "where it lies")
  }

  func run(_ context: StageContext) throws -> StageResult { StageResult(files: [], summary: "") }
}

struct `A training that starts from a checkpoint` {
  private func plan(
    _ stages: String, in folder: String, compare: String = "", _ overrides: [String] = []
  ) throws -> Plan {
    try AtomicFile.write(
      "pipeline: p\nstages:\n  - {name: set, kind: generate}\n" + stages + compare,
      to: folder + "/p.yaml")
    var types = words
    types["import"] = ToyImport.self
    return try Plan(
      PipelineFile.load(folder + "/p.yaml", overrides: overrides), stageTypes: types)
  }

  @Test func `of a stage has that stage for an input, named or not`() throws {
    let scene = try Scene()
    for from in ["set", "set, base"] {
      let plan = try plan(
        """
          - {name: base, kind: train, from: [set]}
          - {name: tuned, kind: train, from: [\(from)], with: {model: {from: base}}}

        """, in: scene.root)
      #expect(plan["tuned"]?.from == ["set", "tuned-order", "base"])
      #expect(!plan.stages.contains { $0.kind == "import" })
    }
  }

  /// Two trainings from one file take it in once; the path starts at the pipeline file.
  @Test func `of a path takes the model in, once for all`() throws {
    let scene = try Scene()
    try Folder.make(scene.root + "/models")
    try AtomicFile.write("x", to: scene.root + "/models/a b.gguf")
    let plan = try plan(
      """
        - {name: start-a-b, kind: generate}
        - {name: one, kind: train, from: [set], with: {model: {from: models/a b.gguf}}}
        - {name: two, kind: distil, from: [set], with: {model: {from: ./models/a b.gguf}}}

      """, in: scene.root)
    let imports = plan.stages.filter { $0.kind == "import" }
    #expect(imports.map(\.name) == ["start-a-b-2"])
    #expect(imports.first?.with["model"]?.stringValue == scene.root + "/models/a b.gguf")
    for name in ["one", "two"] {
      #expect(plan[name]?.from == ["set", "\(name)-order", "start-a-b-2"])
      #expect(plan[name]?.with["model"]?["from"] == "start-a-b-2")
    }
  }

  @Test func `of a comparison gives all its arms the same checkpoint`() throws {
    let scene = try Scene()
    let plan = try plan(
      """
        - {name: base, kind: train, from: [set]}
        - {name: labels, kind: label, from: [set, base]}
        - {name: test, kind: generate}

      """, in: scene.root,
      compare: """
        compare:
          {arms: [scratch, kd-full], seeds: 2, teacher: base, labels: labels, test: test,
           model: {from: base}}

        """)
    for name in ["compare-scratch-s1", "compare-kd-full-s2"] {
      #expect(plan[name]?.from.last == "base")
    }
  }

  private static let shape =
    "hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1, num_attention_heads: 2, "
    + "num_key_value_heads: 1"

  /// A plan that compares two arms.
  private func comparing(_ arms: String, _ settings: String) throws -> Plan {
    let scene = try Scene()
    defer { withExtendedLifetime(scene) {} }
    return try plan(
      """
        - {name: base, kind: train, from: [set]}
        - {name: labels, kind: label, from: [set, base]}
        - {name: test, kind: generate}

      """, in: scene.root,
      compare: "compare: {arms: [\(arms)], seeds: 1, teacher: base, labels: labels, test: test, "
        + settings + "}\n")
  }

  /// The students of one arm are cut out of the teacher, to the shape of the others.
  @Test func `of a pruned arm is the teacher, in the comparison's shape`() throws {
    func plan(_ shape: String) throws -> Plan {
      try comparing("kd-full, kd-pruned", "model: {\(shape), rope_theta: 100}")
    }
    let found = try plan(Self.shape + ", head_dim: 8")
    let pruned = try #require(found["compare-kd-pruned-s1"])
    #expect(pruned.kind == "distil" && pruned.from == ["labels", "compare-order-s1", "base"])
    #expect(
      pruned.with["model"]?.text
        == #"{"from":"base","prune":{"num_hidden_layers":1,"hidden_size":16,"#
        + #""intermediate_size":24,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":8}}"#)
    #expect(found["compare-kd-full-s1"]?.with["model"]?["rope_theta"] == 100)
    #expect(found["compare-kd-full-s1"]?.from == ["labels", "compare-order-s1"])
    let error = #expect(throws: PipelineError.self) { try plan(Self.shape) }
    #expect(
      error?.description.contains("compare: model: head_dim: the arm kd-pruned cuts the teacher")
        == true)
  }

  private static let writers = "kd-rkl, kd-on-policy"
  private static let small = "floor: -20, model: {hidden_size: 16}"

  /// Its teacher scores the texts as they come.
  @Test func `of an arm that writes is drawn, and its teacher is an input`() throws {
    for (settings, share) in [
      ("", nil), (", texts: student", nil), (", texts: {share: 0.5}", 0.5),
      (", texts: {name: student, share: 0.5}", 0.5),
    ] as [(String, JSON?)] {
      let found = try comparing(Self.writers, Self.small + settings)
      let student = try #require(found["compare-kd-on-policy-s1"])
      let other = try #require(found["compare-kd-rkl-s1"])
      #expect(student.from == ["labels", "compare-order-s1", "base"])
      #expect(student.with["texts"]?["name"] == "student", "\(settings)")
      #expect(student.with["texts"]?["share"] == share)
      #expect(other.from == ["labels", "compare-order-s1"] && other.with["texts"] == nil)
    }
  }

  @Test(arguments: ["set", "{name: set}", "{share: 0}"])
  func `of an arm that writes leaves something to write`(_ texts: String) throws {
    let error = #expect(throws: PipelineError.self) {
      try comparing(Self.writers, Self.small + ", texts: \(texts)")
    }
    #expect(error?.description.contains("compare: texts: the arm kd-on-policy") == true)
  }

  @Test func `of nothing that there is says so`() throws {
    let scene = try Scene()
    for (from, says) in [
      ("bsae", "neither a stage nor a file or folder: bsae -- did you mean base?"),
      ("set", "the stage set is of kind generate and makes no model"),
    ] {
      let error = #expect(throws: PipelineError.self) {
        try plan(
          """
            - {name: base, kind: train, from: [set]}
            - {name: tuned, kind: train, from: [set], with: {model: {from: \(from)}}}

          """, in: scene.root)
      }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
      #expect(error?.problems.first?.place?.line == 5)
    }
  }
}
