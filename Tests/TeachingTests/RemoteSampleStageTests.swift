import Archives
import Files
import Foundation
import LoopbackSupport
import Records
import Sets
import StageSupport
import Stages
import Synchronization
import Teaching
import Testing

struct `The remote sample stage` {
  private static let sum = TinyInputs.record("sum-reduce", "1+2", "3\nAnswer: 3", answer: "3")
  private static func equation(_ value: Int) -> Record {
    TinyInputs.record("linear-equation", "x=\(value)", "Answer: \(value)", answer: "\(value)")
  }
  private static let equations = (1...12).map(equation)

  private static func settings(_ server: LoopbackServer, _ more: JSONObject = [:]) -> JSONObject {
    var all: JSONObject = ["url": JSON(server.address), "model": "big", "retries": 0]
    for member in more.members { all[member.key] = member.value }
    return all
  }

  private func sample(
    _ problems: [Record], _ server: LoopbackServer, _ more: JSONObject = [:],
    scratch: String? = nil
  ) throws -> MadeStage {
    let set = try TinyInputs.set("problems", problems, details: [:])
    var settings = Settings(Self.settings(server, more), pipelineSeed: 42)
    let stage = try RemoteSampleStage(&settings, inputs: [set.input])
    try settings.finish()
    return try MadeStage("samples", kind: RemoteSampleStage.kind) {
      try stage.run(
        StageContext(folder: $0, scratch: scratch ?? $0 + "/scratch", threads: 1))
    }
  }

  private func counts(_ made: MadeStage, _ key: String) -> Int? {
    made.details["counts"]?[key]?.intValue
  }

  /// Answers of equations: right ones, but every third is wrong.
  private static func solver(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
    let question = request.json?.question ?? ""
    let value = Int(question.dropFirst(2)) ?? 0
    return .json(
      .chat(
        "The value is \(value % 3 == 0 ? value + 1 : value).\nAnswer: \(value % 3 == 0 ? value + 1 : value)"
      ))
  }

  @Test func `keeps what the verifier accepts, and says who answered`() throws {
    let server = try LoopbackServer { Self.solver($0) }
    defer { server.close() }
    let made = try sample(Self.equations, server, ["keep_rejected": true, "judge": "answer"])
    #expect(counts(made, "accepted") == 8 && counts(made, "rejected") == 4)
    #expect(made.details["verified"] == true)
    try ArchiveReader.verify(directory: made.folder)
    let record = try ArchiveReader(directory: made.folder).sample(at: 0).record()
    let teacher = try #require(made.details["teacher"]?.stringValue)
    #expect(record.problem == "x=1" && record.origin == .teacher(String(teacher.prefix(16))))
    #expect(record.checker?.level == .answer)
    #expect(made.details["remote"]?["answered_by"] == ["served": 12])
    #expect(made.details["tokens"]?["written"] == 36)
    #expect(try made.lines("rejected.jsonl").count == 4)
  }

  /// What an interrupted run left in the folder stands in nobody's way, and gives the same bytes.
  @Test func `writes the server's rows again where a run was cut off`() throws {
    let server = try LoopbackServer { request in
      let entry: JSON = ["token": "A", "bytes": [65], "logprob": -0.5]
      return .json(
        .chat(
          "Answer: 1",
          logprobs: [
            "content": [
              [
                "token": "A", "bytes": [65], "logprob": -0.5, "top_logprobs": [entry],
              ]
            ]
          ]))
    }
    defer { server.close() }
    func made(leaving leftover: Bool) throws -> MadeStage {
      let set = try TinyInputs.set("problems", [Self.equation(1)], details: [:])
      var settings = Settings(
        Self.settings(
          server, ["top_logprobs": 1, "judge": "answer", "keep_rejected": true]),
        pipelineSeed: 42)
      let stage = try RemoteSampleStage(&settings, inputs: [set.input])
      try settings.finish()
      return try MadeStage("samples", kind: RemoteSampleStage.kind) { folder in
        for file in leftover ? ["logprobs.jsonl", "rejected.jsonl"] : [] {
          try AtomicFile.write(Array("{\"cut\"".utf8), to: folder + "/" + file)
        }
        return try stage.run(
          StageContext(folder: folder, scratch: folder + "/scratch", threads: 1))
      }
    }
    let (fresh, again) = (try made(leaving: false), try made(leaving: true))
    #expect(fresh.digests == again.digests && fresh.manifest.content == again.manifest.content)
    let lines = try again.lines("logprobs.jsonl")
    #expect(lines.count == 1 && lines[0]["completion"] == "Answer: 1")
    #expect(lines[0]["logprobs"]?["content"]?.arrayValue?.count == 1)
    withExtendedLifetime((fresh, again)) {}
  }

  /// Answers come in any order; the set must not show it, nor where the server stood.
  @Test func `gives the same bytes whatever the number of requests at once`() throws {
    let made = try [1, 3, 16].map { concurrency in
      let server = try LoopbackServer { request in
        // Late ones first.
        Thread.sleep(forTimeInterval: Double(max(0, 12 - request.number)) / 500)
        return Self.solver(request)
      }
      defer { server.close() }
      let made = try sample(
        Self.equations, server,
        ["draws": 2, "concurrency": JSON(concurrency), "keep_rejected": true, "timeout": 20])
      #expect(server.requests.count == 24 && server.mostAtOnce <= concurrency)
      if concurrency == 3 { #expect(server.mostAtOnce > 1, "requests went one by one") }
      return made
    }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[2].details)
  }

  /// What was answered is paid for: it is never asked again, even where the server has changed.
  @Test func `goes on from the answers that an interrupted run kept`() throws {
    let scratch = NSTemporaryDirectory() + "retort-answers-\(UUID().uuidString)"
    defer { try? Folder.remove(scratch) }
    let whole = try LoopbackServer { Self.solver($0) }
    defer { whole.close() }
    let expected = try sample(Self.equations, whole, ["concurrency": 2])

    let dying = try LoopbackServer { request in
      request.number < 7 ? Self.solver(request) : .json([:], status: 401)
    }
    defer { dying.close() }
    #expect(throws: (any Error).self) {
      try sample(Self.equations, dying, ["concurrency": 2], scratch: scratch)
    }
    let asked = Set(dying.requests.prefix(7).compactMap { $0.json?.question })
    let second = try LoopbackServer { Self.solver($0) }
    defer { second.close() }
    let made = try sample(Self.equations, second, ["concurrency": 2], scratch: scratch)
    #expect(made.digests == expected.digests)
    #expect(second.requests.count == 5)
    #expect(asked.isDisjoint(with: second.requests.compactMap { $0.json?.question }))
    // Another server that knows nothing: every answer is on disk.
    let silent = try LoopbackServer { _ in .silence }
    defer { silent.close() }
    let again = try sample(Self.equations, silent, ["concurrency": 2], scratch: scratch)
    #expect(again.digests == expected.digests && silent.requests.isEmpty)
    // A damaged one is asked again.
    try AtomicFile.write("{\"sha256\": \"0\", \"answer\": {}}", to: scratch + "/answer-4.json")
    let third = try LoopbackServer { Self.solver($0) }
    defer { third.close() }
    let mended = try sample(Self.equations, third, ["concurrency": 2], scratch: scratch)
    #expect(mended.digests == expected.digests && third.requests.count == 1)
  }

  @Test func `puts the problem as it is told to`() throws {
    let server = try LoopbackServer { _ in .json(.chat("Answer: 3")) }
    defer { server.close() }
    let made = try sample(
      [Self.equation(3)], server,
      [
        "ask": "Solve $1: {problem}\nSay Answer: x.", "system": "You count.", "temperature": 0.5,
        "top_p": 0.9, "max_new_tokens": 99,
      ])
    #expect(counts(made, "accepted") == 1)
    let body = try #require(server.requests.first?.json)
    #expect(server.requests.first?.path == "/v1/chat/completions")
    #expect(
      body["messages"] == [
        ["role": "system", "content": "You count."],
        ["role": "user", "content": "Solve $1: x=3\nSay Answer: x."],
      ])
    #expect(body["max_tokens"] == 99 && body["temperature"] == 0.5 && body["top_p"] == 0.9)
    #expect(body["model"] == "big" && body["stream"] == false)

    let plain = try LoopbackServer { _ in
      .json(["choices": [["text": "Answer: 3", "finish_reason": "stop"]]])
    }
    defer { plain.close() }
    _ = try sample(
      [Self.equation(3)], plain, ["interface": "completions", "ask": "Q: {problem}\nA:"])
    #expect(plain.requests.first?.path == "/v1/completions")
    #expect(plain.requests.first?.json?["prompt"] == "Q: x=3\nA:")
    #expect(plain.requests.first?.json?["messages"] == nil)
  }

  /// Draws of a problem differ in their seed, and a seed fixes them all.
  @Test func `sends each text a seed of its own`() throws {
    func seeds(_ seed: Int) throws -> [Int] {
      let server = try LoopbackServer { Self.solver($0) }
      defer { server.close() }
      _ = try sample(Self.equations, server, ["draws": 3, "concurrency": 1, "seed": JSON(seed)])
      return server.requests.compactMap { $0.json?["seed"]?.intValue }
    }
    let first = try seeds(1)
    #expect(first.count == 36 && Set(first).count == 36)
    #expect(first.allSatisfy { (0..<(1 << 31)).contains($0) })
    #expect(try seeds(1) == first && seeds(2) != first)
  }

  @Test func `tells apart how texts end`() throws {
    let server = try LoopbackServer { request in
      switch request.json?.question ?? "" {
      case "x=1": .json(.chat("Answer: 1", ending: "length"))
      case "x=2": .json(.chat("Answer: 2", ending: "content_filter"))
      case "x=3":
        .json([
          "choices": [["message": ["content": nil], "finish_reason": "tool_calls"]]
        ])
      case "x=4": .json(.chat(""))
      default: .json(.chat("Answer: 5", ending: "stop"))
      }
    }
    defer { server.close() }
    let made = try sample(
      (1...5).map(Self.equation), server, ["keep_rejected": true, "judge": "steps"])
    #expect(counts(made, "accepted") == 1 && counts(made, "unfinished") == 1)
    #expect(counts(made, "rejected") == 3)
    let lines = try made.lines("rejected.jsonl")
    #expect(lines.contains { $0["reason"]?.stringValue?.contains("content_filter") == true })
  }

  @Test func `passes over refused requests only where it is told to`() throws {
    let server = try LoopbackServer { request in
      request.json?.question == "x=2"
        ? .json(["error": ["message": "too long by 5"]], status: 400) : Self.solver(request)
    }
    defer { server.close() }
    let error = #expect(throws: StageError.self) { try sample(Self.equations, server) }
    let words = error.map { "\($0)" } ?? ""
    #expect(words.contains("too long by 5") && words.contains("skip_refused"))
    #expect(words.contains(Self.equation(2).id))
    let made = try sample(Self.equations, server, ["skip_refused": true])
    #expect(made.details["remote"]?["refused"] == 1 && counts(made, "sampled") == 11)
    let never = try LoopbackServer { _ in .json(["detail": "never"], status: 422) }
    defer { never.close() }
    let all = #expect(throws: StageError.self) {
      try sample(Self.equations, never, ["skip_refused": true])
    }
    #expect(all.map { "\($0)".contains("never") } == true)
  }

  /// Whatever a model writes, the stage judges it or says why not.
  @Test(arguments: [
    "", "\u{0}", "😀", "Answer: 3\r\n", "\n\n\n", "Answer: ３", "{\"a\": 1}",
    "Answer: 3\u{FFFD}", String(repeating: "9", count: 300_000), "<|im_end|>Answer: 3",
    "a\u{200B}nswer: 3",
  ])
  func `judges any text`(text: String) throws {
    let server = try LoopbackServer { request in
      .json(.chat(request.json?.question == "x=3" ? text : "Answer: 4"))
    }
    defer { server.close() }
    let made = try sample(
      [Self.equation(3), Self.equation(4)], server, ["keep_rejected": true, "judge": "steps"])
    #expect(counts(made, "accepted") == 1 && counts(made, "rejected") == 1)
    #expect(try made.lines("rejected.jsonl").first?["solution"] == JSON(text))
  }

  @Test func `keeps free texts as unverified, and cut ones where it is told to`() throws {
    let prompts = [Record(prompt: "Write."), Record(prompt: "Count.")]
    let server = try LoopbackServer { request in
      .json(
        request.json?.question == "Write."
          ? .chat("Words.") : .chat("1, 2, 3", ending: "length"))
    }
    defer { server.close() }
    let made = try sample(prompts, server, ["keep_unfinished": true])
    #expect(made.details["verified"] == false && counts(made, "unchecked") == 1)
    #expect(counts(made, "cut") == 1)
    let none = try LoopbackServer { _ in .json(.chat("1, 2", ending: "length")) }
    defer { none.close() }
    #expect(throws: TeachingError.self) { try sample(prompts, none) }
  }

  /// Nothing that a run leaves may tell the address or the key.
  @Test func `writes neither address nor key into any file`() throws {
    setenv("RETORT_TEST_KEY", "sk-very-secret", 1)
    defer { unsetenv("RETORT_TEST_KEY") }
    let scratch = NSTemporaryDirectory() + "retort-secrets-\(UUID().uuidString)"
    defer { try? Folder.remove(scratch) }
    let server = try LoopbackServer { Self.solver($0) }
    defer { server.close() }
    let more: JSONObject = ["api_key_env": "RETORT_TEST_KEY", "keep_rejected": true]
    let made = try sample(Self.equations, server, more, scratch: scratch)
    #expect(server.requests.allSatisfy { $0.header("Authorization") == "Bearer sk-very-secret" })
    var read = 0
    for folder in [made.folder, scratch] {
      for name in try Folder.names(in: folder) where !Folder.isFolder(folder + "/" + name) {
        let text = String(decoding: try readFile(folder + "/" + name), as: UTF8.self)
        #expect(!text.contains("sk-very") && !text.contains("\(server.port)"), "\(name)")
        read += 1
      }
    }
    #expect(read > 12)
    var settings = Settings(Self.settings(server, more), pipelineSeed: 1)
    let set = try TinyInputs.set("problems", Self.equations)
    _ = try RemoteSampleStage(&settings, inputs: [set.input])
    let resolved = settings.resolved
    for key in ["url", "api_key_env", "concurrency", "timeout", "retries"] {
      #expect(resolved[key] == nil, "\(key) would change the stage's key")
    }
    #expect(resolved["model"] == "big")
  }

  @Test(
    arguments: [
      ("url", nil, "missing"), ("url", 3, "an address"), ("url", "127.0.0.1", "http://"),
      ("url", "http://k:v@h/v1", "api_key_env"), ("model", nil, "missing"), ("model", "", "a name"),
      ("api_key_env", "sk-1234-5678", "name of a variable"), ("ask", "no place", "{problem}"),
      ("ask", "{problem}{problem}", "once"), ("concurrency", 0, "1 to 256"),
      ("temperature", 3, "0.0 to 2.0"), ("interface", "responses", "chat, completions"),
      ("retries", -1, "0 to 100"), ("concurency", 4, "did you mean concurrency"),
    ] as [(String, JSON?, String)])
  func `refuses settings that cannot be meant`(key: String, value: JSON?, words: String) throws {
    let set = try TinyInputs.set("problems", [Self.sum])
    var given: JSONObject = ["url": "http://127.0.0.1:1/v1", "model": "m"]
    given[key] = value
    var settings = Settings(given, pipelineSeed: 1)
    let error = #expect(throws: ConfigurationError.self) {
      _ = try RemoteSampleStage(&settings, inputs: [set.input])
      try settings.finish()
    }
    #expect(
      error?.path == [key] && error.map { "\($0)".contains(words) } == true,
      "\(String(describing: error))")
    if key == "api_key_env" { #expect(error.map { !"\($0)".contains("1234") } == true) }
  }
}
