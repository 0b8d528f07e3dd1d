internal import Arms
internal import Files
internal import Stages

/// Turns `compare` into ordinary stages: orders, trainings, evaluations, one report.
///
/// Every training is its own stage, so each is cached, resumed and run in parallel with others.
/// The report's settings name the role of each of its inputs, which makes it a pure function of
/// settings and inputs.
struct Expansion {
  static let reportName = "report"

  /// The difficulty that is the loss of a model.
  private static let studentColumn = "student_loss"

  let file: String
  private let seed: UInt64
  let products: StageProducts
  private let kinds: Kinds
  var drafts: [Draft]
  /// `comparisons` of the report's settings.
  private var comparisons: [JSON] = []
  /// Roles of the report's inputs, in the order dataset, training, evaluation, labels, teacher.
  private var roles: [[JSONObject]] = [[], [], [], [], []]
  /// The place in the file that asks for what an input of the report provides.
  private var asked: [String: Place] = [:]

  /// The stages of the file and those its comparisons add.
  ///
  /// - Throws: `PipelineError` for a comparison that names a missing or unsuitable stage.
  static func expand(
    _ pipeline: PipelineFile, _ products: StageProducts
  ) throws(PipelineError) -> [Draft] {
    let drafts = try Rounds.insert(into: pipeline.entries.map(Draft.init), pipeline, products)
    guard let first = pipeline.comparisons.first else {
      return Orders.insert(
        into: try Starts.insert(into: drafts, products, file: pipeline.file), products)
    }
    var expansion = Expansion(
      file: pipeline.file, seed: pipeline.seed, products: products,
      kinds: try Kinds(products, file: pipeline.file, first), drafts: drafts)
    let heldOut = pipeline.comparisons.flatMap { block in
      ["test", "validation"].compactMap { block[$0]?.json.stringValue }
    }
    for stage in expansion.drafts where !heldOut.contains(stage.name) {
      // A set without tokens is drawn, or written by a model that it reads.
      guard products.makes(stage.kind) == [.set] else { continue }
      let isWritten = stage.from.contains { expansion.does($0, make: .model) }
      expansion.add(
        role: isWritten ? "samples" : "dataset", [("input", stage.name)], to: 0)
    }
    var names: Set<String> = []
    for block in pipeline.comparisons {
      let comparison = try ComparisonBlock(block, file: pipeline.file)
      guard names.insert(comparison.name).inserted else {
        throw PipelineError(
          pipeline.file, block.place(of: ["name"]),
          "compare: two comparisons are called \(comparison.name) -- give each a name of its own")
      }
      try expansion.add(comparison)
    }
    expansion.addReport(pipeline, source: first)
    return try expansion.complete()
  }

  /// The drafts with what their trainings need: checkpoints to start from, and orders.
  private func complete() throws(PipelineError) -> [Draft] {
    Orders.insert(into: try Starts.insert(into: drafts, products, file: file), products)
  }

  /// The kinds of the stages that comparisons add, by what they make.
  private struct Kinds {
    let order: String
    let labels: String
    let evaluation: String
    let report: String

    /// - Throws: `PipelineError` for a product that no kind makes, or several.
    init(_ products: StageProducts, file: String, _ comparison: YAML) throws(PipelineError) {
      func maker(_ made: [StageProduct]) throws(PipelineError) -> String {
        guard let kind = products.maker(of: made) else {
          let words = made.map(\.rawValue).joined(separator: " and ")
          throw PipelineError(
            file, comparison.place, "compare: no single kind of stage makes \(words)")
        }
        return kind
      }
      order = try maker([.order])
      labels = try maker([.set, .labels])
      evaluation = try maker([.evaluation])
      report = try maker([.report])
    }
  }

  private init(
    file: String, seed: UInt64, products: StageProducts, kinds: Kinds, drafts: [Draft]
  ) {
    self.file = file
    self.seed = seed
    self.products = products
    self.kinds = kinds
    self.drafts = drafts
  }

  /// Whether the named stage makes a product.
  func does(_ stage: String, make product: StageProduct) -> Bool {
    drafts.contains { $0.name == stage && products.does($0.kind, make: product) }
  }

  private mutating func add(_ comparison: ComparisonBlock) throws(PipelineError) {
    let origin = comparison.name == "compare" ? "compare" : "compare \(comparison.name)"
    let labels = try find("labels", comparison.labels, .labels, comparison)
    _ = try find("teacher", comparison.teacher, .model, comparison)
    try check(comparison.arms, read: labels)
    func new(_ name: String, _ kind: String, _ from: [String], _ with: JSONObject) -> Draft {
      Draft(
        added: name, kind: kind, from: from, with: with, source: comparison.source, by: origin)
    }

    let test = try oracle("test", comparison.test, labels, comparison, new)
    var validation: String?
    if let name = comparison.validation {
      validation = try oracle("validation", name, labels, comparison, new)
    }
    let heldOut = try holdOut(comparison, labels)
    var exact: String?
    if comparison.arms.contains(where: { $0.target == .oracle }) {
      let name = comparison.name + "-oracle"
      drafts.append(new(name, kinds.labels, labels.from, self.exact(labels.with)))
      exact = name
    }

    var student: [String] = []
    if let name = comparison.student {
      student = [try find("curriculum", name, .model, comparison).name]
    }
    for k in 1...comparison.seeds {
      var made: [Arm.Order] = []
      for arm in comparison.arms where !made.contains(arm.order) {
        made.append(arm.order)
        var (word, with) = comparison.order(arm.order)
        for key in ["steps", "batch"] { with[key] = comparison.training[key] }
        with["seed"] = .int(ComparisonBlock.seed(k, pipelineSeed: seed))
        let sorts = with["column"]?.stringValue == Self.studentColumn
        var order = new(
          "\(comparison.name)-\(word)-s\(k)", kinds.order, [labels.name] + (sorts ? student : []),
          with)
        order.ordersFor = "\(comparison.name)-\(arm.name)-s\(k)"
        order.holdOut(heldOut)
        drafts.append(order)
      }
    }
    for arm in comparison.arms {
      for k in 1...comparison.seeds {
        let name = "\(comparison.name)-\(arm.name)-s\(k)"
        let set = arm.target == .oracle ? exact ?? labels.name : labels.name
        let from = [set, "\(comparison.name)-\(comparison.order(arm.order).word)-s\(k)"]
        let teacher = arm.writes ? [comparison.teacher] : []
        var training = new(
          name, arm.stage, from + (validation.map { [$0] } ?? []) + teacher,
          comparison.training(arm, seed: ComparisonBlock.seed(k, pipelineSeed: seed)))
        training.fromPlaces = [
          comparison.source.place(of: ["labels"]), training.place,
          comparison.source.place(of: ["validation"]), training.place,
        ]
        if validation == nil { training.fromPlaces.remove(at: 2) }
        if arm.writes {
          training.fromPlaces.insert(
            comparison.source.place(of: ["teacher"]), at: training.fromPlaces.count - 1)
        }
        drafts.append(training)
        drafts.append(
          new(name + "-evaluation", kinds.evaluation, [name, test], comparison.evaluation))
        let replicate: [(String, JSON)] = [
          ("comparison", JSON(comparison.name)), ("arm", JSON(arm.name)), ("seed", JSON(k)),
        ]
        add(role: "training", [("input", JSON(name))] + replicate, to: 1)
        add(role: "evaluation", [("input", JSON(name + "-evaluation"))] + replicate, to: 2)
        asked[name + "-evaluation"] = comparison.source.place(of: ["primary"])
      }
    }
    addTeacher(comparison, test, new)
    let scope = [("comparison", JSON(comparison.name))]
    add(role: "labels", [("input", JSON(labels.name))] + scope, to: 3)
    if let name = exact {
      add(role: "oracle-labels", [("input", JSON(name))] + scope, to: 3)
    }
    add(role: "test", [("input", JSON(comparison.test))] + scope, to: 3)
    if let name = comparison.validation {
      add(role: "validation", [("input", JSON(name))] + scope, to: 3)
    }
    add(role: "teacher", [("input", JSON(comparison.teacher))] + scope, to: 4)
    addSettings(comparison)
  }

  /// The teacher is evaluated once per test set, even if several comparisons use it.
  private mutating func addTeacher(
    _ comparison: ComparisonBlock, _ test: String,
    _ new: (String, String, [String], JSONObject) -> Draft
  ) {
    let shared = drafts.first {
      products.does($0.kind, make: .evaluation) && $0.from == [comparison.teacher, test]
        && $0.with == comparison.evaluation
    }
    let name = shared?.name ?? comparison.name + "-teacher-evaluation"
    if shared == nil {
      drafts.append(
        new(name, kinds.evaluation, [comparison.teacher, test], comparison.evaluation))
    }
    add(
      role: "teacher-evaluation",
      [("input", JSON(name)), ("comparison", JSON(comparison.name))], to: 2)
  }

  /// The label set with oracle labels for the reference traces of `name`; `name` itself when it
  /// already is a label set.
  private mutating func oracle(
    _ key: String, _ name: String, _ labels: Draft, _ comparison: ComparisonBlock,
    _ new: (String, String, [String], JSONObject) -> Draft
  ) throws(PipelineError) -> String {
    let set = try find(key, name, .set, comparison)
    if products.does(set.kind, make: .labels) { return name }
    var with: JSONObject = [:]
    for key in ["compression", "template", "max_tokens"] {
      with[key] = labels.with[key]
    }
    var oracle = new(name + "-oracle", kinds.labels, [name, comparison.teacher], exact(with))
    // Another comparison may want the same set in another form.
    let isTaken = drafts.contains {
      $0.name == oracle.name && $0.addedBy != nil
        && ($0.from != oracle.from || $0.with != oracle.with)
    }
    if isTaken { oracle.name = "\(comparison.name)-\(oracle.name)" }
    let isThere = drafts.contains {
      $0.name == oracle.name && $0.addedBy != nil && $0.from == oracle.from
        && $0.with == oracle.with
    }
    if !isThere { drafts.append(oracle) }
    return oracle.name
  }

  /// The settings of a label set with exact distributions instead of a teacher's: stored exactly,
  /// however the teacher's are.
  private func exact(_ settings: JSONObject) -> JSONObject {
    var with = settings
    for key in products.settings(of: kinds.labels, under: "encoding") { with[key] = nil }
    with["source"] = "oracle"
    return with
  }

  /// Refuses arms that need distributions the label set does not hold.
  private func check(_ arms: [Arm], read labels: Draft) throws(PipelineError) {
    let source = labels.with["source"]?.stringValue ?? "teacher"
    for arm in arms {
      let needs: String
      switch arm.target {
      case .teacher where source != "teacher":
        needs =
          "learns from a teacher's distributions"
          + (source == "oracle" && arms.contains { $0.target == .oracle }
            ? "" : "; the arm that learns from exact ones is kd-oracle")
      case .meanEntropy where source == "none": needs = "takes its smoothing from labels"
      default: continue
      }
      throw PipelineError(
        file, labels.source.place(of: ["source"]),
        "\(labels.name): source: \(source), but the arm \(arm.name) of compare reads these labels and "
          + "\(needs) -- label with source: teacher, or leave the arm out")
    }
  }

  private func find(
    _ key: String, _ name: String, _ product: StageProduct, _ comparison: ComparisonBlock
  ) throws(PipelineError) -> Draft {
    let place = comparison.source.place(of: [key])
    guard let draft = drafts.first(where: { $0.name == name }) else {
      throw PipelineError(
        file, place,
        "compare: \(key): no stage \(name)\(Nearness.hint(name, among: drafts.map(\.name)))")
    }
    guard products.does(draft.kind, make: product) else {
      let kinds = products.makers(of: product)
      throw PipelineError(
        file, place,
        "compare: \(key): expected a stage of kind \(kinds.joined(separator: " or ")), \(name) is "
          + "of kind \(draft.kind)")
    }
    return draft
  }

  private mutating func add(role: String, _ members: [(String, JSON)], to group: Int) {
    roles[group].append(
      JSONObject([members[0], ("role", JSON(role))] + members.dropFirst()))
  }

  private mutating func add(role: String, _ members: [(String, String)], to group: Int) {
    add(role: role, members.map { ($0.0, JSON($0.1)) }, to: group)
  }

  private mutating func addSettings(_ comparison: ComparisonBlock) {
    var settings = comparison.report
    settings["name"] = JSON(comparison.name)
    settings["arms"] = JSON(comparison.arms) { JSON($0.name) }
    settings["seeds"] = JSON(comparison.seeds)
    let order = ["name"] + ComparisonBlock.reportKeys + ["arms", "seeds"]
    comparisons.append(
      .object(JSONObject(order.compactMap { key in settings[key].map { (key, $0) } })))
  }

  private mutating func addReport(_ pipeline: PipelineFile, source: YAML) {
    let all = roles.flatMap { $0 }
    var inputs: [String] = []
    for role in all {
      if let name = role["input"]?.stringValue, !inputs.contains(name) { inputs.append(name) }
    }
    var with: JSONObject = ["pipeline": JSON(pipeline.name)]
    if !pipeline.about.isEmpty { with["about"] = JSON(pipeline.about) }
    with["comparisons"] = .array(comparisons)
    with["roles"] = JSON(all) { .object($0) }
    var report = Draft(
      added: Self.reportName, kind: kinds.report, from: inputs, with: with, source: source,
      by: "compare")
    report.fromPlaces = inputs.map { asked[$0] ?? source.place } + [source.place]
    drafts.append(report)
  }
}
