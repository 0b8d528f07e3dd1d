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

  /// A number with a sign is a wrong value, not a missing one.
  @Test(arguments: [
    (["--seed", "-3"], "'-3'", "from 0 to"), (["--seed", "1.5"], "'1.5'", "from 0 to"),
    (["--count", "-1"], "'-1'", "at least 0"), (["--count", "ten"], "'ten'", "at least 0"),
    (["--threads", "0"], "'0'", "at least 1"),
    (["--level", "-2"], "--level", "levels 1..10, not -2"),
    (["--level", "4..2"], "--level", "as 3 or 2..4"),
    (["--level", "11"], "--level", "levels 1..10"),
  ])
  func `says what it expects of a number`(option: [String], found: String, expected: String) throws
  {
    let count = option[0] == "--count" ? [] : ["--count", "5"]
    let outcome = try Program.run(["generate", "sum-reduce"] + count + option)
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains(found) && outcome.errors.contains(expected), "\(outcome.errors)")
    #expect(!outcome.errors.contains("Missing value"), "\(outcome.errors)")
  }

  @Test func `fails when a level holds fewer records than asked for, unless told otherwise`() throws
  {
    try Program.withFolder { folder in
      let file = folder + "/a.jsonl"
      let arguments = [
        "generate", "linear-equation", "--level", "1", "--count", "9000", "--seed", "1", "-o", file,
      ]
      let refused = try Program.run(arguments)
      #expect(refused.status == 1 && !FileManager.default.fileExists(atPath: file))
      #expect(refused.errors.contains("--allow-fewer"), "\(refused.errors)")
      let allowed = try Program.run(arguments + ["--allow-fewer"])
      #expect(allowed.status == 0, "\(allowed.errors)")
      #expect(allowed.errors.contains("its space is exhausted; only "), "\(allowed.errors)")
      let verified = try Program.run(["verify", file, "--strict"])
      #expect(verified.status == 0, "\(verified.output.prefix(500))")
    }
  }

  @Test func `judges what comes after a line that is too long, and names files that are no text`()
    throws
  {
    try Program.withFolder { folder in
      let good = #"{"family":"worded-sum","problem":"What is 5+3?","solution":"5+3=8\nAnswer: 8"}"#
      let long = String(repeating: " ", count: (64 << 20) + 1)
      try AtomicFile.write(good + "\n" + long + "\n" + good + "\n", to: folder + "/a.jsonl")
      let outcome = try Program.run(["verify", folder + "/a.jsonl"])
      #expect(outcome.status == 1)
      #expect(
        outcome.output.hasPrefix("line 2: no record: error: 67108865 bytes"), "\(outcome.output)")
      #expect(outcome.errors.contains("3 records: 2 accepted, 1 no record"), "\(outcome.errors)")

      try AtomicFile.write("\u{FEFF}" + good + "\n" + good, to: folder + "/b.jsonl")
      let marked = try Program.run(["verify", folder + "/b.jsonl"])
      #expect(marked.status == 1 && marked.output.contains("byte order mark"), "\(marked.output)")
      #expect(marked.errors.contains("2 records: 1 accepted, 1 no record"))

      for (bytes, kind) in [
        ([0x1F, 0x8B, 8, 0] as [UInt8], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
      ] {
        try AtomicFile.write(bytes, to: folder + "/c.jsonl")
        for command in [["verify"], ["inspect"]] {
          let outcome = try Program.run(command + [folder + "/c.jsonl"])
          #expect(outcome.status == 1)
          if command[0] == "verify" || kind == "gzip" {
            #expect(outcome.errors.contains("is \(kind)"), "\(outcome.errors)")
          }
        }
      }
      let one = try Program.run(["verify", "-"], input: good)
      #expect(one.errors.contains("1 record: 1 accepted"), "\(one.errors)")
    }
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
      "families", "generate", "verify", "prove", "run", "stages", "status", "shards", "model",
      "tokenizer", "train", "distil", "label", "sample", "curriculum", "compare", "bench",
      "inspect",
      "doctor",
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
    let listed = try Program.run(["families"]).output.split(separator: "\n").filter {
      $0.first?.isLowercase ?? false
    }
    #expect(families.map { $0["name"]?.stringValue } == listed.map { String($0) })
    #expect(families.count >= 5)
    for family in families {
      #expect(
        family.objectValue?.keys
          == ["name", "levels", "knobs", "checks", "grammar", "example", "space", "rules"])
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

  @Test(arguments: [SIGINT, SIGTERM, SIGQUIT])
  func `stops at a signal while it waits for its input`(signal: Int32) throws {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["verify", "-"]
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 0.5)
    kill(process.processIdentifier, signal)
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
