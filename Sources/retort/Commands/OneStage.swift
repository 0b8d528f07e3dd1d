internal import ArgumentParser
internal import Files
internal import Kernels
internal import Pipeline
internal import Stages

/// Options of commands that run one stage without a pipeline.
struct OneStageOptions: ParsableArguments {
  @Option(
    name: [.customLong("from")],
    help:
      "Folder of a finished stage to read. Repeat for several, in the order of a pipeline's `from`."
  )
  var from: [String] = []
  @Option(
    help: ArgumentHelp("A setting, as under `with` in a pipeline.", valueName: "key=value"))
  var set: [String] = []
  @Option(name: .shortAndLong, help: "The folder to create.") var output: String
  @Option(parsing: .unconditional, help: "Seed of all random draws.") var seed: UInt64 = 0
  @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false

  /// Runs one stage of `kind` into the output folder.
  func run(_ kind: String) throws {
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    guard let type = StageKinds.table[kind] else { throw Failure.usage("no stage \(kind)") }
    try StageKinds.requireProducts(for: [kind], threads: threads)
    var (from, set) = (from, set)
    var coming = try [start(for: type, &from, &set)].compactMap { $0 }
    if let order = try order(for: type, from, set) { coming.append(order) }
    // A mistake in the stage's settings is told before anything is made for it.
    if !coming.isEmpty {
      try LooseStage.check(
        type, among: StageKinds.all, from: from,
        coming: coming.map { (name: Paths.last(of: $0.folder), type: $0.type, place: $0.place) },
        settings: set, seed: seed)
    }
    for stage in coming {
      try make(stage.folder, stage.type, from: stage.from, stage.set)
      from.insert(stage.folder, at: stage.place)
    }
    try make(output, type, from: from, set)
  }

  /// A stage that has to be made first, beside the one that was asked for.
  private struct Coming {
    let folder: String
    let type: any Stage.Type
    let from: [String]
    let set: [String]
    /// Its place among the inputs of the other one, after those before it were inserted.
    let place: Int
  }

  private static func makesOrders(_ type: any Stage.Type) -> Bool { type.makes.contains(.order) }

  private static func isTraining(_ type: any Stage.Type) -> Bool {
    type.needs.contains { $0.product == .order && $0.isNeeded }
  }

  /// The checkpoint that a training starts from becomes one of its inputs: the folder of a stage as
  /// it is, any other model taken in to a folder beside the training's own.
  ///
  /// - Returns: the stage that takes it in; `nil` where there is none to make.
  private func start(
    for type: any Stage.Type, _ from: inout [String], _ set: inout [String]
  ) throws -> Coming? {
    guard Self.isTraining(type), let start = try LooseStage.start(in: set),
      !from.contains(where: { Paths.last(of: $0) == start })
    else { return nil }
    let isStage = (try? Manifest.read(from: start)) != nil
    guard isStage || StageKinds.table["import"] != nil else { return nil }
    let folder = isStage ? start : output + "-start"
    set.append("model.from=\(JSON(Paths.last(of: folder)).text)")
    guard !isStage, let importer = StageKinds.table["import"] else {
      from.append(folder)
      return nil
    }
    return Coming(
      folder: folder, type: importer, from: [],
      set: ["model=\(JSON(Paths.absolute(start)).text)"], place: from.count)
  }

  private func make(
    _ folder: String, _ type: any Stage.Type, from: [String], _ set: [String]
  ) throws {
    let summary = try LooseStage.run(
      type, among: StageKinds.all, from: from, settings: set, seed: seed, into: folder,
      options: .init(threads: threads, quiet: quiet), machine: StageKinds.machine)
    if !quiet { StandardError.write(line: summary ?? "\(folder): was finished before") }
  }

  /// A training without an order gets a random one, as in a pipeline, planned in a folder beside
  /// its own.
  private func order(
    for type: any Stage.Type, _ from: [String], _ set: [String]
  ) throws -> Coming? {
    guard Self.isTraining(type), let learnt = from.first,
      let planner = StageKinds.all.first(where: Self.makesOrders)
    else { return nil }
    for folder in from {
      let kind = try Manifest.read(from: folder).kind
      if StageKinds.table[kind].map(Self.makesOrders) == true { return nil }
    }
    let own = set.filter { text in
      ["steps=", "batch=", "seed="].contains { text.hasPrefix($0) }
    }
    return Coming(
      folder: output + "-order", type: planner, from: [learnt], set: ["order=random"] + own,
      place: 1)
  }
}

/// A command for one kind of stage that adds nothing to the kind's own description: `retort
/// records`, `retort evaluate`.
struct OneStage<Kind: Stage>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.kind,
      abstract: Kind.about.prefix(1).uppercased() + Kind.about.dropFirst() + ".",
      discussion: """
        Reads \(Kind.needs.isEmpty ? "files of yours" : Kind.needs.map(\.words).joined(separator: "; ")).

        Settings: retort stages \(Kind.kind)

        Example:
          retort \(Kind.kind)\(Kind.needs.filter(\.isNeeded).map { " --from " + $0.product.rawValue.uppercased() }.joined()) --set KEY=VALUE -o out/\(Kind.kind)
        """)
  }
  @OptionGroup var options: OneStageOptions
  mutating func run() throws { try options.run(Kind.kind) }
}

/// `retort train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model on hard labels: one stage, outside a pipeline.",
    discussion: """
      Reads a set and an order (`retort curriculum plan`; without one it plans a random one in \
      OUTPUT-order); writes a model folder, metrics and a manifest. Curves and timings go to \
      OUTPUT.logs. To resume, run the same command again.

      Settings: retort stages train

      Example:
        retort train --from SET --set steps=500 --set batch=64 \\
          --set learning_rate=0.002 --set model.hidden_size=64 -o out/teacher
        retort train --from SET --set steps=20 --set batch=8 --set max_tokens=256 \\
          --set learning_rate=0.00002 --set model.from=model.gguf -o out/tuned
      """)
  @OptionGroup var options: OneStageOptions
  mutating func run() throws { try options.run("train") }
}

/// `retort distil`.
struct Distil: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distil",
    abstract: "Trains a student on a teacher's soft labels: one stage, outside a pipeline.",
    discussion: """
      Reads a label set and an order, as `retort train` does.

      Settings: retort stages distil

      Example:
        retort distil --from LABELS --from ORDER --set steps=600 --set batch=64 \\
          --set learning_rate=0.004 --set model.hidden_size=64 -o out/student
      """)
  @OptionGroup var options: OneStageOptions
  mutating func run() throws { try options.run("distil") }
}

/// `retort label`.
struct Label: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "Stores a teacher's full next-token distributions over a set.",
    discussion: """
      `count` samples are kept; samples longer than max_tokens are skipped. Too few samples are an \
      error unless allow_fewer=true.

      Settings: retort stages label

      Example:
        retort label --from SET --from TEACHER --set count=1000 -o out/labels
      """)
  @OptionGroup var options: OneStageOptions
  mutating func run() throws { try options.run("label") }
}

/// `retort sample`.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Has a teacher write solutions and keeps those that verify.",
    discussion: """
      Asks `count` problems and keeps the solutions that verify. Keeping none is an error that says \
      what to change. keep_rejected=true also writes the rejected ones; keep_unfinished=true keeps \
      free texts that did not end within max_new_tokens, as unverified.

      Settings: retort stages sample

      Example:
        retort sample --from SET --from TEACHER --set count=600 \\
          --set temperature=1 -o out/samples
      """)
  @OptionGroup var options: OneStageOptions
  mutating func run() throws { try options.run("sample") }
}

/// `retort curriculum`.
struct CurriculumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curriculum",
    abstract: "Plans the order in which a model sees the samples of a set.",
    discussion: """
      Settings: retort stages curriculum

      Example:
        retort curriculum plan --from SET --set order=competence --set steps=600 \\
          --set batch=64 -o out/order --histogram
      """,
    subcommands: [PlanOrder.self])

  struct PlanOrder: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Writes an order, determined by set, settings and seed.",
      discussion: """
        Orders: random, easy-to-hard, competence, warmup-random, paced-random.
        Further sets (--from TEST) are held out: sharing a problem with one of them is an error.

        Settings: retort stages curriculum

        Example:
          retort curriculum plan --from SET --set order=competence --set steps=600 \\
            --set batch=64 -o out/order --histogram
        """)
    @OptionGroup var options: OneStageOptions
    @Flag(help: "Print how difficulty develops over the run.") var histogram = false

    mutating func run() throws {
      try options.run("curriculum")
      guard histogram else { return }
      var output = StandardOutput()
      output.write(try readFile(options.output + "/histogram.json"))
      output.write([0x0A])
    }
  }
}
