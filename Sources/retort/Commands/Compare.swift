internal import ArgumentParser
internal import Comparison
internal import ReportPage
internal import Files

/// `retort compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Checks a comparison's report, or makes its page again.",
    discussion: """
      The comparison itself is part of a pipeline: its block `compare` says what to compare.

      Examples:
        retort compare check runs/quickstart/report
        retort compare report runs/quickstart/report -o page.html
      """,
    subcommands: [CheckReport.self, MakePage.self])

  struct CheckReport: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract:
        "Computes a report's results and its page again from its facts, and runs every guard.",
      discussion: """
        Exit code 1 if report.json or report.html was changed, or if a guard refuses. Red flags are \
        printed, they do not fail.

        Example:
          retort compare check runs/quickstart/report
        """)

    @Argument(help: "The folder of report.json.") var folder: String
    @Flag(help: "Print one JSON object per check.") var json = false

    mutating func run() throws {
      let checks = try Report.check(folder)
      var output = StandardOutput()
      for check in checks {
        if json {
          let line: JSON = [
            "name": JSON(check.name), "comparison": check.comparison.map { JSON($0) } ?? .null,
            "state": JSON(check.state.rawValue), "text": JSON(check.text),
          ]
          output.write(json: line)
        } else {
          let place = check.comparison.map { $0 + ": " } ?? ""
          output.write(
            line: (check.state == .flag ? "! " : "✓ ") + place + check.name + ": " + check.text)
        }
      }
    }
  }

  struct MakePage: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Makes report.html again from report.json.",
      discussion: "Example:\n  retort compare report runs/quickstart/report -o page.html")

    @Argument(help: "The folder of report.json.") var folder: String
    @Option(name: .shortAndLong, help: "The file to write; - is standard output.")
    var output = "-"

    mutating func run() throws {
      let page = try Report.html(from: readFile(folder + "/report.json", limit: 1 << 28))
      if output == "-" {
        var stream = StandardOutput()
        stream.write(page)
      } else {
        try AtomicFile.write(page, to: output)
      }
    }
  }
}
