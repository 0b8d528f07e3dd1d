internal import ArgumentParser
internal import Evaluation
internal import Files
internal import Generation
internal import Teaching

/// `retort`: the root of the command line.
struct Retort: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retort",
    abstract:
      "Makes small language models out of larger ones, on data whose reasoning is verified.",
    discussion: """
      Three jobs, each one command:

        make a verified data set        retort run Pipelines/dataset.yaml
        distil a teacher                retort run Pipelines/quickstart.yaml
        tell what distillation changed  the report of that run, report/report.html

      Begin here:

        retort run Pipelines/quickstart.yaml --into runs/quickstart
      """,
    version: "retort 0.1.0",
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Pipelines",
        subcommands: [
          Run.self, PlanCommand.self, Status.self, StageCommand.self, StagesCommand.self,
          Clean.self,
        ]),
      CommandGroup(
        name: "Data",
        subcommands: [
          Families.self, Generate.self, Verify.self, Prove.self, Shards.self,
          OneStage<RecordsStage>.self,
        ]),
      CommandGroup(
        name: "Models",
        subcommands: [
          Train.self, Distil.self, Label.self, Sample.self, OneStage<EvaluateStage>.self,
          CurriculumCommand.self, Labels.self, Model.self, TokenizerCommand.self, Remote.self,
          OneStage<RemoteSampleStage>.self,
        ]),
      CommandGroup(
        name: "Looking",
        subcommands: [CompareCommand.self, Inspect.self, Bench.self, Doctor.self]),
    ])

  mutating func run() throws {
    var output = StandardOutput()
    output.write(text: Retort.helpMessage())
  }
}
