public import Archives
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
  public static let about = "orders a set: random, easy to hard, paced by competence"
  public static let needs = [
    StageNeed(.set, "what is ordered"), StageNeed(.set, .any, "held out: may share no problem"),
  ]
  public static let makes: [StageProduct] = [.order]

  private let specification: CurriculumSpecification
  private let column: String
  private let set: StageInput
  /// Sets that must share no problem with it.
  private let heldOut: [StageInput]

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let sets = try StageInputs(inputs, for: Self.needs, of: Self.kind).all(.set)
    set = sets[0]
    heldOut = Array(sets.dropFirst())
    let order = try settings.choice(
      "order", default: CurriculumSpecification.Order.random, "which sample comes when")
    let steps = try settings.int("steps", in: 1...100_000_000, "updates of the training")
    let batch = try settings.int("batch", in: 1...1_000_000, "samples of one update")
    column = try settings.string(
      "column", default: "level", "column of the set's index that says how hard a sample is")
    let initial = try settings.double(
      "initial", default: 0.1, in: 0...1,
      "share of the set, easiest first, that a paced order begins with")
    let until = try settings.double(
      "until", default: 0.5, in: 0...1, "share of the steps after which all of the set is in play")
    specification = CurriculumSpecification(
      order: order, steps: steps, batch: batch, initial: initial, until: until,
      seed: try settings.seed())
    guard specification.entries != nil else {
      throw settings.error(
        "steps", CurriculumError.tooLong(steps: steps, batch: batch).description)
    }
  }

  /// Refuses a set that contains problems of those held out from it, as far as their settings show.
  public func check(_ inputs: [Outlook]) throws {
    guard let set = inputs.first else { return }
    for other in inputs.dropFirst() {
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
    let difficulties = try Self.difficulties(of: reader, column: column)
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

  /// One difficulty for each sample, from the index lines of the set.
  ///
  /// - Throws: `CurriculumError` for an empty set or a sample without the column, `ArchiveError`.
  public static func difficulties(of reader: ArchiveReader, column: String) throws -> [Double] {
    guard reader.count > 0 else { throw CurriculumError.emptySet(set: reader.directory) }
    let difficulties = try reader.numbers(inColumn: column)
    if let position = difficulties.firstIndex(where: \.isNaN) {
      throw CurriculumError.column(
        set: reader.directory, sample: try reader.id(at: position), column: column,
        known: try reader.columns(at: position).keys)
    }
    return difficulties
  }

  private static func write(
    _ bytes: [UInt8], _ name: String, in folder: String
  ) throws(FileError) {
    let file = try OutputFile(creating: folder + "/" + name)
    try file.write(bytes)
    try file.finish()
  }
}
