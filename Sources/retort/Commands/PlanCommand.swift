internal import ArgumentParser
internal import Files
internal import Kernels
internal import Pipeline
internal import Stages

/// `retort plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Estimates what a pipeline takes here: records, tokens, disk, memory, time.",
    discussion: """
      Runs a short version of each stage in a temporary folder and scales the result to the full \
      settings; this takes some seconds. Times are for one thread per stage. Stages that differ only \
      in their seed are tried once.

      retort run --estimate does the same first; retort status then shows estimate and result.

      Examples:
        retort plan Pipelines/quickstart.yaml
        retort plan Pipelines/quickstart.yaml --set teacher.steps=4000 --threads 8
        retort plan Pipelines/tiny.yaml --json | jq '[.[].seconds] | add'
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(
    help: ArgumentHelp("Change a setting, as in retort run.", valueName: "key=value"))
  var set: [String] = []
  @Option(parsing: .unconditional, help: "How many stages will run at once.") var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false
  @Flag(help: "Print a JSON array with one object per stage.") var json = false

  mutating func run() throws {
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    let plan = try Plan(
      try PipelineFile.load(pipeline, overrides: set), stageTypes: StageKinds.table)
    try StageKinds.requireProducts(for: plan.stages.map(\.kind), threads: 1)
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
      if !quiet { StandardError.write(line: "trying \(stage)") }
    }
  }
}
