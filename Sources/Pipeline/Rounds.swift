internal import Files
internal import Stages

/// Turns `rounds` into ordinary stages: in each round somebody writes, the verifier judges, the
/// teacher labels what is left, and the student learns it.
///
///     round k:  NAME-k-texts   sample, from the problems and the student (or the teacher)
///               NAME-k-labels  label, from these texts and the teacher
///               NAME-k         distil, from these labels and the student of round k - 1
///
/// Every stage is cached and resumed by itself, and each round's texts and labels are sets like any
/// other. The student of the last round, `NAME-COUNT`, may be an input of other stages.
struct Rounds {
  private static let kinds = (sample: "sample", label: "label", distil: "distil")

  /// The drafts and those that rounds add.
  ///
  /// - Throws: `PipelineError` for rounds that name a missing or unsuitable stage.
  static func insert(
    into drafts: [Draft], _ pipeline: PipelineFile, _ products: StageProducts
  ) throws(PipelineError) -> [Draft] {
    var all = drafts
    var names: Set<String> = []
    for block in pipeline.rounds {
      let rounds = try RoundsBlock(block, file: pipeline.file)
      guard names.insert(rounds.name).inserted else {
        throw PipelineError(
          pipeline.file, block.place(of: ["name"]),
          "rounds: two are called \(rounds.name) -- give each a name of its own")
      }
      // Later rounds may begin where earlier ones ended.
      let known = all
      func require(_ key: String, _ name: String?, _ product: StageProduct) throws(PipelineError) {
        guard let name else { return }
        let fitting = known.filter { products.does($0.kind, make: product) }.map(\.name)
        guard !fitting.contains(name) else { return }
        let place = block.place(of: [key])
        throw PipelineError(
          pipeline.file, place,
          known.contains { $0.name == name }
            ? "rounds: \(key): the stage \(name) makes no \(product.rawValue)"
            : "rounds: \(key): no stage \(name)\(Nearness.hint(name, among: fitting)); "
              + "\(product.rawValue)s: " + fitting.joined(separator: ", "))
      }
      try require("problems", rounds.problems, .set)
      try require("start", rounds.start, .model)
      try require("teacher", rounds.teacher, .model)
      try require("validation", rounds.validation, .set)
      for round in 1...rounds.count {
        all += stages(of: rounds, round, pipelineSeed: pipeline.seed)
      }
    }
    return all
  }

  private static func stages(
    of rounds: RoundsBlock, _ round: Int, pipelineSeed: UInt64
  ) -> [Draft] {
    let origin = rounds.name == "rounds" ? "rounds" : "rounds \(rounds.name)"
    let stem = "\(rounds.name)-\(round)"
    let before = round == 1 ? rounds.start : "\(rounds.name)-\(round - 1)"
    let teacher = rounds.teacher ?? before
    let seed = JSON.int(Self.seed(round, of: rounds.name, pipelineSeed: pipelineSeed))
    var drafts: [Draft] = []
    func add(
      _ name: String, _ kind: String, _ from: [(name: String, key: String)], _ with: JSONObject,
      settings: String
    ) {
      let source = rounds.source[settings] ?? rounds.source
      var draft = Draft(
        added: name, kind: kind, from: from.map(\.name), with: with, source: source, by: origin)
      draft.fromPlaces =
        from.map { rounds.source.place(of: [$0.key]) } + [rounds.source.place(of: [settings])]
      drafts.append(draft)
    }

    var texts = (name: rounds.problems, key: "problems")
    if rounds.texts != .set {
      var with = rounds.sample
      with["seed"] = seed
      if rounds.asksNew, let count = with["count"]?.intValue, round > 1 {
        with["skip"] = JSON((round - 1) * count)
      }
      let writer = rounds.texts == .student ? (before, "start") : (teacher, "teacher")
      add(
        stem + "-texts", kinds.sample, [texts, (name: writer.0, key: writer.1)], with,
        settings: "sample")
      texts = (name: stem + "-texts", key: "sample")
    }
    // Texts kept whatever the verdict make sets that no verifier vouches for.
    let keepsAll = rounds.texts != .set && rounds.sample["keep"] == "all"
    func taking(_ settings: JSONObject) -> JSONObject {
      var settings = settings
      if keepsAll, settings["unverified"] == nil { settings["unverified"] = true }
      return settings
    }
    add(
      stem + "-labels", kinds.label, [texts, (name: teacher, key: "teacher")],
      taking(rounds.label), settings: "label")

    var with = taking(rounds.distil)
    with["seed"] = seed
    var from = [(name: stem + "-labels", key: "label")]
    if let validation = rounds.validation { from.append((name: validation, key: "validation")) }
    if rounds.weights == .previous {
      with["model"] = ["from": JSON(before)]
      from.append((name: before, key: "start"))
    }
    add(stem, kinds.distil, from, with, settings: "distil")
    return drafts
  }

  /// The seed of one round, hashed from the pipeline's.
  private static func seed(_ round: Int, of name: String, pipelineSeed: UInt64) -> Int64 {
    let digest = SHA256.hash("round \(round) of \(name), pipeline seed \(pipelineSeed)")
    return digest.bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) }
  }
}
