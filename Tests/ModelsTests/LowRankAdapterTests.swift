import Checkpoints
import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Tensors
import Testing

/// What Scripts/goldens/adapters.py found with `peft`.
private struct GoldenAdapter {
  let shape: LowRankAdapter.Shape
  private let tensors: [String: Tensor]

  init(_ name: String) throws {
    let path = try GoldenArchitecture.path("Adapters/" + name)
    let (tensors, metadata) = try Safetensors.decode(readFile(path), named: name)
    func label(_ key: String) throws -> String {
      let found = metadata.first { $0.0 == key }
      return try #require(found).1
    }
    shape = LowRankAdapter.Shape(
      rank: try #require(Int(label("rank"))), alpha: try #require(Double(label("alpha"))),
      targets: try label("targets").split(separator: " ").map(String.init))
    self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
  }

  func floats(_ name: String) throws -> [Float] { try #require(tensors[name]?.floats, "\(name)") }

  /// The adapter's values, or their gradients, of one of its halves.
  func half(_ kind: String, _ pair: LowRankAdapter.Pair, _ letter: String) throws -> [Float] {
    try floats("\(kind).base_model.model.\(pair.module).lora_\(letter).weight")
  }

  /// Gives an adapter of ours the golden's values.
  func fill(_ adapter: LowRankAdapter) throws {
    for pair in adapter.pairs {
      adapter.values[pair.a].copy(from: try half("value", pair, "A"))
      adapter.values[pair.b].copy(from: try half("value", pair, "B"))
    }
  }
}

struct `A low-rank adapter` {
  /// As of gradients of whole models.
  static let tolerance: Float = 1e-4

  private func adapter(
    _ name: String, _ parameters: Parameters
  ) throws -> (LowRankAdapter, GoldenAdapter) {
    let golden = try GoldenAdapter(name)
    let adapter = try LowRankAdapter(of: parameters, golden.shape, seed: Seed(1))
    try golden.fill(adapter)
    return (adapter, golden)
  }

  @Test(arguments: ["qwen3", "gpt2"], [1, 3])
  func `has the logits and gradients of peft`(name: String, threads: Int) throws {
    let model = try GoldenArchitecture(name)
    let parameters = try model.load()
    let (adapter, golden) = try adapter(name, parameters)
    adapter.merge(into: parameters, threads: threads)
    let inference = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
    let logits = try inference.logits(parameters: parameters, batch: model.batch)
    #expect(mismatch(logits, try golden.floats("logits"), tolerance: Self.tolerance) == nil)
    let plain = try inference.logits(parameters: model.load(), batch: model.batch)
    #expect(mismatch(plain, try golden.floats("logits"), tolerance: Self.tolerance) != nil)

    let pass = TrainingPass(
      configuration: parameters.configuration, maximumTokensPerPart: 64,
      frozen: adapter.frozen(in: parameters.layout))
    _ = try pass.step(parameters: parameters, batch: model.batch)
    let found = Floats([Float](repeating: .nan, count: adapter.values.count))
    adapter.gradient(of: pass.gradients, into: found, threads: threads)
    for pair in adapter.pairs {
      for (letter, range) in [("A", pair.a), ("B", pair.b)] {
        let expected = try golden.half("gradient", pair, letter)
        let tolerance = Self.tolerance * max(1, expected.map(abs).max() ?? 0)
        let own = found[range].array
        #expect(mismatch(own, expected, tolerance: tolerance) == nil, "\(pair.module) \(letter)")
        #expect(mismatch(own.map { -$0 }, expected, tolerance: tolerance) != nil)
      }
    }
  }

  /// B is zero: the first step starts from the model as it was; merging again starts from W0.
  @Test func `changes nothing before it has learnt, and forgets what was merged before`() throws {
    let parameters = try GoldenArchitecture("qwen3").load()
    let before = parameters.values.array
    let adapter = try LowRankAdapter(
      of: parameters, .init(rank: 2, alpha: 4), seed: Seed(1))
    #expect(adapter.pairs.count == 2 * 7)
    adapter.merge(into: parameters)
    #expect(parameters.values.array == before)
    for pair in adapter.pairs { adapter.values[pair.b][0] = 1 }
    adapter.merge(into: parameters)
    #expect(parameters.values.array != before)
    for pair in adapter.pairs { adapter.values[pair.b][0] = 0 }
    adapter.merge(into: parameters)
    #expect(parameters.values.array == before)
  }

  @Test func `of no such matrix is refused, and the matrices are named`() throws {
    let parameters = try GoldenArchitecture("gpt2").load()
    let error = #expect(throws: ModelError.self) {
      try LowRankAdapter(
        of: parameters, .init(rank: 2, alpha: 4, targets: ["q_proj"]), seed: Seed(1))
    }
    #expect(error?.description.contains("c_attn, c_proj, c_fc") == true)
  }

  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("retort-\(UUID())").path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// Written as `peft` has it, read again and added to the model's files as they are read: the sum
  /// that training ran, in both layouts of matrices.
  @Test(arguments: ["qwen3", "gpt2"])
  func `merges into the files of its model`(name: String) throws {
    let model = try GoldenArchitecture(name)
    let parameters = try model.load()
    let (adapter, _) = try adapter(name, parameters)
    try withFolder { folder in
      for file in adapter.peftFiles(of: parameters) {
        try AtomicFile.write(file.bytes, to: folder + "/" + file.name)
      }
      adapter.merge(into: parameters)
      let stored = try StoredAdapter(folder)
      try model.withFolder { base in
        let merged = try ModelCheckpoint(base).merging(stored)
        try merged.writeFolder(to: folder + "/merged", format: .float32, files: [])
        let read = try ModelFile(folder + "/merged").parameters()
        // Two products of three terms, added in another order.
        #expect(mismatch(read.values.array, parameters.values.array, tolerance: 1e-5) == nil)
        let plain = try ModelFile(base).parameters()
        #expect(mismatch(plain.values.array, parameters.values.array, tolerance: 1e-5) != nil)
      }
      let other = try GoldenArchitecture("olmo2")
      try other.withFolder { base in
        #expect(throws: CheckpointError.self) { try ModelCheckpoint(base).merging(stored) }
      }
    }
  }

  static let faults: [(String, JSON)] = [
    ("peft_type", "IA3"), ("use_dora", true), ("bias", "all"), ("modules_to_save", ["lm_head"]),
    ("rank_pattern", ["q_proj": 4]), ("r", 4), ("r", 0), ("lora_alpha", "much"),
  ]

  @Test(arguments: faults)
  func `that adds something else is refused`(key: String, value: JSON) throws {
    let parameters = try GoldenArchitecture("qwen3").load()
    let (adapter, _) = try adapter("qwen3", parameters)
    try withFolder { folder in
      for file in adapter.peftFiles(of: parameters) {
        try AtomicFile.write(file.bytes, to: folder + "/" + file.name)
      }
      _ = try StoredAdapter(folder)
      let path = folder + "/adapter_config.json"
      var fields = try #require(JSON.parse(readFile(path)).objectValue)
      fields[key] = value
      try AtomicFile.write(JSON.object(fields).serialized(), to: path)
      #expect(throws: CheckpointError.self) { try StoredAdapter(folder) }
    }
  }
}
