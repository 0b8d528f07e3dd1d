import Files
import Foundation
import Testing

/// Threads of one process, or a process for each stage: the bytes are the same.
@Suite(.serialized) struct `The process executor` {
  private static func run(
    into folder: String, threads: Int = 2, _ more: [String] = [],
    environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.run(
      [
        "run", Program.pipeline("tiny"), "--into", folder, "--threads", "\(threads)", "--quiet",
        "--executor", "process",
      ] + more, environment: environment)
  }

  private static let digest = Result {
    try `The tiny pipeline`.freshDigest(threads: 1)
  }

  private static func logs(_ folder: String) throws -> [String] {
    let timings = try readFile(folder + "/logs/timings.jsonl").split(separator: 0x0A)
    let stages = try timings.map { try JSON.parse(Array($0))["stage"]?.stringValue ?? "" }
    return stages.sorted() + (try Folder.names(in: folder + "/logs/tensorboard"))
  }

  @Test(arguments: [1, 2]) func `gives the bytes and the logs of threads`(threads: Int) throws {
    try Program.withFolder { folder in
      let local = folder + "/local"
      try #require(`The tiny pipeline`.run(into: local).status == 0)
      let place = folder + "/process"
      let outcome = try Self.run(into: place, threads: threads)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try `The tiny pipeline`.digest(place) == `The tiny pipeline`.digest(local))
      #expect(try Self.logs(place) == Self.logs(local))
      let again = try Self.run(into: place, ["--json"])
      #expect(try JSON.parse(again.output)["ran"] == 0)
    }
  }

  /// Each stage's process is killed at its 40th durable event, where it has as many; whatever then
  /// goes on, threads or processes, ends in the same bytes.
  @Test func `ends in the same bytes after a child is killed`() throws {
    try Program.withFolder { folder in
      let killed = try Self.run(into: folder, environment: ["RETORT_FAIL": "kill:40"])
      // The run itself dies there too, if its children let it come so far.
      #expect(killed.signal == SIGKILL || killed.errors.contains("signal 9 (Killed)"), "\(killed)")
      let resumed = try Self.run(into: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try `The tiny pipeline`.digest(folder) == Self.digest.get())
    }
  }

  /// The children of a killed run stop by themselves; the next run waits for them where it must.
  @Test(arguments: ["local", "process"])
  func `ends in the same bytes after the run itself is killed`(next: String) throws {
    try Program.withFolder { folder in
      let process = try Self.start(folder, until: "teacher")
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try Self.run(into: folder, ["--executor", next])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try `The tiny pipeline`.digest(folder) == Self.digest.get())
    }
  }

  @Test func `stops its children at SIGTERM, with exit code 75, and goes on`() throws {
    try Program.withFolder { folder in
      let process = try Self.start(folder, until: "teacher")
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      let said = try JSON.parse(readFile(folder + "/logs/jobs/teacher/outcome.json"))
      #expect(said["status"] == "interrupted")
      let resumed = try Self.run(into: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try `The tiny pipeline`.digest(folder) == Self.digest.get())
    }
  }

  /// Starts a run and waits until a stage has written its first checkpoint or notice of progress.
  private static func start(_ folder: String, until stage: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = [
      "run", Program.pipeline("tiny"), "--into", folder, "--threads", "2", "--quiet",
      "--executor", "process",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    let events = "\(folder)/logs/jobs/\(stage)/events.jsonl"
    for _ in 0..<2000 where (try? readFile(events))?.isEmpty ?? true { usleep(5000) }
    return process
  }

  /// Slurm and others come as a file each; until then their word is refused, not taken for another.
  @Test(arguments: ["slurm", "cloud"]) func `refuses executors that are not there`(name: String)
    throws
  {
    let outcome = try Program.run(["run", Program.pipeline("tiny"), "--executor", name])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("expected local or process"), "\(outcome.errors)")
  }
}

struct `A stage that runs by itself` {
  /// Curves were once thrown away here.
  @Test func `leaves its timing and curves where a run does`() throws {
    try Program.withFolder { folder in
      let run = folder + "/run"
      let stopped = try `The tiny pipeline`.run(into: run, environment: ["RETORT_FAIL": "term:150"])
      try #require(stopped.status == 75, "\(stopped)")
      func stage(_ name: String) throws -> Program.Outcome {
        try Program.run(["stage", run, name, "--quiet"])
      }
      for name in ["problems", "test", "teacher-order", "teacher"] {
        let outcome = try stage(name)
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
      }
      #expect(try Folder.names(in: run + "/logs/tensorboard").contains("teacher"))
      let lines = try readFile(run + "/logs/timings.jsonl").split(separator: 0x0A)
        .map { try JSON.parse(Array($0)) }
      #expect(lines.contains { $0["stage"] == "teacher" && $0["status"] == "finished" })
      let status = try Program.run(["status", run, "--json"])
      let entries = try JSON.parse(status.output)["stages"]?.arrayValue ?? []
      #expect(entries.first { $0["name"] == "teacher" }?["seconds"]?.doubleValue != nil)

      let stages = try Folder.names(in: run + "/stages")
      func path(_ stem: String) throws -> String {
        run + "/stages/"
          + (try #require(stages.first { $0.dropLast(13) == stem }))
      }
      let out = folder + "/student"
      let trained = try Program.run([
        "train", "--from", try path("problems"), "--from", try path("teacher-order"), "--set",
        "steps=400", "--set", "batch=16", "--set", "tokenizer.vocab_size=270", "--set",
        "model.hidden_size=16", "--set", "model.intermediate_size=32", "--set",
        "model.num_hidden_layers=1", "--set", "model.num_attention_heads=2", "--set",
        "learning_rate=0.01", "-o", out, "--quiet",
      ])
      try #require(trained.status == 0, "\(trained.errors)")
      #expect(
        try Folder.names(in: out + ".logs")
          == ["lock", "run.sqlite", "tensorboard", "timings.jsonl"])
      let curves = try Folder.names(in: out + ".logs/tensorboard/student")
      #expect(curves.count == 1)
    }
  }
}
