internal import Arms
internal import Files

/// One entry of `compare`: its own keys parsed, all others left for the trainings.
struct ComparisonBlock: Sendable {
  var name: String
  var arms: [Arm]
  var seeds: Int
  var teacher: String
  var labels: String
  var test: String
  var validation: String?
  /// Settings of the order stages other than steps, batch and seed.
  var curriculum: JSONObject
  /// Settings of the evaluations.
  var evaluation: JSONObject
  /// Settings that belong to the objectives of only some arms.
  var options: JSONObject
  /// `primary` and other keys of the report.
  var report: JSONObject
  /// Every other key: settings of the trainings.
  var training: JSONObject
  let source: YAML

  /// Settings of the order stages that the comparison sets.
  static let curriculumKeys = ["steps", "batch", "seed"]
  /// Settings of the trainings that each arm sets.
  static let setKeys = ["seed", "objective"]
  static let reportKeys = ["primary", "confidence", "title"]

  init(_ block: YAML, file: String) throws(PipelineError) {
    let keys = Keys(file)
    source = block
    func wrong(_ key: String, _ expected: String) -> PipelineError {
      PipelineError(
        file, block.place(of: [key]),
        "compare: \(key): expected \(expected), found \(block[key]?.found ?? "nothing")")
    }
    name = block["name"] == nil ? "compare" : try keys.name(block, "name")
    let words = Arm.names.joined(separator: ", ")
    guard let list = block["arms"]?.list, !list.isEmpty else {
      throw wrong("arms", "a list out of \(words)")
    }
    arms = []
    for item in list {
      guard let arm = item.json.stringValue.flatMap(Arm.named), !arms.contains(arm) else {
        throw PipelineError(
          file, item.place,
          "compare: arms: expected each at most once, out of \(words); found "
            + item.found)
      }
      arms.append(arm)
    }
    guard let seeds = block["seeds"].map(\.json.intValue) ?? 3, (1...1000).contains(seeds) else {
      throw wrong("seeds", "an integer from 1 to 1000")
    }
    self.seeds = seeds
    teacher = try keys.text(block, "teacher")
    labels = try keys.text(block, "labels")
    test = try keys.text(block, "test")
    validation = try keys.optionalText(block, "validation")
    func settings(_ key: String) throws(PipelineError) -> JSONObject {
      guard let given = block[key], given.json != .null else { return [:] }
      guard let object = given.json.objectValue else { throw wrong(key, "a mapping") }
      return object
    }
    curriculum = try settings("curriculum")
    for key in Self.curriculumKeys where curriculum[key] != nil {
      throw PipelineError(
        file, block.place(of: ["curriculum", key]),
        "compare: curriculum: \(key): the comparison sets it -- leave it out")
    }
    evaluation = try settings("evaluation")
    options = [:]
    report = [:]
    training = [:]
    let own = [
      "name", "arms", "seeds", "teacher", "labels", "test", "validation", "curriculum",
      "evaluation",
    ]
    for member in block.map ?? [] where !own.contains(member.key) {
      if Arm.allOptions.contains(member.key) {
        options[member.key] = member.value.json
      } else if Self.reportKeys.contains(member.key) {
        report[member.key] = member.value.json
      } else if Self.setKeys.contains(member.key) {
        throw PipelineError(
          file, member.place, "compare: \(member.key): the comparison sets it for each arm")
      } else {
        training[member.key] = member.value.json
      }
    }
  }

  /// The settings of the trainings of one arm.
  func training(_ arm: Arm, seed: Int64) -> JSONObject {
    var with = training
    with["objective"] = JSON(arm.objective)
    for (key, value) in arm.known(options.members.map { ($0.key, $0.value) }) { with[key] = value }
    with["seed"] = .int(seed)
    return with
  }

  /// The seed of replicate `k`: hashed from the pipeline's, the same for all arms and comparisons.
  static func seed(_ k: Int, pipelineSeed: UInt64) -> Int64 {
    let digest = SHA256.hash("replicate \(k) of pipeline seed \(pipelineSeed)")
    return digest.bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) }
  }
}
