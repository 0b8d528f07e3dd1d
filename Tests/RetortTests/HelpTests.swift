import Files
import Foundation
import Testing

/// What people and their scripts rely on: every help text, and every option.
///
/// To renew the texts after a wanted change, and look at the difference:
///
///     RETORT_RENEW_SNAPSHOTS=1 swift test -c release --filter HelpTests && git diff Tests/RetortTests/Snapshots
///
/// Renewing adds new options to `options.txt` and never takes one away: an option that is gone
/// breaks somebody's script, so its line is taken out by hand.
struct `Help` {
  private static let snapshots = "\(Program.root)/Tests/RetortTests/Snapshots"
  private static let isRenewing =
    ProcessInfo.processInfo.environment["RETORT_RENEW_SNAPSHOTS"] != nil

  /// A command, as the parser itself describes it.
  private struct Command {
    let path: [String]
    let options: [String]
  }

  private static func commands() throws -> [Command] {
    let dump = try Program.run(["--experimental-dump-help"])
    try #require(dump.status == 0, "\(dump.errors)")
    let root = try #require(try JSON.parse(dump.output)["command"])
    var found: [Command] = []
    func visit(_ command: JSON, _ path: [String]) {
      let options = (command["arguments"]?.arrayValue ?? []).compactMap { argument -> String? in
        let kind = argument["kind"]?.stringValue ?? ""
        if kind == "positional" { return "<\(argument["valueName"]?.stringValue ?? "?")>" }
        let names = (argument["names"]?.arrayValue ?? []).compactMap { name -> String? in
          guard let word = name["name"]?.stringValue else { return nil }
          return (name["kind"]?.stringValue == "long" ? "--" : "-") + word
        }
        let name = names.first { $0.hasPrefix("--") } ?? names.first
        return name.map { kind == "option" ? $0 + " VALUE" : $0 }
      }
      found.append(Command(path: path, options: options))
      for inner in command["subcommands"]?.arrayValue ?? [] {
        guard let name = inner["commandName"]?.stringValue, name != "help" else { continue }
        visit(inner, path + [name])
      }
    }
    visit(root, [])
    return found
  }

  private static func text(_ name: String) -> String? {
    (try? readFile("\(snapshots)/\(name)")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A failure shows where a text has changed: renew it if that was meant.
  @Test func `is what it was, of every command`() throws {
    var seen: Set<String> = []
    for command in try Self.commands() {
      let outcome = try Program.run(command.path + ["--help"])
      #expect(outcome.status == 0, "\(command.path)")
      let name = "help/" + (["retort"] + command.path).joined(separator: "-") + ".txt"
      seen.insert(Paths.last(of: name))
      if Self.isRenewing {
        try Folder.make(Self.snapshots + "/help")
        try AtomicFile.write(outcome.output, to: "\(Self.snapshots)/\(name)")
      }
      #expect(Self.text(name) == outcome.output, "\(name) is stale")
    }
    for name in try Folder.names(in: Self.snapshots + "/help") where !seen.contains(name) {
      if Self.isRenewing { try Folder.remove("\(Self.snapshots)/help/\(name)") }
      #expect(Self.isRenewing, "\(name): there is no such command any more")
    }
  }

  /// A missing line is a script that no longer runs.
  @Test func `keeps every option that was ever promised`() throws {
    let present = try Self.commands().flatMap { command in
      command.options.map { (["retort"] + command.path + [$0]).joined(separator: " ") }
    }
    let promised = (Self.text("options.txt") ?? "").split(separator: "\n").map(String.init)
    let gone = promised.filter { !present.contains($0) }
    #expect(gone.isEmpty, "gone: \(gone.joined(separator: ", "))")
    let new = present.filter { !promised.contains($0) }
    if Self.isRenewing {
      let lines = Set(promised + present).sorted()
      try Folder.make(Self.snapshots)
      try AtomicFile.write(
        lines.joined(separator: "\n") + "\n", to: Self.snapshots + "/options.txt")
    } else {
      #expect(new.isEmpty, "not yet promised: \(new.joined(separator: ", "))")
    }
  }

  /// What a command does is best shown.
  @Test func `shows an example, of every command that does something`() throws {
    for command in try Self.commands() where !command.options.isEmpty && !command.path.isEmpty {
      let help = try Program.run(command.path + ["--help"]).output
      #expect(help.contains("retort "), "\(command.path)")
      #expect(
        help.contains("Example") || help.contains("SUBCOMMANDS"),
        "\(command.path.joined(separator: " ")) shows no example")
    }
  }
}
