internal import ArgumentParser
internal import Files
internal import Kernels
internal import Pipeline
internal import Stages

/// `retort plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract:
      "Says what a pipeline will take on this machine: records, tokens, bytes, memory, time.",
    discussion: """
      A short version of each stage is run in a folder that is removed again, and what that took is \
      scaled to the settings: some seconds for a small pipeline. Times are those of one thread; \
      stages that differ in their seed only are rehearsed once. Nothing of the run is made.

      retort run --estimate does the same before it runs, and retort status then shows what was \
      expected beside what it took.

      Examples:
        retort plan Pipelines/quickstart.yaml
        retort plan Pipelines/quickstart.yaml --set teacher.steps=4000 --threads 8
        retort plan Pipelines/tiny.yaml --json | jq '[.[].seconds] | add'
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(
    help: ArgumentHelp("Change a setting, as for retort run.", valueName: "key=value"))
  var set: [String] = []
  @Option(parsing: .unconditional, help: "Stages that will run at once.") var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false
  @Flag(help: "Print a JSON array, an object for each stage.") var json = false

  mutating func run() throws {
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    let plan = try Plan(
      try PipelineFile.load(pipeline, overrides: set), stageTypes: StageKinds.table)
    try BLAS.require(threads: 1)
    let estimate = try Self.estimate(plan, threads: threads, quiet: quiet)
    var output = StandardOutput()
    if json {
      output.write(json: estimate.json, pretty: true)
    } else {
      output.write(text: estimate.text)
    }
  }

  /// Rehearses the plan in a temporary folder.
  static func estimate(_ plan: Plan, threads: Int, quiet: Bool) throws -> Estimate {
    let scratch = temporaryFolder(named: "retort-plan")
    return try Rehearsal(
      plan, options: .init(threads: threads, quiet: true), stageTypes: StageKinds.table,
      machine: StageKinds.machine
    ).estimate(in: scratch) { stage in
      if !quiet { StandardError.write(line: "rehearses \(stage)") }
    }
  }
}
