import Files
import Foundation
import ModelSupport
import Models
import Testing

/// A deterministic fuzz target for what a model is made of: the configurations of every family,
/// with values at the edges of their types and of other types.
///
/// What comes out is an error of ours or a model that loads; anything else ends the process, which
/// the run shows. `RETORT_FUZZ_ROUNDS` in the environment asks for more.
struct `Mutated model configurations` {
  static let rounds =
    ProcessInfo.processInfo.environment["RETORT_FUZZ_ROUNDS"].flatMap(Int.init) ?? 2000

  static let values: [JSON] = [
    0, 1, -1, 2, 3, 5, 8, 1_000_000_007, .int(.max), .int(.min), .int(1 << 20), .int(1 << 32), 0.0,
    0.5, -0.5, 1e300, 1e-300, .null, true, false, "", "llama", "mistral", "gelu", "default", [],
    [1, 2], ["full_attention"], [:], ["rope_type": "yarn", "factor": 1e300],
    ["rope_type": "llama3", "factor": 8.0],
  ]

  /// xorshift64*: the same values in every run.
  struct Stream {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    mutating func next(below bound: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
  }

  static func mutate(_ object: JSONObject, _ stream: inout Stream) -> JSONObject {
    var object = object
    guard !object.isEmpty else { return object }
    let member = object.members[stream.next(below: object.count)]
    if let inner = member.value.objectValue, stream.next(below: 2) == 0 {
      object[member.key] = .object(mutate(inner, &stream))
    } else if stream.next(below: 10) == 0 {
      object[member.key] = nil
    } else {
      object[member.key] = values[stream.next(below: values.count)]
    }
    return object
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      "gemma3", "gpt2", "llama-bias", "llama-linear", "llama-llama3", "llama-yarn", "mistral",
      "qwen2", "qwen3",
    ])
  func `are refused or loaded, never worse`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    var stream = Stream()
    let rounds = max(100, Self.rounds / 8)
    var taken = 0
    try golden.withFolder { folder in
      let path = folder + "/config.json"
      let isSupported = (try? ModelFile(folder)) != nil
      for _ in 0..<rounds {
        var object = Self.mutate(golden.configuration, &stream)
        if stream.next(below: 3) == 0 { object = Self.mutate(object, &stream) }
        try Data(JSON.object(object).serialized()).write(to: URL(fileURLWithPath: path))
        do {
          let file = try ModelFile(folder)
          _ = try file.parameters()
          taken += 1
        } catch {
          let text = "\(error)"
          #expect(!text.isEmpty && text.utf8.count < 2000)
        }
      }
      #expect((taken > 0) == isSupported && taken < rounds)
    }
  }
}
