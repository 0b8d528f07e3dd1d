internal import ArgumentParser
internal import Files
internal import Inspecting
internal import Models

/// `retort inspect`.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Identifies files and folders, and checks that they are intact.",
    discussion: """
      Reads .tar.zst and .tar archives, sets, stage folders, model folders, .gguf, safetensors, .npy, \
      tokenizer.json, JSON and JSON Lines. Exit code 1: the message names the byte or key that is \
      wrong, or the reason why a model does not run. Bytes are compared with the digests of a \
      manifest; if there is none, the output says so.

      Examples:
        retort inspect runs/quickstart/stages/samples-*
        retort inspect model/model.safetensors --json
      """)

  @Argument(help: "Files or folders.") var paths: [String]
  @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2
  @Flag(help: "Print one JSON object per path.") var json = false

  mutating func run() throws {
    var output = StandardOutput()
    var isAllWhole = true
    for path in paths {
      do {
        let found = try Inspection(path, threads: threads)
        if json {
          var object: JSONObject = ["path": JSON(path), "whole": JSON(found.isComplete)]
          for member in found.json.objectValue?.members ?? [] { object[member.key] = member.value }
          output.write(json: object)
        } else {
          output.write(
            line: "\(path): \(found.kind), \(found.isComplete ? "whole" : "not finished")")
          for line in FactText.lines(found.facts.map { ($0.name, $0.value) }, indent: 2) {
            output.write(line: line)
          }
        }
      } catch let interrupted as Interrupted {
        throw interrupted
      } catch {
        isAllWhole = false
        let unsound = error as? DoesNotRun
        var message = unsound?.reason ?? "\(error)"
        if message.hasPrefix(path + ": ") { message.removeFirst(path.count + 2) }
        if json {
          var line: JSONObject = ["path": JSON(path), "whole": false]
          if unsound != nil { line["runs"] = false }
          line["reason"] = JSON(message)
          output.write(json: line)
        }
        let verdict = unsound == nil ? "damaged: " : "does not run, because "
        StandardError.write(line: "retort: \(path): \(verdict)\(message)")
      }
    }
    output.flush()
    guard isAllWhole else { throw Failure.data() }
  }
}
