internal import ArgumentParser
internal import Files
internal import HTTP
internal import Remotes

/// `retort remote`.
struct Remote: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remote",
    abstract: "Looks at teachers behind OpenAI-compatible servers.",
    discussion: """
      Stages that use one: retort stages remote-sample

      Example:
        retort remote probe http://127.0.0.1:8080/v1
      """,
    subcommands: [Probe.self])

  struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "probe",
      abstract: "Finds out what a server really returns, by some short requests.",
      discussion: """
        Models, chat and completions; log-probabilities: how many, of the prompt too, whether they \
        follow the temperature; whether ids and bytes of tokens come; whether a seed is honoured. \
        Exit 1 if no text can be had.

        Examples:
          retort remote probe http://127.0.0.1:8080/v1
          retort remote probe https://api.example.org/v1 --model big --key-env API_KEY --json
        """)

    @Argument(help: "The interface's base address, with /v1 at its end.") var address: String
    @Option(help: "The model to ask; by default the first that the server lists.")
    var model: String?
    @Option(help: "Name of the environment variable that holds the key.") var keyEnv: String?
    @Option(parsing: .unconditional, help: "Seconds to wait for each answer.") var timeout = 60.0
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
      guard timeout > 0, timeout <= 86_400 else {
        throw ValidationError("--timeout: expected seconds, more than 0 and at most 86400")
      }
    }

    mutating func run() throws {
      let server: RemoteServer
      do {
        server = try RemoteServer(
          ServerAddress(address), keyVariable: keyEnv,
          patience: .init(seconds: timeout, retries: 2))
      } catch {
        throw Failure.usage("\(error)")
      }
      let found = try RemoteProbe(server, model: model).findings()
      var output = StandardOutput()
      if json {
        output.write(json: found.json, pretty: true)
      } else {
        for row in found.rows {
          let gap = String(repeating: " ", count: max(1, 30 - row.name.count))
          let value = row.value.stringValue ?? row.value.text
          output.write(line: row.name + gap + value + (row.note.isEmpty ? "" : "   \(row.note)"))
        }
      }
      output.flush()
      guard found.isUsable else {
        throw Failure.data("\(server.address): no text can be had of it")
      }
    }
  }
}
