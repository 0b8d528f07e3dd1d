public import Archives
internal import Files
public import Stages
internal import Tensors

/// Stage `curriculum`: the order in which a set is learnt, as a file.
///
/// Any order, ours or a rival's, reaches the trainer as the same `order.npy` of positions in the
/// set. Further sets are held out: no problem of theirs may be learnt from. They change nothing of
/// the order, but without it no training begins.
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
  /// Sets that may share no problem with it.
  private let heldOut: [StageInput]

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    guard let set = inputs.first, inputs.allSatisfy({ !Self.holdNoRecords.contains($0.kind) })
    else {
      throw StageError.inputs(
        stage: Self.kind,
        expected: "a set, and perhaps sets that are held out from it (test, validation)",
        found: inputs.map { "\($0.name) (\($0.kind))" })
    }
    self.set = set
    heldOut = Array(inputs.dropFirst())
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

  /// Kinds of stages whose folders are no sets.
  private static let holdNoRecords = [
    "train", "distil", "import", kind, "evaluate", "compare",
  ]

  /// Refuses a set that holds problems of those held out from it, as far as their settings tell.
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

  /// - Returns: what the manifest says of the sets that are held out.
  /// - Throws: `CurriculumError.shared` for a set with a problem of the ordered one.
  private func checkHeldOut(
    from reader: ArchiveReader, _ context: StageContext
  ) throws -> [JSON] {
    if heldOut.isEmpty { return [] }
    let own = reader.problems
    return try heldOut.map { input in
      try context.checkInterruption()
      let finished = try input.require()
      let problems = try ArchiveReader(directory: finished.folder).problems
      let shared = problems.intersection(own)
      guard shared.isEmpty else {
        throw CurriculumError.shared(
          set: set.name, heldOut: input.name, count: shared.count, of: problems.count,
          examples: Array(shared.sorted().prefix(3)))
      }
      return ["set": JSON(finished.manifest.content), "problems": JSON(problems.count)]
    }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    let folder = try set.require().folder
    let reader = try ArchiveReader(directory: folder)
    let apart = try checkHeldOut(from: reader, context)
    let difficulties = try Self.difficulties(of: reader, column: column)
    try context.checkInterruption()
    let plan = CurriculumPlan(specification, difficulties: difficulties)
    let histogram = DifficultyHistogram(
      column: column, order: plan.order, difficulties: difficulties)
    let tensor = Tensor(shape: [plan.order.count], elements: .uint32(plan.order))
    try Self.write(NPY.encode(tensor), "order.npy", in: context.folder)
    try Self.write(
      histogram.json.serialized(pretty: true) + [0x0A], "histogram.json", in: context.folder)
    context.progress.report(
      done: plan.order.count, of: plan.order.count, unit: "entries", note: "")
    return StageResult(
      details: [
        "entries": JSON(plan.order.count), "unique_samples": JSON(plan.uniqueCount),
        "set": JSON(reader.manifest.content), "set_size": JSON(reader.count),
        "ids": JSON(Self.digest(of: reader.ids)),
        "order": JSON(specification.order.rawValue), "column": JSON(column),
        "held_out": .array(apart),
      ],
      files: ["order.npy", "histogram.json"],
      summary: plan.order.count.counted("entry", plural: "entries")
        + " over \(plan.uniqueCount) of \(reader.count.counted("sample")), "
        + specification.order.rawValue)
  }

  /// One difficulty for each sample, from the index lines of the set.
  ///
  /// - Throws: `CurriculumError` for an empty set or a sample without the column.
  public static func difficulties(
    of reader: ArchiveReader, column: String
  ) throws(CurriculumError) -> [Double] {
    guard reader.count > 0 else { throw .emptySet(set: reader.directory) }
    var difficulties: [Double] = []
    difficulties.reserveCapacity(reader.count)
    for (position, id) in reader.ids.enumerated() {
      let columns = reader.columns(at: position)
      guard let value = columns[column]?.doubleValue, value.isFinite else {
        throw .column(set: reader.directory, sample: id, column: column, known: columns.keys)
      }
      difficulties.append(value)
    }
    return difficulties
  }

  /// What the set's samples are known by, whatever is stored with them: an order serves every label
  /// set of the same samples.
  static func digest(of ids: [String]) -> String {
    var hasher = SHA256()
    for id in ids { hasher.update(id + "\n") }
    return hasher.finalize().hex
  }

  private static func write(
    _ bytes: [UInt8], _ name: String, in folder: String
  ) throws(FileError) {
    let file = try OutputFile(creating: folder + "/" + name)
    try file.write(bytes)
    try file.finish()
  }
}
