import Archives
import Files
import Foundation
import LoopbackSupport
import Records
import StageSupport
import Stages
import Teaching
import Testing

/// What SmolLM2-135M-Instruct wrote behind a real llama.cpp server, played back.
struct `Recorded samples of a llama cpp server` {
  private static func sum(_ a: Int, _ b: Int) -> Record {
    TinyInputs.record("sum-reduce", "\(a)+\(b)", "\(a + b)\nAnswer: \(a + b)", answer: "\(a + b)")
  }

  private func sample(_ more: JSONObject) throws -> MadeStage {
    let file = try #require(
      Bundle.module.path(forResource: "llama-cpp", ofType: "jsonl", inDirectory: "Exchanges"))
    let server = try RecordedServer(file)
    defer { server.close() }
    let sums = [(1, 2), (2, 3), (4, 4), (5, 1), (6, 3), (2, 7), (3, 3), (1, 8)].map(Self.sum)
    let set = try TinyInputs.set("problems", sums, details: [:])
    var all: JSONObject = [
      "url": JSON(server.address), "model": "models/smollm2-135m-instruct-q4_1.gguf",
      "interface": "completions", "stop": "\n\n", "judge": "steps", "draws": 2,
      "max_new_tokens": 16, "temperature": 0.5, "retries": 0,
      "ask": "Q: 2+2\nA: 4\nAnswer: 4\n\nQ: 5+3\nA: 8\nAnswer: 8\n\nQ: {problem}\nA:",
    ]
    for member in more.members { all[member.key] = member.value }
    var settings = Settings(all, pipelineSeed: 42)
    let stage = try RemoteSampleStage(&settings, inputs: [set.input])
    try settings.finish()
    return try MadeStage("samples", kind: RemoteSampleStage.kind) {
      try stage.run(StageContext(folder: $0, scratch: $0 + "/scratch", threads: 1))
    }
  }

  private func count(_ made: MadeStage, _ key: String) -> Int {
    made.details["counts"]?[key]?.intValue ?? -1
  }

  @Test func `are judged step by step, and the rejected ones kept apart`() throws {
    let made = try sample(["keep_rejected": true])
    #expect(count(made, "sampled") == 16)
    let accepted = count(made, "accepted")
    #expect(accepted > 0 && count(made, "rejected") == 16 - accepted - count(made, "unfinished"))
    #expect(try made.lines("rejected.jsonl").count == 16 - accepted)
    try ArchiveReader.verify(directory: made.folder)
    #expect(made.details["verified"] == true)
    #expect((made.details["tokens"]?["written"]?.intValue ?? 0) > 16)
  }

  @Test func `are all kept where that is asked for, with their verdicts`() throws {
    let made = try sample(["keep": "all"])
    let reader = try ArchiveReader(directory: made.folder)
    let records = try reader.samples(in: 0..<reader.count).map { try $0.record() }
    let right = records.filter { $0.checker?.verdict == .accepted }.count
    #expect(right > 0 && right < records.count)
    #expect(
      records.count == count(made, "accepted") + count(made, "kept_wrong")
        - count(made, "duplicates"))
    #expect(made.details["verified"] == false)
  }
}
