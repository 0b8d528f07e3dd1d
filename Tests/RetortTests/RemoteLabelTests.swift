import Files
import Foundation
import LoopbackSupport
import Testing
import Tokenization

/// A teacher behind a server: its texts, what it says beside each token, and a student of both.
@Suite struct `Labels of a remote teacher` {
  /// What the server does.
  private enum Manner { case honest, silent, misspelt, withEnd, special, unknown }

  private static let tokenizer = Tokenizer.train(
    on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
  ).tokenizer

  /// Answers a question by its first word, doubled; beside each byte stand x and y.
  private static func answer(
    _ request: LoopbackServer.Request, _ manner: Manner
  ) -> LoopbackServer.Answer {
    let word = String((request.json?.question ?? "").prefix { $0 != " " })
    let text = word + word
    guard manner != .silent, let k = request.json?["top_logprobs"]?.intValue else {
      return .json(.chat(text))
    }
    func token(_ spelling: String, _ p: Double) -> JSON {
      [
        "token": JSON(spelling), "bytes": JSON(Array(spelling.utf8)) { JSON(Int($0)) },
        "logprob": JSON(log(p)),
      ]
    }
    var content = text.map { character -> JSON in
      let own = manner == .misspelt ? "z" : String(character)
      var entry = token(own, 0.6).objectValue ?? [:]
      entry["top_logprobs"] = .array(
        Array([token(own, 0.6), token("x", 0.2), token("y", 0.1), token("w", 0.05)].prefix(k)))
      return .object(entry)
    }
    if manner == .special {
      // A separator between two letters: the bytes are the text's all the same.
      let planted = "token_id:\(Tokenizer.sepId)"
      content.insert(
        ["token": JSON(planted), "logprob": -0.1, "top_logprobs": [token("x", 0.5)]], at: 1)
    }
    if manner == .unknown {
      content = content.map { entry in
        var object = entry.objectValue ?? [:]
        let top = object["top_logprobs"]?.arrayValue ?? []
        object["top_logprobs"] = .array(top.prefix(2) + [token("two letters", 0.1)])
        return .object(object)
      }
    }
    if manner == .withEnd {
      let end = "token_id:\(Tokenizer.eosId)"
      content.append([
        "token": JSON(end), "logprob": JSON(log(0.7)),
        "top_logprobs": [
          ["token": JSON(end), "logprob": JSON(log(0.7))], token("x", 0.1), token("y", 0.1),
        ],
      ])
    }
    return .json(.chat(text, logprobs: ["content": .array(content)]))
  }

  /// Runs the pipeline in a folder, and hands over what came.
  private func run(
    _ manner: Manner, _ sampling: String = "", _ importing: String = "",
    _ body: (_ folder: String, Program.Outcome, LoopbackServer) throws -> Void
  ) throws {
    let server = try LoopbackServer { Self.answer($0, manner) }
    defer { server.close() }
    try Program.withFolder { folder in
      try AtomicFile.write(Self.tokenizer.json, to: folder + "/tokenizer.json")
      let lines = ["abc", "bca", "cab", "aab"].map {
        "{\"prompt\": \"\($0) and so on\", \"completion\": \"?\"}\n"
      }
      try AtomicFile.write(Array(lines.joined().utf8), to: folder + "/prompts.jsonl")
      let pipeline = """
        pipeline: remote
        seed: 1
        stages:
          - {name: prompts, kind: records, with: {path: prompts.jsonl, unverified: true}}
          - name: texts
            kind: remote-sample
            from: [prompts]
            with: {url: "\(server.address)", model: big, retries: 0, unverified: true\(sampling)}
          - name: labels
            kind: import-labels
            from: [texts]
            with: {tokenizer: tokenizer.json\(importing)}
          - name: student
            kind: distil
            from: [labels]
            with: {steps: 3, batch: 2, unverified: true, model: {hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2}}
        """
      try AtomicFile.write(Array(pipeline.utf8), to: folder + "/remote.yaml")
      let outcome = try Program.run([
        "run", folder + "/remote.yaml", "--into", folder + "/run", "--quiet",
      ])
      try body(folder, outcome, server)
    }
  }

  /// The manifest's details of a finished stage.
  private func details(_ stage: String, _ folder: String) throws -> JSON {
    let status = try JSON.parse(try Program.run(["status", folder + "/run", "--json"]).output)
    let entry = try #require(
      status["stages"]?.arrayValue?.first { $0["name"]?.stringValue == stage })
    let path = try #require(entry["folder"]?.stringValue)
    let whole = path.hasPrefix("/") ? path : folder + "/run/" + path
    return try #require(try JSON.parse(readFile(whole + "/manifest.json"))["details"])
  }

  @Test func `are its likeliest tokens, with what is missing, and a student learns from them`()
    throws
  {
    try run(.honest, ", top_logprobs: 3") { folder, outcome, _ in
      try #require(outcome.status == 0, "\(outcome.errors)")
      let labels = try details("labels", folder)
      #expect(labels["encoding"] == "topk" && labels["topk"]?["k"] == 3)
      #expect(labels["teacher"] == (try details("texts", folder)["teacher"]))
      let certificate = try #require(labels["certificate"])
      #expect(abs((certificate["mass_kept"]?.doubleValue ?? 0) - 0.9) < 1e-3)
      #expect(abs((certificate["teacher_ce"]?.doubleValue ?? 0) - -log(0.6)) < 1e-3)
      #expect(certificate["kl_mean"] == .null)
      // Six bytes and an end for each of four texts; the server gave no row for the end.
      #expect(certificate["targets"] == 28 && certificate["positions"]?["labelled"] == 24)
      #expect(labels["missing"]?["unlabelled"] == 4)
      #expect(abs((labels["missing"]?["tail_mass_mean"]?.doubleValue ?? 0) - 0.1) < 1e-4)
      #expect(labels["counts"]?["unplaced"] == 0)
      let status = try JSON.parse(try Program.run(["status", folder + "/run", "--json"]).output)
      let path = try #require(
        status["stages"]?.arrayValue?.first { $0["name"] == "labels" }?["folder"]?.stringValue)
      let check = try Program.run([
        "labels", "check", path.hasPrefix("/") ? path : folder + "/run/" + path,
      ])
      #expect(check.status == 0, "\(check.output)\(check.errors)")
      // What was answered is never asked again.
      let again = try Program.run([
        "run", folder + "/remote.yaml", "--into", folder + "/run", "--quiet",
      ])
      #expect(again.status == 0)
    }
  }

  @Test func `hold the end of the text where the server says how likely it was`() throws {
    try run(.withEnd, ", top_logprobs: 3") { folder, outcome, _ in
      try #require(outcome.status == 0, "\(outcome.errors)")
      let labels = try details("labels", folder)
      #expect(labels["certificate"]?["targets"] == 28)
      #expect(labels["missing"]?["unlabelled"] == 0)
      #expect(labels["certificate"]?["positions"] == nil)
    }
  }

  /// The rows would belong to another text.
  @Test func `are refused where the tokens spell another text`() throws {
    try run(.misspelt, ", top_logprobs: 3") { _, outcome, _ in
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("does not make the text of any"), "\(outcome.errors)")
    }
  }

  /// Text of another's making never becomes a special token.
  @Test func `are refused where the server plants a special token`() throws {
    try run(.special, ", top_logprobs: 3") { _, outcome, _ in
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("does not make the text of any"), "\(outcome.errors)")
    }
  }

  /// An entry that the tokenizer has no token for is left out, not the row.
  @Test func `keep as many tokens as are known`() throws {
    try run(.unknown, ", top_logprobs: 3") { folder, outcome, _ in
      try #require(outcome.status == 0, "\(outcome.errors)")
      let labels = try details("labels", folder)
      #expect(labels["topk"]?["k"] == 2 && labels["missing"]?["unlabelled"] == 4)
    }
  }

  @Test func `are missed at once where the server sends none`() throws {
    try run(.silent, ", top_logprobs: 3") { _, outcome, _ in
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("remote probe"), "\(outcome.errors)")
    }
  }

  @Test func `are missed where nobody asked for them`() throws {
    try run(.honest) { _, outcome, _ in
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("top_logprobs"), "\(outcome.errors)")
    }
  }

  /// Sampling settings change rows on many servers.
  @Test func `are of temperature 1, unless the server's rows are the model's own`() throws {
    try run(.honest, ", top_logprobs: 3, temperature: 0.5") { _, outcome, server in
      #expect(outcome.status == 2 && server.requests.isEmpty)
      #expect(outcome.errors.contains("raw_logprobs"), "\(outcome.errors)")
    }
    try run(.honest, ", top_logprobs: 3, temperature: 0.5, raw_logprobs: true") { _, outcome, _ in
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test func `come from a path or from texts, and not from both`() throws {
    try run(.honest, ", top_logprobs: 3", ", path: prompts.jsonl") { _, outcome, server in
      #expect(outcome.status == 2 && server.requests.isEmpty)
      #expect(outcome.errors.contains("leave it out"), "\(outcome.errors)")
    }
  }
}
