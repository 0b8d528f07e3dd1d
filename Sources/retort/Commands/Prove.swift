internal import ArgumentParser
internal import Files
internal import Geometry
internal import GeometryProofs
internal import Randomness

/// `retort prove`.
struct Prove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Proves geometry problems, or checks a proof.",
    discussion: """
      A problem is two lines, its name and its text, in AlphaGeometry's or Newclid's dialect. \
      Each proof is printed in words. A checker that shares no code with the search checks its \
      formal text, which --formal prints and --check reads. If the rules alone do not reach the \
      goal, points are added. Exit code 0: every problem is proved and every proof accepted.

      Examples:
        retort prove Corpora/geometry/problems.txt --problem butterfly
        retort prove problems.txt --problem simson-line --svg simson.svg
        retort prove problems.txt --json | jq 'select(.proved | not)'
        retort prove problems.txt --problem simson-line --formal > simson.proof
        retort prove --check simson.proof
      """)

  @Argument(help: "Problem file; - is standard input.") var file: String?
  @Option(help: ArgumentHelp("Check this proof instead.", valueName: "proof")) var check: String?
  @Option(help: ArgumentHelp("Only the problem with this name.", valueName: "name"))
  var problem: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seconds per problem.", valueName: "seconds"))
  var time = 60.0
  @Option(
    help: ArgumentHelp(
      "Write the drawing to this file; with several problems, into this folder.", valueName: "path")
  )
  var svg: String?
  @Option(parsing: .unconditional, help: "Seed of diagrams and added points.")
  var seed: UInt64 = 1
  @Flag(help: "Add no points.") var noAuxiliary = false
  @Flag(help: "Print the proof's formal text.") var formal = false
  @Flag(help: "Print one JSON object per problem.") var json = false

  func validate() throws {
    guard (file == nil) != (check == nil) else {
      throw ValidationError("give either a problem file (- is standard input) or --check PROOF")
    }
    guard time > 0, time.isFinite else {
      throw ValidationError("--time must be above 0, not \(time)")
    }
  }

  mutating func run() throws {
    if let check { try checkProof(check) } else if let file { try prove(file) }
  }

  private func prove(_ file: String) throws {
    let text = try Self.text(file)
    let all: [GeometryProblem]
    do {
      all = try ProblemParser.parse(file: text)
    } catch {
      throw Failure.data("\(file): \(error)")
    }
    let problems = problem.map { name in all.filter { $0.name == name } } ?? all
    guard !problems.isEmpty else {
      throw Failure.data(
        problem.map { "\(file): no problem is called \($0)" } ?? "\(file): no problem in it")
    }
    if let svg, problems.count > 1 { try Folder.make(svg) }
    var output = StandardOutput()
    var proved = 0
    for problem in problems {
      try Interruption.check()
      let report = ProblemReport(problem, seconds: time, auxiliary: !noAuxiliary, seed: Seed(seed))
      // The result of an interrupted search says nothing about the problem.
      try Interruption.check()
      if report.isProved && report.isChecked { proved += 1 }
      if json {
        output.write(json: report.json)
      } else {
        // A formal proof is data that `--check` reads; prose is for readers.
        if formal {
          output.write(line: Array(report.text(formal: true).utf8))
        } else {
          output.write(text: report.text(formal: false))
        }
      }
      if let svg, let drawing = report.drawing {
        let name = problem.name.map { $0.isLetter || $0.isNumber ? $0 : "-" }
        try AtomicFile.write(
          drawing, to: problems.count > 1 ? "\(svg)/\(String(name)).svg" : svg)
      }
      output.flush()
    }
    if !json && problems.count > 1 {
      StandardError.write(
        line: "\(problems.count.counted("problem")): \(proved) proved and checked")
    }
    guard proved == problems.count else { throw Failure.data() }
  }

  private func checkProof(_ path: String) throws {
    let text = try Self.text(path)
    let verdict = ProblemReport.verdict(on: text)
    var output = StandardOutput()
    if json {
      let object: JSONObject = [
        "file": JSON(path), "checked": JSON(verdict.isAccepted), "reason": JSON(verdict.text),
      ]
      output.write(json: object)
    } else {
      output.write(line: "\(path): \(verdict.text)")
    }
    output.flush()
    guard verdict.isAccepted else { throw Failure.data() }
  }

  /// The text of a file; invalid UTF-8 becomes a character that no problem contains.
  private static func text(_ path: String) throws -> String {
    let limit = ProblemParser.mostBytes
    let bytes = path == "-" ? try readStandardInput(limit: limit) : try readFile(path, limit: limit)
    return String(decoding: bytes, as: UTF8.self)
  }
}
