internal import ArgumentParser
internal import Files
internal import Pipeline
internal import Stages

/// `retort stages`.
struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages",
    abstract: "Lists the stage kinds: what each needs and makes, and all its settings.",
    discussion: """
      Examples:
        retort stages
        retort stages train      every setting: type, default, bounds, meaning
        retort stages --json | jq '.[] | .kind'
        retort stages --schema > pipeline.schema.json      for editors and validators
      """)

  @Argument(help: "Kinds to show in full.") var kinds: [String] = []
  @Flag(help: "Print a JSON array.") var json = false
  @Flag(help: "Print the page Pipelines/Settings.md.") var markdown = false
  @Flag(help: "Print the JSON Schema of pipeline files.") var schema = false

  func validate() throws {
    if [json, markdown, schema].count(where: { $0 }) > 1 {
      throw ValidationError("expected one of --json, --markdown and --schema")
    }
    if !kinds.isEmpty, markdown || schema {
      throw ValidationError("--markdown and --schema print all kinds: expected no KIND")
    }
  }

  mutating func run() throws {
    let catalogue = try StageCatalogue(StageKinds.all)
    for kind in kinds where catalogue[kind] == nil {
      let known = catalogue.entries.map(\.kind).sorted()
      throw Failure.usage(
        "no stage is of kind \(kind); there are \(known.joined(separator: ", "))")
    }
    let shown = kinds.isEmpty ? catalogue.entries : kinds.compactMap { catalogue[$0] }
    var output = StandardOutput()
    if json {
      output.write(json: JSON(shown, \.json), pretty: true)
    } else if markdown {
      output.write(Array(catalogue.markdown.utf8))
    } else if schema {
      output.write(json: catalogue.schema, pretty: true)
    } else if kinds.isEmpty {
      for entry in shown {
        output.write(text: "\(entry.kind)\n  \(entry.about)")
        let needs = entry.needs.map(\.product.rawValue)
        output.write(
          text: "  needs \(needs.isEmpty ? "nothing" : needs.joined(separator: ", ")); "
            + "makes \(entry.makes.map(\.rawValue).joined(separator: ", "))\n\n")
      }
      output.write(line: "The settings of one: retort stages KIND")
    } else {
      output.write(text: shown.map(\.text).joined(separator: "\n\n"))
    }
  }
}
