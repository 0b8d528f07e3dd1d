import Files
import Foundation
import Synchronization
import Testing

/// The whole of it, small: every kind of stage, as a user runs it, killed and run again.
@Suite(.serialized) struct `The tiny pipeline` {
  static let pipeline = Program.pipeline("tiny")

  static func run(
    into folder: String, threads: Int = 1, environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.run(
      ["run", pipeline, "--into", folder, "--threads", "\(threads)", "--quiet"],
      environment: environment)
  }

  /// The digest of `stages/` and `report.json`.
  static func digest(_ folder: String) throws -> String {
    let outcome = try Program.run(["status", folder, "--digest"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  static func freshDigest(threads: Int, environment: [String: String] = [:]) throws -> String {
    try Program.withFolder { folder in
      let outcome = try run(into: folder, threads: threads, environment: environment)
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try digest(folder)
    }
  }

  /// Core types that any processor with AVX2 runs; products differ between them, so digests may.
  @Test(arguments: [nil, "Haswell", "Sandybridge"])
  func `gives the same bytes again and at any number of threads`(core: String?) throws {
    let environment = core.map { ["OPENBLAS_CORETYPE": $0] } ?? [:]
    let one = try Self.freshDigest(threads: 1, environment: environment)
    #expect(one.count == 65)
    #expect(try Self.freshDigest(threads: 1, environment: environment) == one)
    #expect(try Self.freshDigest(threads: 2, environment: environment) == one)
  }

  @Test func `is skipped whole when it is finished`() throws {
    try Program.withFolder { folder in
      #expect(try Self.run(into: folder).status == 0)
      let before = try Self.digest(folder)
      let again = try Program.run(
        ["run", Self.pipeline, "--into", folder, "--json", "--quiet"])
      #expect(again.status == 0)
      let summary = try JSON.parse(again.output)
      #expect(summary["ran"] == 0)
      #expect(try Self.digest(folder) == before)
    }
  }

  /// What a person does with a finished run: every look at it works and says something true.
  @Test func `can be looked at and checked`() throws {
    try Program.withFolder { folder in
      #expect(try Self.run(into: folder).status == 0)
      let report = folder + "/report"
      #expect(try Program.run(["compare", "check", report]).status == 0)
      let page = try Program.run(["compare", "report", report])
      #expect(Array(page.output.utf8) == (try readFile(report + "/report.html")))
      try Folder.make(folder + "/changed")
      let json = String(decoding: try readFile(report + "/report.json"), as: UTF8.self)
      try AtomicFile.write(
        json.replacingOccurrences(of: "\"steps\": 24", with: "\"steps\": 25"),
        to: folder + "/changed/report.json")
      #expect(try Program.run(["compare", "check", folder + "/changed"]).status == 1)

      let whole = try Program.run(["inspect", folder, "--json"])
      #expect(whole.status == 0, "\(whole.errors)")
      #expect(try JSON.parse(whole.output)["whole"] == true)
      #expect(try whole.output.contains(Self.digest(folder).dropLast()))
      let stages = try Folder.names(in: folder + "/stages")
      let set = folder + "/stages/" + (try #require(stages.first { $0.hasPrefix("problems-") }))
      let inspected = try Program.run(["inspect", set])
      #expect(inspected.status == 0)
      #expect(inspected.output.contains("\n  split    "), "\(inspected.output)")
      #expect(!inspected.output.contains("{"), "\(inspected.output)")
      let teacher = stages.first { $0.hasPrefix("teacher-") && !$0.hasPrefix("teacher-order-") }
      let model = folder + "/stages/" + (try #require(teacher))
      let looked = try Program.run(["model", "inspect", model])
      #expect(looked.status == 0)
      #expect(looked.output.contains("root mean square"), "\(looked.output)")
      try Self.readAndWrite(model, in: folder)
    }
  }

  /// One flipped bit in any file of any stage, or in the report: named, with exit code 1.
  @Test func `with one bit flipped is damaged for every command that reads it whole`() throws {
    try Program.withFolder { folder in
      #expect(try Self.run(into: folder).status == 0)
      var files = ["report/report.json", "report/report.html"]
      for stage in try Folder.names(in: folder + "/stages") {
        let manifest = try Manifest.read(from: folder + "/stages/" + stage)
        files += manifest.files.map { "stages/\(stage)/\($0.path)" }
        files.append("stages/\(stage)/\(Manifest.fileName)")
      }
      for file in files {
        let path = folder + "/" + file
        let whole = try readFile(path)
        var bytes = whole
        if bytes.isEmpty { bytes = [0x0A] } else { bytes[bytes.count / 2] ^= 4 }
        try AtomicFile.write(bytes, to: path)
        for command in [["status", folder, "--digest"], ["inspect", folder]] {
          let outcome = try Program.run(command)
          #expect(outcome.status == 1, "\(command[0]) \(file)")
          #expect(outcome.errors.contains(file), "\(command[0]) \(file): \(outcome.errors)")
        }
        try AtomicFile.write(whole, to: path)
      }
      #expect(try Program.run(["status", folder, "--digest"]).status == 0)
    }
  }

  /// The teacher writes, and is asked how well it predicts; records, and a text in chunks.
  private static func readAndWrite(_ model: String, in folder: String) throws {
    let written = try Program.run([
      "model", "generate", model, "--prompt", "1+2+3", "--max-new-tokens", "7", "--draws", "2",
      "--temperature", "1", "--json",
    ])
    #expect(written.status == 0, "\(written.errors)")
    let lines = try written.output.split(separator: "\n").map { try JSON.parse(String($0)) }
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { (1...7).contains($0["tokens"]?.intValue ?? 0) })

    let records = folder + "/records.jsonl"
    let made = try Program.run([
      "generate", "sum-reduce", "--level", "1..2", "--count", "20", "-o", records,
    ])
    #expect(made.status == 0, "\(made.errors)")
    try AtomicFile.write(String(repeating: "1+2+3\n", count: 100), to: folder + "/text.txt")
    let measured = try Program.run([
      "model", "perplexity", model, records, folder + "/text.txt", "--context", "64", "--json",
    ])
    #expect(measured.status == 0, "\(measured.errors)")
    let figures = try measured.output.split(separator: "\n").map { try JSON.parse(String($0)) }
    #expect(figures.map { $0["file"]?.stringValue ?? "" }.last == "all" && figures.count == 3)
    let tokens = figures.map { $0["tokens"]?.intValue ?? 0 }
    #expect(tokens[0] > 20 && tokens[1] > 100 && tokens[2] == tokens[0] + tokens[1])
    for figure in figures {
      let nll = try #require(figure["nll"]?.doubleValue)
      let perplexity = try #require(figure["perplexity"]?.doubleValue)
      #expect(nll > 0 && abs(log(perplexity) / nll - 1) < 1e-9)
    }
    // What it was taught it knows better than a text of another form.
    #expect((figures[0]["nll"]?.doubleValue ?? 9) < (figures[1]["nll"]?.doubleValue ?? 0))
    let missing = try Program.run(["model", "perplexity", model, folder + "/none.txt"])
    #expect(missing.status == 1 && missing.errors.contains("none.txt"), "\(missing.errors)")
  }

  /// How many durable events a whole run has, as the program counts them.
  static func eventCount() throws -> Int {
    try Program.withFolder { folder in
      let outcome = try run(into: folder, environment: ["RETORT_FAIL": "count"])
      let line = outcome.errors.split(separator: "\n").last { $0.hasPrefix("durable events: ") }
      return try #require(line.flatMap { Int($0.dropFirst("durable events: ".count)) })
    }
  }

  /// Later tests kill it a thousand times; every event costs one of them.
  @Test func `stays within its budget of durable events`() throws {
    #expect(try Self.eventCount() <= 600)
  }

  /// SIGKILL at 64 points of the run, then the same command again: nothing lost, nothing changed.
  @Test(.timeLimit(.minutes(10)))
  func `ends in the same bytes after a kill at any of 64 points`() throws {
    let whole = try Self.freshDigest(threads: 1)
    let events = try Self.eventCount()
    let points = (0..<64).map { 1 + $0 * (events - 1) / 63 }
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: points.count) { index in
      let point = points[index]
      do {
        try Program.withFolder { folder in
          let killed = try Self.run(
            into: folder, environment: ["RETORT_FAIL": "kill:\(point)"])
          guard killed.signal == SIGKILL else {
            failures.withLock { $0.append("event \(point): was not killed: \(killed)") }
            return
          }
          let resumed = try Self.run(into: folder)
          guard resumed.status == 0 else {
            failures.withLock { $0.append("event \(point): \(resumed.errors)") }
            return
          }
          let digest = try Self.digest(folder)
          if digest != whole { failures.withLock { $0.append("event \(point): other bytes") } }
        }
      } catch {
        failures.withLock { $0.append("event \(point): \(error)") }
      }
    }
    let found = failures.withLock { $0 }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `stops at a SIGTERM with exit code 75 and goes on to the same bytes`() throws {
    let whole = try Self.freshDigest(threads: 1)
    let events = try Self.eventCount()
    for eighth in 0..<8 {
      try Program.withFolder { folder in
        let point = 1 + eighth * (events * 7 / 8) / 7
        let stopped = try Self.run(into: folder, environment: ["RETORT_FAIL": "term:\(point)"])
        #expect(stopped.status == 75, "event \(point): \(stopped)")
        let resumed = try Self.run(into: folder)
        #expect(resumed.status == 0, "event \(point): \(resumed.errors)")
        #expect(try Self.digest(folder) == whole, "event \(point)")
      }
    }
  }

  /// Bytes are those of one kind of processor. Begun on one and ended on another they are
  /// neither's: the resume says so, the training's manifest says which steps are whose, and the
  /// report is flagged.
  @Test func `says where it goes on on another kind of processor`() throws {
    let events = try Self.eventCount()
    try Program.withFolder { folder in
      // Stopped at later and later points, until one falls into the teacher's training.
      var teacher: String?
      for twentieth in 1..<20 where teacher == nil {
        let stopped = try Self.run(
          into: folder,
          environment: ["RETORT_ISA": "baseline", "RETORT_FAIL": "term:\(events * twentieth / 20)"])
        try #require(stopped.status == 75, "\(stopped)")
        let stages = folder + "/stages"
        let found = (Folder.isFolder(stages) ? try Folder.names(in: stages) : []).first {
          $0.hasPrefix("teacher-") && Folder.isFolder(stages + "/" + $0 + "/scratch")
        }
        teacher = found.map { stages + "/" + $0 }
        if teacher == nil { try Folder.remove(folder) }
      }
      let place = try #require(teacher)
      let resumed = try Program.run(["run", Self.pipeline, "--into", folder, "--threads", "1"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.errors.contains("teacher: goes on at step"), "\(resumed.errors)")
      let spans = try #require(try Manifest.read(from: place).details["machines"]?.arrayValue)
      #expect(spans.count == 2 && spans[0]["instruction_set"] == "baseline", "\(spans)")
      #expect(spans[0]["from"] == 1 && spans[1]["to"] == 400)
      let check = try Program.run(["compare", "check", folder + "/report"])
      #expect(check.output.contains("! compare: processor: teacher was begun on one kind"))
    }
  }

  @Test func `says so when the disk is full, and goes on once there is room`() throws {
    let whole = try Self.freshDigest(threads: 1)
    let events = try Self.eventCount()
    for fifth in 0..<5 {
      try Program.withFolder { folder in
        let point = 1 + fifth * (events * 4 / 5) / 4
        let full = try Self.run(into: folder, environment: ["RETORT_FAIL": "enospc:\(point)"])
        #expect(full.status == 1, "event \(point): \(full)")
        #expect(full.errors.contains("no space"), "event \(point): \(full.errors)")
        #expect(try Self.run(into: folder).status == 0)
        #expect(try Self.digest(folder) == whole, "event \(point)")
      }
    }
  }

  @Test func `is refused with exit code 75 while another process owns the folder`() throws {
    try Program.withFolder { folder in
      let lock = try RunLock(folder + "/run.lock", owner: "process 1 on elsewhere\n")
      defer { withExtendedLifetime(lock) {} }
      let outcome = try Self.run(into: folder)
      #expect(outcome.status == 75)
      #expect(outcome.errors.contains("process 1 on elsewhere"))
    }
  }
}
