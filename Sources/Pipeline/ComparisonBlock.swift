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
  /// The model whose loss a curriculum sorts by: `curriculum.student`.
  var student: String?
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
  private static let studentKey = "student"
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
    if let named = curriculum[Self.studentKey], named != .null {
      guard let name = named.stringValue, !name.isEmpty else {
        throw PipelineError(
          file, block.place(of: ["curriculum", Self.studentKey]),
          "compare: curriculum: student: expected a stage that makes a model, found \(named.text)")
      }
      student = name
    }
    curriculum[Self.studentKey] = nil
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
    for arm in arms where arm.writes {
      let texts = options[Self.textsKey]
      let block = texts?.objectValue
      let word = texts?.stringValue ?? block?["name"]?.stringValue ?? "student"
      guard word == "set" || block?["share"]?.doubleValue == 0 else { continue }
      throw PipelineError(
        file, source.place(of: [Self.textsKey]),
        "compare: texts: the arm \(arm.name) learns from what its students write, and this leaves "
          + "them nothing to write -- leave it out, or leave out the arm")
    }
    for arm in arms where arm.isPruned {
      let shape = training["model"]?.objectValue ?? [:]
      for key in Self.prunedKeys where shape[key]?.intValue == nil {
        throw PipelineError(
          file, block.place(of: ["model"]),
          "compare: model: \(key): the arm \(arm.name) cuts the teacher to the shape of the other "
            + "students, which have sizes of their own where none are named -- name "
            + Self.prunedKeys.joined(separator: ", "))
      }
    }
  }

  /// Sizes that a pruned student shares with the others; together they say what every weight is.
  static let prunedKeys = [
    "num_hidden_layers", "hidden_size", "intermediate_size", "num_attention_heads",
    "num_key_value_heads", "head_dim",
  ]

  /// The settings of the trainings of one arm.
  func training(_ arm: Arm, seed: Int64) -> JSONObject {
    var with = training
    with["objective"] = JSON(arm.objective)
    for (key, value) in arm.known(options.members.map { ($0.key, $0.value) }) { with[key] = value }
    with["seed"] = .int(seed)
    if arm.isPruned {
      let shape = Self.prunedKeys.map { ($0, training["model"]?[$0] ?? .null) }
      with["model"] = ["from": JSON(teacher), "prune": .object(JSONObject(shape))]
    }
    if arm.writes {
      // A block that gives settings alone speaks of the student's texts too.
      var texts = with[Self.textsKey]?.objectValue ?? [:]
      if texts["name"] == nil { texts["name"] = "student" }
      with[Self.textsKey] = .object(texts)
    }
    if arm.isAveraged {
      with["schedule"] = "constant"
      if with[Self.averagingKey] == nil { with[Self.averagingKey] = ["start": 0.5] }
    } else if arms.contains(where: \.isAveraged) {
      with[Self.averagingKey] = nil
    }
    return with
  }

  private static let averagingKey = "averaging"
  private static let textsKey = "texts"

  /// The settings of the orders of one kind, but for steps, batch and seed, and the word that names
  /// them.
  func order(_ order: Arm.Order) -> (word: String, with: JSONObject) {
    let isSplit = arms.contains { $0.order != .shared }
    switch order {
    case .shared:
      var with: JSONObject = isSplit ? [:] : curriculum
      if with["order"] == nil { with["order"] = "random" }
      return ("order", with)
    case .curriculum:
      var with = curriculum
      if with["order"] == nil { with["order"] = "competence" }
      return ("curriculum-order", with)
    case .paced:
      var with = curriculum
      // The orders that are named for their pacing.
      if let word = with["order"]?.stringValue, ["linear", "root-p", "discrete"].contains(word) {
        with["pacing"] = JSON(word)
      }
      with["order"] = "paced-random"
      with["column"] = nil
      return ("paced-order", with)
    }
  }

  /// The seed of replicate `k`: hashed from the pipeline's, the same for all arms and comparisons.
  static func seed(_ k: Int, pipelineSeed: UInt64) -> Int64 {
    let digest = SHA256.hash("replicate \(k) of pipeline seed \(pipelineSeed)")
    return digest.bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) }
  }
}
