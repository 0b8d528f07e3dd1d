internal import ArgumentParser
internal import Files
internal import Kernels
internal import Pipeline
internal import Stages

/// The options of a stage that runs by itself, outside a pipeline.
struct OneStageOptions: ParsableArguments {
  @Option(
    name: [.customLong("from")],
    help:
      "The folder of a finished stage to read; may be given again, in the order of a pipeline's `from`."
  )
  var from: [String] = []
  @Option(
    help: ArgumentHelp("A setting, as in a pipeline's `with`.", valueName: "key=value"))
  var set: [String] = []
  @Option(name: .shortAndLong, help: "The folder to make.") var output: String
  @Option(parsing: .unconditional, help: "The seed of all draws.") var seed: UInt64 = 0
  @Option(parsing: .unconditional, help: "Threads.") var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false

  /// Runs one stage of `kind` into the output folder.
  func run(_ kind: String) throws {
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    guard let type = StageKinds.table[kind] else { throw Failure.usage("no stage \(kind)") }
    try BLAS.require(threads: threads)
    let summary = try LooseStage.run(
      type, among: StageKinds.all, from: from, settings: set, seed: seed, into: output,
      options: .init(threads: threads, quiet: quiet), machine: StageKinds.machine)
    if !quiet { StandardError.write(line: summary ?? "\(output): was finished before") }
  }
}

/// A kind of stage that runs by itself and has nothing to say beside what the kind says of itself:
/// `retort records`, `retort evaluate`.
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
    abstract: "Trains a model on hard labels: one stage, outside a pipeline.",
    discussion: """
      Reads a set and an order (`retort curriculum plan`), writes a model folder, metrics and a \
      manifest. Run again after an interruption, and it goes on to the same bytes.

      Settings: retort stages train

      Example:
        retort train --from SET --from ORDER --set steps=500 --set batch=64 \\
          --set learning_rate=0.002 --set model.hidden_size=64 -o out/teacher
      """)
  @OptionGroup var options: OneStageOptions
  mutating func run() throws { try options.run("train") }
}

/// `retort distil`.
struct Distil: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a student on a teacher's soft labels: one stage, outside a pipeline.",
    discussion: """
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
    abstract: "Stores a teacher's full next-token distributions over a set.",
    discussion: """
      `count` is of samples that are kept: longer ones than max_tokens are passed over. Where the set \
      cannot give as many, that is an error unless allow_fewer=true.

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
    abstract: "Lets a teacher write its own solutions and keeps those that verify.",
    discussion: """
      `count` is of problems that are asked; what the verifier rejects is no shortfall, but a set of \
      nothing is an error that says what to set. keep_rejected=true writes down what was thrown away; \
      keep_unfinished=true keeps free texts that came to no end within max_new_tokens, unverified.

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
    abstract: "Plans the order in which a model sees a set.",
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
      abstract: "Writes an order: a pure function of set, specification and seed.",
      discussion: """
        Orders: random, easy-to-hard, competence, warmup-random, paced-random.
        Further sets (--from TEST) are held out: a problem that stands in them too is an error.

        Settings: retort stages curriculum

        Example:
          retort curriculum plan --from SET --set order=competence --set steps=600 \\
            --set batch=64 -o out/order --histogram
        """)
    @OptionGroup var options: OneStageOptions
    @Flag(help: "Print how difficulty is spread over the run.") var histogram = false

    mutating func run() throws {
      try options.run("curriculum")
      guard histogram else { return }
      var output = StandardOutput()
      output.write(try readFile(options.output + "/histogram.json"))
      output.write([0x0A])
    }
  }
}
