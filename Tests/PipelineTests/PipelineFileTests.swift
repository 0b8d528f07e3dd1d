import Files
import Pipeline
import Testing

/// One faulty file, the place that must be named, and words that the message must hold.
struct Faulty: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let at: String
  let says: [String]

  var testDescription: String { name }

  static let stage = "stages:\n  - {name: a, kind: numbers}\n"

  static let all: [Faulty] = [
    Faulty(name: "empty", text: "", at: "p.yaml:1:1", says: ["empty"]),
    Faulty(name: "a list", text: "- a\n", at: "p.yaml:1:1", says: ["expected a pipeline"]),
    Faulty(
      name: "unknown key", text: "pipeline: x\nsead: 3\n" + stage, at: "p.yaml:2:1",
      says: ["unknown key sead", "did you mean seed"]),
    Faulty(
      name: "unknown key of a stage", text: "pipeline: x\nstages:\n  - name: a\n    kin: numbers\n",
      at: "p.yaml:4:5", says: ["unknown key kin", "did you mean kind"]),
    Faulty(
      name: "duplicate key", text: "pipeline: x\nseed: 1\n" + stage + "seed: 2\n",
      at: "p.yaml:5:1", says: ["seed", "stands twice", "line 2"]),
    Faulty(
      name: "duplicate key in a flow mapping",
      text: "pipeline: x\nstages:\n  - {name: a, kind: numbers, name: b}\n", at: "p.yaml:3:30",
      says: ["name stands twice"]),
    Faulty(
      name: "anchor", text: "pipeline: &x y\n" + stage, at: "p.yaml:1:11", says: ["anchors"]),
    Faulty(
      name: "alias", text: "pipeline: x\nabout: &t hello\nseed: *t\n" + stage, at: "p.yaml:3:7",
      says: ["aliases"]),
    Faulty(
      name: "undefined alias", text: "pipeline: *x\n" + stage, at: "p.yaml:1:11",
      says: ["alias"]),
    Faulty(
      name: "tag", text: "pipeline: !!str x\n" + stage, at: "p.yaml:1:11", says: ["tags"]),
    Faulty(
      name: "merge key", text: "pipeline: x\n<<: {seed: 1}\n" + stage, at: "p.yaml:2:1",
      says: ["merge keys"]),
    Faulty(
      name: "not a number", text: "pipeline: x\nseed: .nan\n" + stage, at: "p.yaml:2:7",
      says: ["finite"]),
    Faulty(
      name: "infinity", text: "pipeline: x\nseed: -.Inf\n" + stage, at: "p.yaml:2:7",
      says: ["finite"]),
    Faulty(
      name: "number beyond a double", text: "pipeline: x\nseed: 1e999\n" + stage, at: "p.yaml:2:7",
      says: ["finite"]),
    Faulty(
      name: "number beyond 64 bits", text: "pipeline: x\nseed: 99999999999999999999\n" + stage,
      at: "p.yaml:2:7", says: ["64 bits"]),
    Faulty(
      name: "octal", text: "pipeline: x\nseed: 012\n" + stage, at: "p.yaml:2:7",
      says: ["decimal"]),
    Faulty(
      name: "yes", text: "pipeline: x\nabout: yes\n" + stage, at: "p.yaml:2:8",
      says: ["true", "\"yes\""]),
    Faulty(
      name: "seed below zero", text: "pipeline: x\nseed: -1\n" + stage, at: "p.yaml:2:1",
      says: ["at least 0"]),
    Faulty(
      name: "wrong type", text: "pipeline: x\nabout: [1]\n" + stage, at: "p.yaml:2:8",
      says: ["expected a text", "a list"]),
    Faulty(
      name: "bad indentation", text: "pipeline: x\nstages:\n  - name: a\n   kind: numbers\n",
      at: "p.yaml:4:4", says: ["not YAML"]),
    Faulty(
      name: "open bracket", text: "pipeline: x\nstages: [\n", at: "p.yaml:3:1", says: ["not YAML"]),
    Faulty(
      name: "two documents", text: "pipeline: x\n" + stage + "---\npipeline: y\n",
      at: "p.yaml:4:1", says: ["another document"]),
    Faulty(
      name: "too deep",
      text: "pipeline: x\nabout: " + String(repeating: "[", count: 20)
        + String(repeating: "]", count: 20) + "\n" + stage, at: "p.yaml:2:23",
      says: ["nested deeper than 16"]),
    Faulty(
      name: "control character", text: "pipeline: x\nabout: a\u{7}b\n" + stage, at: "p.yaml:2:9",
      says: ["U+7"]),
    Faulty(
      name: "unsafe name", text: "pipeline: ../x\n" + stage, at: "p.yaml:1:1", says: ["letters"]),
    Faulty(
      name: "unsafe stage name", text: "pipeline: x\nstages:\n  - {name: .a, kind: numbers}\n",
      at: "p.yaml:3:6", says: ["letters"]),
    Faulty(
      name: "reserved stage name", text: "pipeline: x\nstages:\n  - {name: seed, kind: numbers}\n",
      at: "p.yaml:3:6", says: ["another name"]),
    Faulty(
      name: "no stages", text: "pipeline: x\n", at: "p.yaml:1:1", says: ["stages is missing"]),
    Faulty(
      name: "no kind", text: "pipeline: x\nstages:\n  - {name: a}\n", at: "p.yaml:3:5",
      says: ["kind is missing"]),
    Faulty(
      name: "unknown kind", text: "pipeline: x\nstages:\n  - {name: a, kind: number}\n",
      at: "p.yaml:3:15", says: ["did you mean numbers", "kinds: compare, copy, mix, numbers"]),
    Faulty(
      name: "unknown input",
      text: "pipeline: x\n" + stage + "  - name: b\n    kind: mix\n    from: [aa]\n",
      at: "p.yaml:6:12", says: ["no stage aa", "did you mean a"]),
    Faulty(
      name: "two stages of one name",
      text: "pipeline: x\n" + stage + "  - {name: a, kind: numbers}\n",
      at: "p.yaml:4:6", says: ["two stages are called a", "line 3"]),
    Faulty(
      name: "cycle",
      text: "pipeline: x\n" + stage + "  - {name: b, kind: mix, from: [a, c]}\n"
        + "  - {name: c, kind: mix, from: [b]}\n", at: "p.yaml:4:36",
      says: ["cycle", "b <- c <- b"]),
    Faulty(
      name: "unknown setting",
      text: "pipeline: x\nstages:\n  - name: a\n    kind: numbers\n    with:\n      cuont: 3\n",
      at: "p.yaml:6:7", says: ["a: cuont", "did you mean count"]),
    Faulty(
      name: "setting of the wrong type",
      text: "pipeline: x\nstages:\n  - name: a\n    kind: numbers\n    with: {count: many}\n",
      at: "p.yaml:5:12", says: ["expected an integer", "many"]),
    Faulty(
      name: "setting in a block",
      text: "pipeline: x\n" + stage + "  - name: b\n    kind: mix\n    from: [a]\n    with:\n"
        + "      steps: 3\n      model:\n        size: 100\n", at: "p.yaml:10:9",
      says: ["b: model.size", "from 1 to 64"]),
    Faulty(
      name: "inputs of the wrong kind",
      text: "pipeline: x\n" + stage + "  - name: b\n    kind: numbers\n    from: [a]\n",
      at: "p.yaml:6:5", says: ["expected as inputs none", "numbers"]),
  ]
}

struct `A faulty pipeline file` {
  @Test(arguments: Faulty.all)
  func `is refused with its place and what to do`(_ faulty: Faulty) throws {
    let error = #expect(throws: PipelineError.self) { _ = try Scene.plan(faulty.text) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix(faulty.at + ": "), "\(text)")
    for word in faulty.says { #expect(text.contains(word), "\(text)") }
  }

  /// A person fixes all in one go instead of running again for each.
  @Test func `shows the faults of all stages at once`() throws {
    let text = """
      pipeline: x
      stages:
        - {name: a, kind: numbers, with: {count: 0}}
        - {name: b, kind: mix, from: [a], with: {setps: 3}}
      """
    let error = #expect(throws: PipelineError.self) { _ = try Scene.plan(text) }
    #expect(error?.problems.map(\.place?.line) == [3, 4])
  }

  @Test func `that is no UTF-8 or too large is refused`() {
    #expect(throws: PipelineError.self) {
      _ = try PipelineFile([0x61, 0x0A, 0xFF, 0xFE], named: "p.yaml")
    }
    #expect(throws: PipelineError.self) {
      _ = try PipelineFile([UInt8](repeating: 0x23, count: 1 << 20 + 1), named: "p.yaml")
    }
  }

  /// Aliases of aliases as a key would keep the parser busy for hours.
  @Test(.timeLimit(.minutes(4))) func `with a tower of aliases is refused at once`() {
    var text = "a0: &a0 [x]\n"
    for i in 1..<40 { text += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
    text += "? *a39\n: x\n"
    #expect(throws: PipelineError.self) { _ = try PipelineFile(Array(text.utf8), named: "p.yaml") }
  }

  /// The stack must not overflow on what a hostile file can nest.
  @Test func `nested a hundred thousand times is refused`() {
    for mark in ["[", "{a: ", "- "] {
      let text = "pipeline: " + String(repeating: mark, count: 100_000)
      #expect(throws: PipelineError.self) {
        _ = try PipelineFile(Array(text.utf8), named: "p.yaml")
      }
    }
    let lines = (0..<1000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(throws: PipelineError.self) { _ = try PipelineFile(Array(lines.utf8), named: "p.yaml") }
  }

  @Test func `that is not there is a fault of the path, not of the file`() {
    #expect(throws: FileError.self) { _ = try PipelineFile.load("/nowhere/p.yaml") }
  }
}

struct `A pipeline file` {
  @Test func `keeps order, types and texts of its settings`() throws {
    let text = """
      pipeline: x
      about: |
        Prose with R&D, *stars* and 2..4.
      stages:
        - name: a
          kind: generate
          with: {source: 2..4, count: -3, labels: "007", order: [1, 2.5e-3, true, null, ~],
                 column: {z: 1, a: 2}}
      """
    let plan = try Scene.plan(text, types: words)
    let expected: JSONObject = [
      "source": "2..4", "count": -3, "labels": "007", "order": [1, 0.0025, true, nil, nil],
      "column": ["z": 1, "a": 2],
    ]
    #expect(plan.stages[0].with == expected)
    #expect(plan.about == "Prose with R&D, *stars* and 2..4.\n")
  }

  @Test func `takes values from the command line`() throws {
    let plan = try Scene.plan(
      diamond, ["a.steps=7", "seed=11", "stages.top.model.size=2", "right.count=3"])
    #expect(plan["a"]?.resolved["steps"] == 7)
    #expect(plan.seed == 11)
    #expect(plan["top"]?.resolved["model"] == ["size": 2])
    #expect(plan["right"]?.resolved["count"] == 3)
    #expect(plan["left"]?.resolved["seed"] == 11)
  }

  @Test(arguments: [
    ("steps", "no '='"), ("ab.steps=3", "did you mean a"), ("a.steps=many", "expected an integer"),
    ("a.stpes=3", "did you mean steps"), ("seed.x=1", "nothing inside"), ("a=3", "STAGE.SETTING"),
    ("a.steps.x=3", "steps"), ("compare.seeds=2", "compares nothing"), ("seed=&x 3", "anchors"),
  ])
  func `names a --set that does not fit`(_ override: String, _ says: String) {
    let error = #expect(throws: PipelineError.self) { _ = try Scene.plan(diamond, [override]) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("--set \(override): "), "\(text)")
    #expect(text.contains(says) || override == "seed.x=1", "\(text)")
  }
}
