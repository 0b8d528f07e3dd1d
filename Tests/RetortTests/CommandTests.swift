import Files
import Foundation
import Testing

/// The command line as a user meets it: outputs, messages, exit codes.
struct `The command line` {
  @Test func `generates what it verifies`() throws {
    let generated = try Program.run(["generate", "sum-reduce", "--count", "1000", "--seed", "1"])
    #expect(generated.status == 0)
    #expect(generated.output.split(separator: "\n").count == 1000)
    let verified = try Program.run(["verify", "-"], input: generated.output)
    #expect(verified.status == 0)
    #expect(verified.errors.contains("1000 accepted"))
  }

  @Test func `names the record and the line of one changed digit`() throws {
    let generated = try Program.run(["generate", "sum-reduce", "--count", "20", "--seed", "1"])
    var lines = generated.output.split(separator: "\n").map(String.init)
    var record = try #require(try JSON.parse(lines[7]).objectValue)
    let id = try #require(record["id"]?.stringValue)
    var steps = try #require(record["solution"]?.stringValue).split(separator: "\n").map(
      String.init)
    let last = try #require(steps[0].last?.wholeNumberValue)
    steps[0] = String(steps[0].dropLast()) + "\((last + 1) % 10)"
    record["solution"] = JSON(steps.joined(separator: "\n"))
    lines[7] = JSON.object(record).text
    let verified = try Program.run(["verify", "-"], input: lines.joined(separator: "\n") + "\n")
    #expect(verified.status == 1)
    #expect(verified.output.hasPrefix("line 8: \(id): rejected: step 1: "), "\(verified.output)")
  }

  @Test func `exits with 2 for usage, and says what is wrong`() throws {
    for arguments in [
      ["nonsense"], ["generate"], ["generate", "sum-reduce"], ["generate", "nope", "--count", "1"],
      ["generate", "sum-reduce", "--count", "-1"],
      ["generate", "sum-reduce", "--count", "1", "--level", "0..3"],
      ["generate", "sum-reduce", "--count", "1", "--split", "none"], ["families", "nope"],
      ["verify"], ["run"], ["run", Program.pipeline("tiny"), "--executor", "cloud"],
      ["run", Program.pipeline("tiny"), "--set", "teacher.stepz=1"],
    ] {
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 2, "\(arguments): \(outcome)")
      #expect(!outcome.errors.isEmpty, "\(arguments)")
    }
    #expect(try Program.run(["doctor"], environment: ["RETORT_ISA": "v9"]).status == 2)
  }

  @Test func `exits with 1 for a file that is not there`() throws {
    for arguments in [
      ["verify", "/no/such.jsonl"], ["inspect", "/no/such.npy"], ["run", "/no/such.yaml"],
      ["shards", "verify", "/no/such"], ["status", "/no/such"], ["model", "inspect", "/no/such"],
    ] {
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 1, "\(arguments): \(outcome)")
      #expect(outcome.errors.contains("/no/such"), "\(arguments): \(outcome.errors)")
    }
  }

  /// What a pipeline file gets wrong is named with its line.
  @Test(arguments: [
    ("pipeline: p\nstages:\n  - {name: a, kind: generate, wiht: {}}\n", 3, "wiht"),
    ("pipeline: p\nstages:\n  - name: a\n    kind: train\n    from: [b]\n", 5, "b"),
    ("pipeline: p\nstages:\n  - name: a\n    kind: no-such\n", 4, "no-such"),
    (
      "pipeline: p\nstages:\n  - name: a\n    kind: generate\n    with: {families: {sum-reduce: {}}, count: many}\n",
      5, "count"
    ),
    (
      "pipeline: p\nstages:\n  - {name: a, kind: train, from: [b]}\n  - {name: b, kind: train, from: [a]}\n",
      4, "cycle"
    ),
    ("pipeline: p\nstages: [\n", 3, "not YAML"),
  ])
  func `names the line of what is wrong in a pipeline file`(
    text: String, line: Int, word: String
  ) throws {
    try Program.withFolder { folder in
      let file = folder + "/p.yaml"
      try AtomicFile.write(text, to: file)
      let outcome = try Program.run(["run", file, "--into", folder + "/run"])
      #expect(outcome.status == 2, "\(outcome)")
      #expect(outcome.errors.contains("\(file):\(line):"), "\(outcome.errors)")
      #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }
  }

  @Test func `teaches in every help`() throws {
    for command in [
      "families", "generate", "verify", "prove", "run", "status", "shards", "model", "tokenizer",
      "train", "distil", "label", "sample", "curriculum", "compare", "bench", "inspect", "doctor",
    ] {
      let outcome = try Program.run([command, "--help"])
      #expect(outcome.status == 0, "\(command)")
      #expect(outcome.output.contains("USAGE: retort \(command)"), "\(outcome.output)")
      // An example that the terminal breaks in two cannot be copied.
      let example = outcome.output.components(separatedBy: "USAGE:")[0].split(separator: "\n")
      #expect(example.contains { $0.hasPrefix("  ") && $0.contains("retort") }, "\(command)")
      #expect(
        !example.contains { $0.hasPrefix("-") || $0.hasPrefix("of each") }, "\(outcome.output)")
    }
    let plain = try Program.run([])
    #expect(plain.status == 0)
    #expect(plain.output.contains("retort run Pipelines/quickstart.yaml"))
  }

  @Test func `lists families as JSON with what outsiders need to write traces`() throws {
    let outcome = try Program.run(["families", "--json"])
    let families = try #require(try JSON.parse(outcome.output).arrayValue)
    #expect(families.count == 5)
    for family in families {
      #expect(
        family.objectValue?.keys
          == ["name", "levels", "knobs", "checks", "grammar", "example", "space"])
      let example = try #require(family["example"])
      let verified = try Program.run(["verify", "-"], input: example.text + "\n")
      #expect(verified.status == 0, "\(verified.output)")
    }
  }

  /// Whoever reads half an output and an exit code 0 trusts it.
  @Test func `exits with 1 when its output cannot be written`() throws {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["families"]
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    let said = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    #expect(process.terminationStatus == 1)
    #expect(said.contains("standard output"), "\(said)")
  }

  /// As root, a rename onto `/dev/null` replaces the device for the whole machine.
  @Test func `puts no file in the place of a link or a device`() throws {
    try Program.withFolder { folder in
      let link = folder + "/link"
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: folder + "/target")
      let outcome = try Program.run(["generate", "sum-reduce", "--count", "1", "-o", link])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("not a regular file"), "\(outcome.errors)")
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: link) == folder + "/target")
    }
  }

  @Test func `stops at a signal while it waits for its input`() throws {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["verify", "-"]
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 0.5)
    process.interrupt()
    let deadline = Date(timeIntervalSinceNow: 5)
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
    let isStopped = !process.isRunning
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(isStopped)
    #expect(process.terminationStatus == 75)
  }

  @Test func `finds an array damaged that holds NaN, and whole one that holds minus infinity`()
    throws
  {
    var header = "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
    try Program.withFolder { folder in
      for (bits, status) in [(UInt8(0x7E), Int32(1)), (0x7C, 1), (0xFC, 0)] {
        try AtomicFile.write(start + [0, 0x3C, 0, bits], to: folder + "/a.npy")
        let outcome = try Program.run(["inspect", folder + "/a.npy"])
        #expect(outcome.status == status, "\(outcome)")
      }
    }
  }
}
