import Files
import Foundation
import Testing

/// What a shell, a container or a scheduler allows: too little is an error within a moment, never a
/// crash, and never a wait without end.
struct `Too little` {
  static let command = "'\(Program.path)'"

  /// Runs a command line under a limit, and gives up on it after a while.
  static func run(_ limit: String, _ line: String) throws -> (Program.Outcome, Duration) {
    let start = ContinuousClock.now
    let outcome = try Program.run(
      shell: "ulimit \(limit) && exec timeout -s KILL 60 \(command) \(line)")
    return (outcome, ContinuousClock.now - start)
  }

  /// OpenBLAS waits for ever for memory that it is refused, and used to be started by every
  /// command.
  @Test(arguments: ["--version", "--help", "families", "generate sum-reduce --count 3"])
  func `memory for products is none for a command that multiplies nothing`(line: String) throws {
    let (outcome, _) = try Self.run("-v 204800", line)
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// Around the size of its buffers, a limit leaves room for the library and none to work in.
  @Test(arguments: [
    "-v 150000", "-v 204800", "-v 230000", "-v 260000", "-v 290000", "-v 320000", "-v 400000",
    "-d 60000", "-d 120000",
  ])
  func `memory ends what multiplies with an error`(limit: String) throws {
    try Program.withFolder { folder in
      let bench = "bench kernels --config tiny --repetitions 1 --threads 2"
      for line in ["doctor", "run '\(Program.pipeline("tiny"))' --into '\(folder)/run'", bench] {
        let (outcome, time) = try Self.run(limit, line)
        #expect(outcome.signal == nil, "\(line): \(outcome)")
        #expect([0, 1].contains(outcome.status), "\(line): \(outcome)")
        guard outcome.status == 1 else { continue }
        #expect(outcome.errors.contains("memory"), "\(line): \(outcome)")
        #expect(time < .seconds(10), "\(line): \(time)")
      }
    }
  }

  @Test(arguments: 4...9) func `descriptors are an error that says so`(count: Int) throws {
    try Program.withFolder { folder in
      let (plain, _) = try Self.run("-n \(count)", "generate sum-reduce --count 3 --threads 2")
      #expect(plain.signal == nil && plain.status == 0, "\(plain)")
      let (outcome, _) = try Self.run(
        "-n \(count)", "run '\(Program.pipeline("tiny"))' --into '\(folder)/run'")
      #expect(outcome.signal == nil, "\(outcome)")
      #expect([0, 1].contains(outcome.status), "\(outcome)")
      guard outcome.status == 1 else { return }
      #expect(outcome.errors.contains("ulimit -n"), "\(outcome)")
    }
  }

  /// What cannot be opened for want of descriptors is not damaged: nothing is made again for that.
  @Test func `descriptors make no finished stage again`() throws {
    try Program.withFolder { folder in
      let line = "run '\(Program.pipeline("tiny"))' --into '\(folder)/run'"
      let whole = try Program.run(shell: "\(Self.command) \(line)")
      try #require(whole.status == 0, "\(whole)")
      let before = try Program.run(["status", folder + "/run", "--digest"])
      for count in 4...8 {
        let (outcome, _) = try Self.run("-n \(count)", line)
        #expect(!outcome.errors.contains("made again"), "\(outcome)")
      }
      let again = try Program.run(shell: "\(Self.command) \(line)")
      #expect(again.errors.contains("0 run"), "\(again)")
      #expect(try Program.run(["status", folder + "/run", "--digest"]).output == before.output)
    }
  }

  /// A file beyond the limit is an error of the write, not a signal.
  @Test func `room for a file is an error`() throws {
    try Program.withFolder { folder in
      let (outcome, _) = try Self.run(
        "-f 8", "generate sum-reduce --count 2000 -o '\(folder)/a.jsonl'")
      #expect(outcome.status == 1 && outcome.signal == nil, "\(outcome)")
      #expect(outcome.errors.contains("ulimit -f"), "\(outcome)")
      #expect(try Folder.names(in: folder) == [])
    }
  }
}

/// `OPENBLAS_CORETYPE` names kernels that OpenBLAS runs without asking the processor.
struct `A processor family that is asked for` {
  static let families = [
    "Prescott", "Core2", "Penryn", "Nehalem", "Opteron", "Barcelona", "Sandybridge", "Bulldozer",
    "Piledriver", "Steamroller", "Excavator", "Haswell", "Zen", "SkylakeX", "Cooperlake",
    "SapphireRapids", "Katmai", "skylakex", "haswell",
  ]

  /// An illegal instruction has no message.
  @Test(arguments: families)
  func `runs, or is refused by name`(family: String) throws {
    let outcome = try Program.run(["doctor"], environment: ["OPENBLAS_CORETYPE": family])
    #expect(outcome.signal == nil, "\(outcome)")
    if outcome.status == 0 {
      #expect(outcome.output.contains("products are right"), "\(outcome)")
      #expect(outcome.output.lowercased().contains("kernel \(family.lowercased())"), "\(outcome)")
    } else {
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.errors.contains("OPENBLAS_CORETYPE asks for"), "\(outcome)")
    }
  }

  @Test(arguments: ["nonsense", "Zen9", "\u{1B}[2J", "Haswell ", "0"])
  func `is refused where nobody knows it`(family: String) throws {
    try Program.withFolder { folder in
      for arguments in [["doctor"], ["run", Program.pipeline("tiny"), "--into", folder + "/run"]] {
        let outcome = try Program.run(arguments, environment: ["OPENBLAS_CORETYPE": family])
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.errors.contains("SkylakeX"), "\(outcome)")
        #expect(!outcome.errors.contains("\u{1B}"), "\(outcome)")
      }
    }
    // Nothing that multiplies nothing minds.
    let version = try Program.run(["--version"], environment: ["OPENBLAS_CORETYPE": family])
    #expect(version.status == 0)
  }

  /// The library is loaded, and named in manifests, by stages that may multiply and by no others.
  @Test(arguments: ["local", "process"])
  func `is asked for by nothing in a pipeline without models`(executor: String) throws {
    try Program.withFolder { folder in
      let text = """
        pipeline: plain
        stages:
          - {name: set, kind: generate, with: {families: {sum-reduce: {levels: 2}}, count: 20}}
          - {name: order, kind: curriculum, from: [set], with: {steps: 2, batch: 4}}
        """
      let file = folder + "/plain.yaml"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let outcome = try Program.run(
        ["run", file, "--into", folder + "/run", "--executor", executor, "--quiet"],
        environment: ["OPENBLAS_CORETYPE": "nonsense"])
      #expect(outcome.status == 0, "\(outcome)")
      let stages = try FileManager.default.contentsOfDirectory(atPath: folder + "/run/stages")
      #expect(stages.count == 2)
      for stage in stages {
        let manifest = try String(
          contentsOfFile: folder + "/run/stages/\(stage)/manifest.json", encoding: .utf8)
        #expect(manifest.contains("instruction_set") && !manifest.contains("blas_core"))
      }
    }
  }

  @Test func `is nobody when the variable is empty`() throws {
    let empty = try Program.run(["doctor"], environment: ["OPENBLAS_CORETYPE": ""])
    let unset = try Program.run(shell: "unset OPENBLAS_CORETYPE; exec '\(Program.path)' doctor")
    func kernel(_ text: String) -> String? {
      text.split(separator: "\n").first { $0.hasPrefix("matrix products") }.map(String.init)
    }
    #expect(empty.status == 0 && kernel(empty.output) == kernel(unset.output))
  }
}

/// Arguments are bytes; a string that repairs them names another file.
struct `An argument that is no UTF-8` {
  @Test(arguments: ["\\377", "a\\200b", "\\303\\050", "\\355\\240\\200", "\\300\\257"])
  func `is refused, and never another file in its place`(octal: String) throws {
    try Program.withFolder { folder in
      // What the repaired name would hit.
      let repaired = String(decoding: Self.bytes(octal), as: UTF8.self)
      try AtomicFile.write("{}", to: "\(folder)/\(repaired).json")
      for line in ["inspect \"$n\"", "verify \"$n\"", "generate sum-reduce --count 1 -o \"$n\""] {
        let outcome = try Program.run(
          shell: "cd '\(folder)' && n=$(printf '\(octal).json') && exec '\(Program.path)' \(line)")
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.errors.contains("not UTF-8"), "\(outcome)")
        #expect(outcome.errors.contains("\\x"), "\(outcome)")
        #expect(outcome.output == "")
      }
      #expect(try readFile("\(folder)/\(repaired).json") == Array("{}".utf8))
    }
  }

  static func bytes(_ octal: String) -> [UInt8] {
    var out: [UInt8] = []
    var rest = octal[...]
    while let first = rest.first {
      if first == "\\", let value = UInt8(rest.dropFirst().prefix(3), radix: 8) {
        out.append(value)
        rest = rest.dropFirst(4)
      } else {
        out += Array(String(first).utf8)
        rest = rest.dropFirst()
      }
    }
    return out
  }
}
