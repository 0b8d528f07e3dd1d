import Files
import Foundation
import HTTP
import LoopbackSupport
import Remotes
import Testing

struct `The probe of a remote server` {
  private func findings(
    model: String? = nil,
    _ handler: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
  ) throws -> RemoteProbe.Findings {
    let loopback = try LoopbackServer(handler)
    defer { loopback.close() }
    return try RemoteProbe(
      RemoteServer(ServerAddress(loopback.address), patience: .init(seconds: 10, retries: 0)),
      model: model
    ).findings()
  }

  /// What a llama.cpp server with SmolLM2-135M-Instruct answered, played back.
  @Test func `finds what a real server returns`() throws {
    let file = try #require(
      Bundle.module.path(forResource: "llama-cpp", ofType: "jsonl", inDirectory: "Exchanges"))
    let server = try RecordedServer(file)
    defer { server.close() }
    let found = try RemoteProbe(
      RemoteServer(ServerAddress(server.address), patience: .init(seconds: 10, retries: 0)),
      model: nil
    ).findings()
    let expected: JSON = [
      "models": ["models/smollm2-135m-instruct-q4_1.gguf"],
      "model": "models/smollm2-135m-instruct-q4_1.gguf", "chat": true, "counts_tokens": true,
      "completions": true, "logprobs": true, "max_top_logprobs": 1000, "token_ids": true,
      "token_bytes": true, "mass_of_top": 0.9770354126357488,
      "logprobs_follow_temperature": false, "echo_logprobs": false, "prompt_logprobs": false,
      "ids_as_prompt": true, "seed_honoured": true, "greedy_repeats": true,
      "tokenize": [5820, 253, 7302, 30], "notes": [:],
    ]
    #expect(found.json == expected)
  }

  /// A server that keeps every promise, with at most 20 alternatives.
  private static func good(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
    let body = request.json ?? [:]
    switch request.path {
    case "/v1/models": return .json(["data": [["id": "tiny"]]])
    case "/tokenize": return .json(["tokens": [5, 6]])
    case "/v1/chat/completions":
      if let k = body["top_logprobs"]?.intValue {
        guard k <= 20 else { return .json(["error": ["message": "at most 20"]], status: 400) }
        let top = (0..<k).map { i -> JSON in
          ["token": JSON("t\(i)"), "logprob": JSON(-1 - Double(i)), "bytes": [116]]
        }
        return .json(
          .chat(
            "t0",
            logprobs: [
              "content": [["token": "t0", "logprob": -1, "top_logprobs": .array(top)]]
            ]))
      }
      let warmth = body["temperature"]?.doubleValue ?? 1
      return .json(.chat(warmth == 0 ? "red" : "red \(body["seed"]?.intValue ?? 0)"))
    default: return .json(["error": ["message": "no such page"]], status: 404)
    }
  }

  @Test func `finds what a server returns`() throws {
    let found = try findings { Self.good($0) }
    #expect(found.isUsable && found["models"] == ["tiny"] && found["model"] == "tiny")
    #expect(found["chat"] == true && found["completions"] == false)
    #expect(found["counts_tokens"] == true && found["logprobs"] == true)
    #expect(found["max_top_logprobs"] == 20 && found["token_bytes"] == true)
    #expect(found["token_ids"] == false && found["logprobs_follow_temperature"] == false)
    #expect(found["seed_honoured"] == true && found["greedy_repeats"] == true)
    #expect(found["tokenize"] == [5, 6])
    let mass = try #require(found["mass_of_top"]?.doubleValue)
    // e^-1 + e^-2 + ...
    #expect(abs(mass - 0.58198) < 1e-4)
    #expect(found.json["notes"]?["completions"]?.stringValue?.contains("404") == true)
  }

  @Test func `says so where a server ignores the seed, changes rows or lists no model`() throws {
    let found = try findings { request in
      switch request.path {
      case "/v1/models": .json(["object": "list"])
      case "/v1/chat/completions": .json(.chat("text \(request.number)", tokens: nil))
      default: .json([:], status: 404)
      }
    }
    #expect(!found.isUsable && found["models"] == .null)
    let named = try findings(model: "x") { request in
      let warmth = request.json?["temperature"]?.doubleValue ?? 0
      return request.path == "/v1/chat/completions"
        ? .json(
          .chat(
            "text \(request.number)", tokens: nil,
            logprobs: [
              "content": [
                [
                  "token": "a", "logprob": -0.1,
                  "top_logprobs": [["token": "a", "logprob": JSON(-0.1 - warmth)]],
                ]
              ]
            ])) : .json([:], status: 500)
    }
    #expect(named.isUsable && named["seed_honoured"] == false && named["counts_tokens"] == false)
    #expect(named["greedy_repeats"] == false && named["logprobs_follow_temperature"] == true)
    #expect(named["max_top_logprobs"] == 1)
  }

  @Test func `of an address where nobody is says so and finds nothing usable`() throws {
    let loopback = try LoopbackServer { _ in .silence }
    let address = try ServerAddress(loopback.address)
    loopback.close()
    let found = try RemoteProbe(
      RemoteServer(address, patience: .init(seconds: 5, retries: 0)), model: "x"
    ).findings()
    #expect(!found.isUsable)
    #expect(found.json["notes"]?["models"]?.stringValue?.contains("is a server running") == true)
  }
}
