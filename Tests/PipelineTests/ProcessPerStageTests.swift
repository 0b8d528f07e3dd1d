import Files
import Foundation
import Pipeline
import RunStore
import Stages
import Testing

/// The executor's half of the contract, held against shell scripts in the place of `retort stage`:
/// `$0` is the run's folder, `$1` the stage.
struct `A process for each stage` {
  private func run(_ script: String, into scene: Scene, threads: Int = 1) throws -> RunSummary {
    try Runner(
      try Scene.plan(diamond), into: scene.root,
      options: .init(
        threads: threads, quiet: true, executor: "process",
        stageProgram: ["/bin/sh", "-c", "jobs=$0/logs/jobs; job=$jobs/$1; " + script]),
      stageTypes: toys, machine: { _ in [:] }
    ).run()
  }

  private func reason(_ script: String, _ scene: Scene, threads: Int = 1) throws -> String {
    let error = #expect(throws: (any Error).self) {
      try run(script, into: scene, threads: threads)
    }
    return error.map { "\($0)" } ?? ""
  }

  /// The system kills what takes too much memory; whoever reads "failed" has to learn that.
  @Test func `that is killed fails its stage with the name of the signal`() throws {
    let scene = try Scene()
    let reason = try reason("kill -9 $$", scene)
    #expect(reason.hasPrefix("left: its process ended: signal 9 (Killed)"), "\(reason)")
    #expect(reason.contains("out of memory"))
    let status = try scene.status()
    #expect(status.stages.map(\.state).prefix(2) == [.failed, .ready])
    #expect(status.stages[0].why?.contains("signal 9") == true)
  }

  @Test func `that ends without a word is reported with its last line`() throws {
    let scene = try Scene()
    let reason = try reason("echo first; echo 'stack smashed' >&2; exit 3", scene)
    #expect(reason.contains("exit status 3, its last words: stack smashed"), "\(reason)")
    #expect(reason.contains("logs/jobs/left/output.txt"), "\(reason)")
  }

  @Test func `gives its reason, its curves and its notices to the run`() throws {
    let scene = try Scene()
    let reason = try reason(
      """
      printf '{"done":3,"total":9,"unit":"steps","note":""}\\n' > $job/events.jsonl
      printf '{"notice":"left: takes a while"}\\n' >> $job/events.jsonl
      printf '{"time":1.5,"step":3,"values":[["loss",0.5],["rate","inf"]]}\\n' >> $job/events.jsonl
      printf '{"status":"failed","message":"the toy broke"}' > $job/outcome.json; exit 1
      """, scene)
    #expect(reason == "left: the toy broke")
    let store = try RunStore(reading: scene.root + "/run.sqlite")
    let stage = try #require(try store.stages().first)
    let metrics = try store.metrics(stage: "left", key: stage.key)
    #expect(metrics.map(\.step) == [3])
    #expect(metrics.first?.values["loss"] == 0.5)
    #expect(try store.events().map(\.text).contains("left: takes a while"))
    #expect(try Folder.names(in: scene.root + "/logs/tensorboard") == ["left"])
  }

  /// Only a manifest says that a stage is finished.
  @Test func `is not believed without a manifest`() throws {
    let scene = try Scene()
    let reason = try reason(
      "printf '{\"status\":\"finished\",\"summary\":\"done\"}' > $job/outcome.json", scene)
    #expect(reason.contains("manifest.json"), "\(reason)")
    #expect(try scene.status().stages[0].state != .finished)
  }

  @Test func `finds its ticket, and no word of an earlier job`() throws {
    let scene = try Scene()
    let job = scene.root + "/logs/jobs/left"
    try Folder.make(job)
    try AtomicFile.write("{\"status\":\"cached\"}", to: job + "/outcome.json")
    _ = try reason("cat $job/ticket.json; test ! -e $job/outcome.json && exit 4", scene)
    let output = String(decoding: try readFile(job + "/output.txt"), as: UTF8.self)
    #expect(output.contains("\"stage\":\"left\""), "\(output)")
    let ticket = try JobTicket.read(from: scene.root, stage: "left")
    #expect(ticket.threads == 1 && ticket.inputs.isEmpty && !ticket.trustSize)
    #expect(throws: RunError.self) { try JobTicket.read(from: scene.root, stage: "right") }
    #expect(throws: RunError.self) { try JobTicket.read(from: scene.root, stage: "../left") }
  }

  /// Two sources are ready at once.
  @Test(arguments: [1, 2]) func `as many at once as there are threads`(_ threads: Int) throws {
    let scene = try Scene()
    _ = try reason("sleep 0.3; exit 1", scene, threads: threads)
    #expect(try Folder.names(in: scene.root + "/logs/jobs").count == threads)
  }

  /// Another process at the stage is no failure: the same command helps later.
  @Test func `that finds its stage held says so as a held lock`() throws {
    let scene = try Scene()
    let error = #expect(throws: RunLock.Held.self) {
      try run(
        "printf '{\"status\":\"held\",\"path\":\"p\",\"owner\":\"o\"}' > $job/outcome.json; exit 75",
        into: scene)
    }
    #expect(error?.owner == "o")
  }

  @Test func `is asked to stop when the run is, and the run ends as interrupted`() async {
    await #expect(processExitsWith: .exitCode(75)) {
      let scene = try Scene()
      let script = """
        trap 'printf "{\\"status\\":\\"interrupted\\"}" > $job/outcome.json; exit 75' TERM
        echo ready; while :; do sleep 0.02; done
        """
      let output = scene.root + "/logs/jobs/left/output.txt"
      Thread.detachNewThread {
        while (try? readFile(output))?.isEmpty ?? true { usleep(10_000) }
        Interruption.request()
      }
      let begun = ContinuousClock.now
      do {
        _ = try `A process for each stage`().run(script, into: scene)
      } catch is Interrupted {
        let said = fileExists(scene.root + "/logs/jobs/left/outcome.json")
        try Folder.remove(scene.root)
        exit(said && ContinuousClock.now - begun < .seconds(5) ? 75 : 1)
      }
      exit(2)
    }
  }
}

struct `The executors` {
  @Test func `are known by their words, and an unknown one is refused`() throws {
    #expect(Executors.names == ["local", "process"])
    let scene = try Scene()
    let error = #expect(throws: RunError.self) {
      try Runner(
        try Scene.plan(diamond), into: scene.root, options: .init(quiet: true, executor: "proces"),
        stageTypes: toys, machine: { _ in [:] }
      ).run()
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("did you mean process?"))
  }
}
