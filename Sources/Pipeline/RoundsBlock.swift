internal import Files
internal import Stages

/// One entry of `rounds`: its keys parsed, the blocks left for the stages that it becomes.
struct RoundsBlock: Sendable {
  /// Whose texts a round learns.
  enum Texts: String, CaseIterable, Sendable {
    /// What the student of the round before writes and the verifier accepts.
    case student
    /// What the round's teacher writes and the verifier accepts.
    case teacher
    /// The traces of the set itself.
    case set
  }

  /// The weights that a round's student begins with.
  enum Weights: String, CaseIterable, Sendable {
    /// Those that the round before ended with.
    case previous
    /// Weights drawn anew: `distil.model` gives the shape.
    case fresh
  }

  var name: String
  var count: Int
  var problems: String
  /// `nil`: the student of the round before.
  var teacher: String?
  /// The student before the first round.
  var start: String
  var texts: Texts
  var weights: Weights
  /// Whether each round asks other problems than the rounds before it.
  var asksNew: Bool
  var validation: String?
  var sample: JSONObject
  var label: JSONObject
  var distil: JSONObject
  let source: YAML

  static let keys = [
    "name", "count", "problems", "teacher", "start", "texts", "weights", "new_problems",
    "validation", "sample", "label", "distil",
  ]
  /// Settings of each round's stages that the rounds set.
  static let sampleKeys = ["seed", "skip"]
  static let distilKeys = ["seed"]

  init(_ block: YAML, file: String) throws(PipelineError) {
    let keys = Keys(file)
    source = block
    try keys.check(block, in: "rounds", Self.keys)
    func wrong(_ key: String, _ expected: String) -> PipelineError {
      PipelineError(
        file, block.place(of: [key]),
        "rounds: \(key): expected \(expected), found \(block[key]?.found ?? "nothing")")
    }
    func word<T: RawRepresentable & CaseIterable>(
      _ key: String, _ fallback: T
    ) throws(PipelineError) -> T where T.RawValue == String {
      guard let given = block[key], given.json != .null else { return fallback }
      guard let word = given.json.stringValue.flatMap(T.init(rawValue:)) else {
        throw wrong(key, "one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return word
    }
    func settings(_ key: String) throws(PipelineError) -> JSONObject {
      guard let given = block[key], given.json != .null else { return [:] }
      guard let object = given.json.objectValue else { throw wrong(key, "a mapping of settings") }
      return object
    }
    name = block["name"] == nil ? "rounds" : try keys.name(block, "name")
    guard let count = block["count"]?.json.intValue, (1...1000).contains(count) else {
      throw wrong("count", "the number of rounds, from 1 to 1000")
    }
    self.count = count
    problems = try keys.text(block, "problems")
    start = try keys.text(block, "start")
    teacher = try keys.optionalText(block, "teacher")
    validation = try keys.optionalText(block, "validation")
    texts = try word("texts", .student)
    weights = try word("weights", .previous)
    sample = try settings("sample")
    label = try settings("label")
    distil = try settings("distil")
    if let given = block["new_problems"], given.json != .null {
      guard let flag = given.json.boolValue else { throw wrong("new_problems", "true or false") }
      asksNew = flag
    } else {
      asksNew = texts != .set && sample["count"] != nil
    }
    for (name, block, taken) in [
      ("sample", sample, Self.sampleKeys), ("distil", distil, Self.distilKeys),
    ] {
      for key in taken where block[key] != nil {
        throw PipelineError(
          file, source.place(of: [name, key]),
          "rounds: \(name): \(key): the rounds set it for each of them -- leave it out")
      }
    }
    if texts == .set, !sample.isEmpty {
      throw PipelineError(
        file, block.place(of: ["sample"]),
        "rounds: sample: nobody writes where texts: set -- leave one out")
    }
    if asksNew, texts == .set || sample["count"]?.intValue == nil {
      throw PipelineError(
        file, block.place(of: ["new_problems"]),
        "rounds: new_problems: needs sample: {count: …}, the problems that a round asks")
    }
    if weights == .previous, distil["model"]?.objectValue?.isEmpty == false {
      throw PipelineError(
        file, block.place(of: ["distil", "model"]),
        "rounds: distil: model: a round goes on with the weights of the one before -- leave it out, "
          + "or say weights: fresh")
    }
    if weights == .fresh, distil["model"] == nil {
      throw PipelineError(
        file, block.place(of: ["weights"]),
        "rounds: weights: fresh needs the shape of the students -- distil: {model: {hidden_size: …}}"
      )
    }
  }
}
