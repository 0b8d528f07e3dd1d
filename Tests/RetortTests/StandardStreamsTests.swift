import Files
import Foundation
import Testing

/// The standard streams as parents leave them: closed, full, gone, not waiting.
struct `Standard streams` {
  static let pipeline = """
    pipeline: streams
    seed: 7
    stages:
      - {name: problems, kind: generate, with: {families: {sum-reduce: {levels: 2..3}}, count: 60}}
      - {name: order, kind: curriculum, from: [problems], with: {order: random, steps: 6, batch: 4}}

    """

  /// A closed descriptor is the first that an opened file gets: messages were written into the
  /// shards of a stage, which was then sealed.
  @Test(arguments: 0..<8)
  func `that are closed change no byte of a run`(mask: Int) throws {
    try Program.withFolder { folder in
      try AtomicFile.write(Self.pipeline, to: folder + "/p.yaml")
      func digest(_ closing: String, _ name: String) throws -> String {
        let into = "\(folder)/\(name)"
        let outcome = try Program.run(
          shell: "exec '\(Program.path)' run '\(folder)/p.yaml' --into '\(into)' \(closing)")
        #expect(outcome.status == 0, "\(closing): \(outcome)")
        let status = try Program.run(["status", into, "--digest"])
        #expect(status.status == 0, "\(closing): \(status)")
        for stage in try Folder.names(in: into + "/stages") {
          let whole = try Program.run(["inspect", "\(into)/stages/\(stage)"])
          #expect(whole.status == 0, "\(closing): \(whole)")
        }
        return status.output
      }
      let closing = (0..<3).filter { mask >> $0 & 1 == 1 }.map { $0 == 0 ? "<&-" : "\($0)>&-" }
      let closed = try digest(closing.joined(separator: " "), "closed")
      #expect(try digest("", "open") == closed)
    }
  }

  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
  func `that are closed change no file that is written`(closing: String) throws {
    try Program.withFolder { folder in
      let outcome = try Program.run(
        shell: "exec '\(Program.path)' generate sum-reduce --count 50 -o '\(folder)/a.jsonl' "
          + closing)
      #expect(outcome.status == 0, "\(outcome)")
      let verified = try Program.run(["verify", folder + "/a.jsonl"])
      #expect(verified.status == 0 && verified.errors.contains("50 records"), "\(verified)")
    }
  }

  /// Whoever reads half an output and an exit code 0 trusts it.
  @Test(arguments: [
    ["--help"], ["--version"], ["families"], ["families", "--json"], ["help", "run"],
    ["run", "-h"],
    ["generate", "sum-reduce", "--count", "9", "--quiet"], ["doctor"], [],
    ["--generate-completion-script", "bash"],
  ])
  func `that are full end the program with 1`(arguments: [String]) throws {
    let line = ([Program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    let full = try Program.run(shell: "exec \(line) >/dev/full")
    #expect(full.status == 1, "\(full)")
    #expect(full.errors.contains("standard output"), "\(full)")
    let unwritable = try Program.run(shell: "exec \(line) >&3 3</dev/null")
    #expect(unwritable.status == 1 || unwritable.status == 2, "\(unwritable)")
    // Errors go nowhere, and what they say is lost, not the exit code.
    let silent = try Program.run(shell: "exec '\(Program.path)' nonsense 2>/dev/full")
    #expect(silent.status == 2, "\(silent)")
  }

  /// `yes | head` ends without a word, and so do we, whatever the parent made of the signal.
  @Test(arguments: ["", "trap '' PIPE; "])
  func `whose reader has gone end the program silently`(trap: String) throws {
    let outcome = try Program.run(
      shell: "\(trap)'\(Program.path)' generate sum-reduce --count 20000 --quiet | head -c 100 "
        + ">/dev/null")
    #expect(outcome.errors == "", "\(outcome)")
  }

  /// A descriptor that another process made one that does not wait gives back what it cannot take.
  @Test func `that do not wait are waited for`() throws {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["generate", "sum-reduce", "--count", "2000", "--quiet"]
    let pipe = Pipe()
    let end = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) == 0)
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    try pipe.fileHandleForWriting.close()
    Thread.sleep(forTimeInterval: 0.5)
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(bytes.count { $0 == 0x0A } == 2000)
  }
}
