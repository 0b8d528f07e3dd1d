internal import ArgumentParser
internal import Files
internal import Kernels
internal import Pipeline
internal import Stages

/// `retort run`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a pipeline: skips finished stages and makes the missing ones.",
    discussion: """
      To resume after Ctrl-C, a kill or a power cut, run the same command again: it goes on where it \
      stopped and ends with the same bytes.

      Examples:
        retort run Pipelines/quickstart.yaml --into runs/quickstart
        retort run Pipelines/quickstart.yaml --dry-run
        retort run Pipelines/tiny.yaml --set teacher.steps=50 --set compare.seeds=3
        retort run Pipelines/quickstart.yaml --executor process    one process per stage
      """)

  @Argument(help: "The pipeline file.") var pipeline: String
  @Option(help: "The folder to run into; default runs/<pipeline>.") var into: String?
  @Option(
    help: ArgumentHelp(
      "Change a setting: STAGE.KEY=VALUE, seed=N, compare.KEY=VALUE (compare.NAME.KEY=VALUE if comparisons have names).",
      valueName: "key=value"))
  var set: [String] = []
  @Option(
    help:
      "Where stages run: local (threads of this process) or process (one process per stage).")
  var executor = "local"
  @Option(
    parsing: .unconditional,
    help:
      "How many stages run at once, one thread each. A stage that runs alone gets all threads."
  )
  var threads = 2
  @Flag(help: "Only show what would be done.") var dryRun = false
  @Flag(
    help:
      "Estimate time and size first, as retort plan does; retort status then shows estimate and result."
  )
  var estimate = false
  @Flag(help: "Check finished stages by file size only, not by digest.")
  var trustSize = false
  @Flag(help: "No progress on standard error.") var quiet = false
  @Flag(help: "Print the summary as JSON.") var json = false

  mutating func run() throws {
    guard Executors.names.contains(executor) else {
      let known = Executors.names.joined(separator: " or ")
      let reason =
        executor == "slurm" ? "this version submits no jobs to Slurm" : "found \(executor)"
      throw Failure.usage("--executor: expected \(known); \(reason)")
    }
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    let file = try PipelineFile.load(pipeline, overrides: set)
    let plan = try Plan(file, stageTypes: StageKinds.table)
    let folder = into ?? "runs/\(file.name)"
    var output = StandardOutput()
    if dryRun, estimate {
      let estimate = try PlanCommand.estimate(plan, threads: threads, quiet: quiet)
      if json {
        output.write(json: estimate.json, pretty: true)
      } else {
        output.write(text: estimate.text)
      }
      return
    }
    if dryRun {
      let status = try RunStatus.read(plan, in: folder, trustSize: trustSize)
      if json {
        output.write(json: status.json, pretty: true)
      } else {
        output.write(text: status.planText)
      }
      return
    }
    try StageKinds.requireProducts(for: plan.stages.map(\.kind), threads: threads)
    let expected =
      estimate ? try PlanCommand.estimate(plan, threads: threads, quiet: quiet) : nil
    let summary = try Runner(
      plan, into: folder,
      options: .init(
        threads: threads, quiet: quiet, trustSize: trustSize,
        colours: Environment.value("NO_COLOR") == nil, executor: executor),
      stageTypes: StageKinds.table, machine: StageKinds.machine
    ).run(expecting: expected)
    if json {
      let line: JSON = [
        "folder": JSON(folder), "ran": JSON(summary.ran), "cached": JSON(summary.cached),
        "seconds": JSON(summary.seconds), "report": summary.report.map { JSON($0) } ?? .null,
        "stages": JSON(summary.stages) {
          [
            "name": JSON($0.name), "kind": JSON($0.kind), "folder": JSON($0.folder),
            "cached": JSON($0.wasCached), "seconds": JSON($0.seconds), "summary": JSON($0.summary),
          ]
        },
      ]
      output.write(json: line, pretty: true)
    } else if !quiet, let report = summary.report {
      output.write(line: Array(report.utf8))
    }
  }
}

/// `retort status`.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows which stages of a run are done, running or missing, and why.",
    discussion: """
      Examples:
        retort status runs/quickstart
        retort status runs/quickstart --digest   one digest of stages/ and the report
        retort status runs/quickstart --watch    refresh every second until done
      """)

  @Argument(help: "The run's folder.") var folder: String
  @Flag(help: "Print one digest over everything that is promised byte for byte.") var digest = false
  @Flag(help: "Refresh every second until all is done.") var watch = false
  @Flag(help: "Print a JSON object.") var json = false

  mutating func run() throws {
    while true {
      let status = try RunStatus.read(folder, trustSize: !digest)
      var output = StandardOutput()
      if digest {
        output.write(line: try status.digest().hex)
        return
      }
      if watch { output.clearTerminal() }
      if json { output.write(json: status.json) } else { output.write(text: status.text) }
      output.flush()
      guard watch, status.count(.finished) < status.stages.count else { return }
      try Interruption.check()
      pause(seconds: 1)
    }
  }
}

/// `retort stage`.
struct StageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage",
    abstract: "Runs one stage of a run folder.",
    discussion: """
      Its inputs must be finished. Timing and curves go to the run's logs.

      Example:
        retort stage runs/quickstart teacher
      """)

  @Argument(help: "The run's folder.") var folder: String
  @Argument(help: "The stage's name.") var name: String
  @Option(parsing: .unconditional, help: "Number of threads.") var threads = 1
  @Flag(help: "No messages.") var quiet = false
  @Flag(
    help:
      "Run the job described in logs/jobs/NAME/ticket.json and answer there. Used by --executor process."
  )
  var job = false

  mutating func run() throws {
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    if job {
      let ticket = try JobTicket.read(from: folder, stage: name)
      try requireProducts(threads: ticket.threads)
      _ = try SingleStage.run(
        ticket, stageTypes: StageKinds.table, machine: StageKinds.machine)
      return
    }
    try requireProducts(threads: threads)
    let ran = try SingleStage.run(
      folder: folder, name: name, options: .init(threads: threads, quiet: quiet),
      stageTypes: StageKinds.table, machine: StageKinds.machine)
    if !quiet {
      StandardError.write(line: ran ? "\(name): finished" : "\(name): was finished before")
    }
  }

  /// What makes matrix products, if the stage does. A folder without its plan is refused later.
  private func requireProducts(threads: Int) throws {
    let kind = (try? Plan.read(from: folder))?[name]?.kind
    try StageKinds.requireProducts(for: kind.map { [$0] } ?? [], threads: threads)
  }
}

/// `retort clean`.
struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Removes stage folders that no pipeline of the run uses any more.",
    discussion: """
      A stage with other settings or inputs gets a new folder, and the old one stays until it is \
      cleaned. The run folder remembers the last plan of every pipeline that ran into it; folders \
      that any of these plans uses are kept.

      Examples:
        retort clean runs/quickstart --dry-run
        retort clean runs/quickstart
      """)

  @Argument(help: "The run's folder.") var folder: String
  @Flag(help: "Only show what would be removed.") var dryRun = false
  @Flag(help: "Print a JSON object.") var json = false

  mutating func run() throws {
    let found = dryRun ? try Cleaning.look(at: folder) : try Cleaning.run(in: folder)
    var output = StandardOutput()
    if json {
      output.write(json: found.json(removed: !dryRun), pretty: true)
    } else {
      output.write(text: found.text(removed: !dryRun))
    }
  }
}
