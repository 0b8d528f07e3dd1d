import Files
import Foundation
import Models
import SoftLabels
import Stages
import Testing
import Training

/// Objectives that compare inner states, from a living teacher or from labels of states.
struct `Matching a teacher's states` {
  private let sets: TinySets
  private let order: StageInput
  private let plain: StageInput

  init() throws {
    sets = try TinySets()
    order = try sets.order(48)
    plain = try sets.plain()
  }

  /// A model that was trained on the tiny set, of another shape than the student.
  private func teacher(_ name: String = "teacher") throws -> StageInput {
    var run = TinyRun(inputs: [try sets.labelled("taught-\(name)"), order])
    run.kind = .train
    run.with = [
      "seed": 3,
      "model": [
        "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2,
      ],
    ]
    let folder = sets.place.path + "/" + name
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash(name).hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    try manifest.write(to: folder)
    return StageInput(
      name: name, kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
  }

  static let objectives: [JSON] = [
    ["name": "hidden-matching"], ["name": "hidden-matching", "measure": "cosine", "mix": 0],
    ["name": "hidden-matching", "student_layer": 1, "teacher_layer": 2],
    ["name": "hidden-matching", "student_layer": 2, "weight": ["from": 1, "to": 0.1]],
    ["name": "attention-matching"],
    ["name": "attention-matching", "relation_heads": 1, "student_layer": 1, "teacher_layer": 3],
    ["name": "attention-matching", "weight": 5, "temperature": 2, "mix": 0.5],
  ]

  private func run(
    _ objective: JSON, _ name: String, threads: Int = 1, stopAt: Int? = nil,
    _ with: JSONObject = [:], failure: InjectedFailure? = nil, teacher: StageInput
  ) throws -> (digest: [String], lines: [JSON]) {
    var run = TinyRun(inputs: [plain, order, teacher])
    run.with = ["objective": objective, "log_every": 1]
    for member in with.members { run.with[member.key] = member.value }
    run.threads = threads
    let out = sets.place.path + "/" + name
    if let stopAt {
      #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
    }
    let result = try run(out, failure: failure)
    return (try TinyRun.digest(of: result, in: out), try TinyRun.metrics(in: out))
  }

  @Test(arguments: objectives) func `brings them closer`(objective: JSON) throws {
    let teacher = try teacher()
    let lines = try run(objective, "out", teacher: teacher).lines
    let distances = lines.compactMap { $0["distance"]?.doubleValue }
    #expect(distances.count == 12 && distances.allSatisfy { $0.isFinite && $0 >= 0 })
    #expect(distances[11] < distances[0], "\(distances[0]) to \(distances[11])")
    #expect(lines.allSatisfy { $0["kl"]?.doubleValue != nil && $0["ce"]?.doubleValue != nil })
  }

  /// The projection is part of a state; its gradient is summed in the order of the parts.
  @Test(arguments: objectives)
  func `writes the same bytes after a stop, and on any number of threads`(objective: JSON) throws {
    let teacher = try teacher()
    let whole = try run(objective, "whole", teacher: teacher).digest
    #expect(try run(objective, "stopped", stopAt: 6, teacher: teacher).digest == whole)
    #expect(try run(objective, "threads", threads: 3, teacher: teacher).digest == whole)
    // What was learnt beside the student is not written.
    #expect(!whole.contains { $0.contains("projection.") })
  }

  /// Two projections of one sum: the loss of a batch in parts is that of the whole.
  @Test(arguments: objectives) func `is the same in micro-batches`(objective: JSON) throws {
    let teacher = try teacher()
    func losses(_ name: String, _ with: JSONObject) throws -> [Double] {
      try run(objective, name, with, teacher: teacher).lines.compactMap { $0["loss"]?.doubleValue }
    }
    let whole = try losses("whole", [:])
    for (a, b) in zip(whole, try losses("parts", ["micro_batch": 1])) { #expect(abs(a - b) < 1e-3) }
  }

  @Test(arguments: objectives) func `is guarded against states that are not read`(
    objective: JSON
  ) throws {
    let teacher = try teacher()
    let error = #expect(throws: TrainingError.self) {
      try run(
        objective, "out", failure: InjectedFailure(place: .unread, step: 1), teacher: teacher)
    }
    #expect(error?.description.contains("the labels are not read") == true)
  }

  /// Without weight the term changes nothing.
  @Test func `of no weight is the forward divergence`() throws {
    let teacher = try teacher()
    let plain = try run("forward-kl", "plain", teacher: teacher)
    for name in ["hidden-matching", "attention-matching"] {
      let none = try run(["name": JSON(name), "weight": 0], name, teacher: teacher)
      let weights = { (all: [String]) in all.first { $0.contains("model.safetensors") } }
      #expect(weights(none.digest) != nil && weights(none.digest) == weights(plain.digest))
      let losses = { (lines: [JSON]) in lines.compactMap { $0["loss"]?.doubleValue } }
      #expect(losses(none.lines) == losses(plain.lines))
    }
  }

  /// Labels of encoding `full` hold distributions and no states.
  @Test func `is refused where there is nothing to match`() throws {
    let labels = try sets.labelled()
    func failure(_ inputs: [StageInput], _ objective: JSON) -> String {
      var run = TinyRun(inputs: inputs)
      run.with = ["objective": objective]
      do {
        _ = try run(sets.place.path + "/out")
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(failure([labels, order], "hidden-matching").contains("hold no hidden states"))
    #expect(failure([labels, order], "attention-matching").contains("no living teacher"))
    #expect(
      failure([labels, order], ["name": "hidden-matching", "student_layer": 1])
        .contains("no living teacher"))
    let inputs = [labels, order, try teacher()]
    #expect(
      failure(inputs, ["name": "hidden-matching", "student_layer": 3]).contains(
        "layer 3 of a model"))
    #expect(
      failure(inputs, ["name": "hidden-matching", "teacher_layer": 4]).contains(
        "layer 4 of a model"))
    #expect(
      failure(inputs, ["name": "attention-matching", "relation_heads": 7])
        .contains("does not divide"))
    #expect(
      failure(inputs, ["name": "attention-matching", "teacher_layer": 9])
        .contains("layer 9 of a model"))
    #expect(failure(inputs, ["name": "hidden-matching", "measure": "l1"]).contains("mse, cosine"))
    #expect(failure(inputs, ["name": "hidden-matching", "weight": -1]).contains("weight"))
  }
}
