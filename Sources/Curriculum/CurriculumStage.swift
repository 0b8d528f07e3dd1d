internal import Archives
internal import Files
internal import Sets
public import Stages
internal import Tensors

/// Stage `curriculum`: the order in which a set is learnt, as a file.
///
/// Every order, our own or a rival's, reaches the trainer as the same `order.npy` of positions in
/// the set. Further inputs are held-out sets: none of their problems may be learnt from. They do
/// not change the order, but this check comes before any training.
public struct CurriculumStage: Stage {
  public static let kind = "curriculum"
  public static let codeVersion = 2
  public static let about = "orders a set: random, easy to hard, paced, interleaved"
  public static let needs = [
    StageNeed(.set, "what is ordered"), StageNeed(.set, .any, "held out: may share no problem"),
    StageNeed(.model, .perhapsOne, "whose loss is the column student_loss"),
  ]
  public static let makes: [StageProduct] = [.order]

  private let specification: CurriculumSpecification
  private let column: String
  private let set: StageInput
  /// Sets that must share no problem with it.
  private let heldOut: [StageInput]
  /// The model whose loss is a difficulty.
  private let student: StageInput?

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let given = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    let sets = given.all(.set)
    set = sets[0]
    heldOut = Array(sets.dropFirst())
    student = given.all(.model).first
    let order = try settings.choice(
      "order", default: CurriculumSpecification.Order.random, "which sample comes when")
    let steps = try settings.int("steps", in: 1...100_000_000, "updates of the training")
    let batch = try settings.int("batch", in: 1...1_000_000, "samples of one update")
    column = try settings.string(
      "column", default: "level",
      "how hard a sample is: a column of the set's index, or measured: "
        + Difficulty.measured.joined(separator: ", "))
    let initial = try settings.double(
      "initial", default: 0.1, in: 0...1,
      "share of the set, easiest first, that a paced order begins with")
    let until = try settings.double(
      "until", default: 0.5, in: 0...1, "share of the steps after which all of the set is in play")
    var specification = CurriculumSpecification(
      order: order, steps: steps, batch: batch, initial: initial, until: until,
      seed: try settings.seed())
    try Self.readPacing(&settings, into: &specification)
    self.specification = specification
    if student != nil, column != Difficulty.studentLoss {
      throw settings.error(
        "column",
        "a model is given, whose loss nothing reads -- name \(Difficulty.studentLoss), or "
          + "leave the model out")
    }
    if student == nil, column == Difficulty.studentLoss, set.finished == nil {
      // A set that has such a column of its own is known once it exists.
      throw settings.error(
        "column", "\(column) is the loss of a model -- give one beside the set")
    }
    guard specification.entries != nil else {
      throw settings.error(
        "steps", CurriculumError.tooLong(steps: steps, batch: batch).description)
    }
  }

  /// The settings of how a pool grows; orders that have none keep their keys.
  private static func readPacing(
    _ settings: inout Settings, into specification: inout CurriculumSpecification
  ) throws {
    let order = specification.order
    switch order {
    case .linear: specification.pacing = .linear
    case .discrete: specification.pacing = .discrete
    default: break
    }
    let isPaced = order.choosesPacing && (order != .pacedRandom || settings.has("pacing"))
    let chosen = try settings.when(
      isPaced, "order is paced-random, anti, middle-loss or self-paced"
    ) { settings throws(ConfigurationError) in
      try settings.choice(
        "pacing", default: CurriculumSpecification.Pacing.rootP,
        "how the share of the set in play grows")
    }
    specification.pacing = chosen ?? specification.pacing
    let power = try settings.when(
      order == .rootP || isPaced && specification.pacing == .rootP, "order or pacing is root-p"
    ) { settings throws(ConfigurationError) in
      try settings.double("power", default: 2, in: 1...100, "which root; 1 is linear")
    }
    specification.power = power ?? specification.power
    let buckets = try settings.when(
      order == .interleaved || order == .discrete || isPaced && specification.pacing == .discrete,
      "order is interleaved, or order or pacing is discrete"
    ) { settings throws(ConfigurationError) in
      try settings.int(
        "buckets", default: 4, in: 1...1000,
        "parts of the set that come into play one after the other, or times from easy to hard")
    }
    specification.buckets = buckets ?? specification.buckets
  }

  /// Refuses a set that contains problems of those held out from it, as far as their settings show.
  public func check(_ inputs: [Outlook]) throws {
    guard let set = inputs.first(where: { $0.name == set.name }) else { return }
    if set.labelsSome, Difficulty.ofLabels.contains(column) {
      throw InputError(
        input: set.name, reason: "\(column) \(Difficulty.labelsSome)")
    }
    for other in inputs where heldOut.contains(where: { $0.name == other.name }) {
      guard let reason = set.overlap(with: other) else { continue }
      throw InputError(
        input: other.name,
        reason: "its problems are learnt from: \(set.name) holds them too, since \(reason) -- draw "
          + "the sets with different splits (split: train, validation, test)")
    }
  }

  /// - Returns: the manifest's entry about the held-out sets.
  /// - Throws: `CurriculumError.shared` for a set that shares a problem with the ordered one.
  private func checkHeldOut(
    from reader: ArchiveReader, _ context: StageContext
  ) throws -> [JSON] {
    if heldOut.isEmpty { return [] }
    let own = try reader.problems()
    return try heldOut.map { input in
      try context.checkInterruption()
      let finished = try input.require()
      let problems = try ArchiveReader(directory: finished.folder).problems()
      let shared = problems.shared(with: own)
      guard shared.count == 0 else {
        throw CurriculumError.shared(
          set: set.name, heldOut: input.name, count: shared.count, of: problems.count,
          examples: shared.examples)
      }
      return ["set": JSON(finished.manifest.content), "problems": JSON(problems.count)]
    }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    let folder = try set.require().folder
    let reader = try ArchiveReader(directory: folder, column: column)
    let apart = try checkHeldOut(from: reader, context)
    let difficulties = try Difficulty.values(
      column, of: reader, set: set.name, student: student, context)
    try context.checkInterruption()
    let plan = CurriculumPlan(specification, difficulties: difficulties)
    let histogram = DifficultyHistogram(
      column: column, order: plan.order, difficulties: difficulties)
    try OrderFile.write(plan.order, in: context.folder)
    try Self.write(
      histogram.json.serialized(pretty: true) + [0x0A], "histogram.json", in: context.folder)
    context.progress.report(
      done: plan.order.count, of: plan.order.count, unit: "entries", note: "")
    var details = OrderFile.details(entries: plan.order.count, over: reader)
    for (key, value) in [
      ("unique_samples", JSON(plan.uniqueCount)), ("order", JSON(specification.order.rawValue)),
      ("column", JSON(column)), ("held_out", .array(apart)),
    ] { details[key] = value }
    return StageResult(
      details: details,
      files: [OrderFile.fileName, "histogram.json"],
      summary: plan.order.count.counted("entry", plural: "entries")
        + " over \(plan.uniqueCount) of \(reader.count.counted("sample")), "
        + specification.order.rawValue)
  }

  private static func write(
    _ bytes: [UInt8], _ name: String, in folder: String
  ) throws(FileError) {
    let file = try OutputFile(creating: folder + "/" + name)
    try file.write(bytes)
    try file.finish()
  }
}
