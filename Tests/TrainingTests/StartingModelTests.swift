import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Stages
import Testing
import Tokenization
import Training

struct `A student of a checkpoint` {
  private let sets: TinySets
  private let order, plain, labels: StageInput

  init() throws {
    sets = try TinySets()
    order = try sets.order(48)
    plain = try sets.plain()
    labels = try sets.labelled()
  }

  /// A model that was trained on the tiny set, as the runner leaves it.
  private func base(_ name: String = "base", with: JSONObject = [:]) throws -> StageInput {
    var run = TinyRun(inputs: [plain, order])
    run.kind = .train
    run.with = ["seed": 3, "tokenizer": ["vocab_size": 270]]
    for member in with.members { run.with[member.key] = member.value }
    let folder = sets.place.path + "/" + name
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash(name).hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    try manifest.write(to: folder)
    return StageInput(
      name: name, kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
  }

  private func run(
    _ inputs: [StageInput], _ with: JSONObject = [:], kind: TinyRun.Kind = .train
  ) -> TinyRun {
    var run = TinyRun(inputs: inputs)
    run.kind = kind
    run.with = ["model": ["from": "base"], "max_tokens": 64, "log_every": 1]
    for member in with.members { run.with[member.key] = member.value }
    return run
  }

  private func losses(in out: String) throws -> [Double] {
    try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
  }

  /// At a rate of 0 nothing may change but what training itself changes; weights, shape, tokenizer
  /// and wrapping are all the checkpoint's.
  @Test func `is the checkpoint until something is learnt`() throws {
    let base = try base()
    let out = sets.place.path + "/still"
    let still = run([plain, order, base], ["learning_rate": 0, "weight_decay": 0])
    let result = try still(out)
    let folder = try base.require().folder
    for file in ["model.safetensors", "tokenizer.json"] {
      #expect(
        try readFile("\(out)/model/\(file)") == readFile("\(folder)/model/\(file)"), "\(file)")
    }
    #expect(
      try TransformerConfiguration(json: JSON.parse(readFile(out + "/model/config.json")))
        == ModelFile(folder + "/model").configuration)
    let details = try base.require().manifest.details
    #expect(result.details["initial_weights"] == details["fingerprint"])
    #expect(result.details["start"]?["fingerprint"] == details["fingerprint"])
    #expect(result.details["tokenizer"] == details["tokenizer"])
  }

  @Test func `goes on where the checkpoint stands`() throws {
    let base = try base()
    let before = try losses(in: try base.require().folder)
    let out = sets.place.path + "/on"
    let result = try run([plain, order, base])(out)
    let after = try losses(in: out)
    #expect(after[0] < before[0] - 1 && after[11] < after[0], "\(before) \(after)")
    #expect(result.details["fingerprint"] != result.details["initial_weights"])
  }

  @Test func `is the same on any number of threads, and after a stop`() throws {
    let inputs = [labels, order, try base()]
    func digest(_ name: String, threads: Int = 1, stopAt: Int? = nil) throws -> [String] {
      var run = run(inputs, kind: .distil)
      run.threads = threads
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("a")
    #expect(try digest("b", threads: 3) == whole)
    #expect(try digest("c", stopAt: 6) == whole)
  }

  @Test func `may learn from a living teacher, another model`() throws {
    let out = sets.place.path + "/taught"
    let inputs = [
      plain, order, try base("teacher", with: ["seed": 4, "steps": 12]), try base(),
    ]
    let result = try run(inputs, kind: .distil)(out)
    let found = try losses(in: out)
    #expect(found[11] < found[0])
    #expect(result.details["teacher"] != result.details["start"]?["fingerprint"])
  }

  /// The roles of two models are told by their places, whatever they are called.
  @Test func `has a key that tells which model it starts from`() throws {
    func resolved(_ models: [String], from: String) throws -> JSONObject {
      let inputs = models.map {
        StageInput(name: $0, kind: "train", makes: [.model], finished: nil)
      }
      var settings = Settings(["model": ["from": JSON(from)], "steps": 1, "batch": 1])
      _ = try DistilStage(&settings, inputs: [labels, order] + inputs)
      try settings.finish()
      return settings.resolved
    }
    #expect(try resolved(["a", "b"], from: "a") == resolved(["c", "d"], from: "c"))
    #expect(try resolved(["a", "b"], from: "a") != resolved(["a", "b"], from: "b"))
  }

  @Test func `is refused where settings contradict the checkpoint`() throws {
    let inputs = [plain, order, try base()]
    func failure(_ with: JSONObject, _ inputs: [StageInput]) -> String {
      do {
        _ = try run(inputs, with)(sets.place.path + "/out")
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      failure(["tokenizer": ["vocab_size": 300]], inputs)
        .contains("tokenizer: the model starts from base and keeps its tokenizer"))
    #expect(
      failure(["model": ["from": "base", "hidden_size": 16]], inputs)
        .contains("model.hidden_size: the model starts from base and keeps its shape"))
    #expect(
      failure(["model": ["from": "other"]], inputs)
        .contains("model.from: other is none of the inputs that hold a model"))
    #expect(
      failure(["model": ["hidden_size": 16, "template": "chatml"]], inputs)
        .contains("model.template: belongs to a model that starts from a checkpoint"))
    #expect(
      failure(["max_tokens": 2000], inputs).contains("takes at most 512 positions"))
  }

  @Test func `is refused a set of another tokenizer's tokens`() throws {
    let other = try base(with: ["tokenizer": ["vocab_size": 262]])
    let error = #expect(throws: TrainingError.self) {
      try run([labels, order, other])(sets.place.path + "/out")
    }
    #expect(
      error?.description.contains("that of the checkpoint that the model starts from") == true)
  }

  static let families = [
    "llama-llama3", "llama-yarn", "llama-bias", "mistral", "qwen2", "qwen3", "gpt2", "gemma3",
    "olmo2",
  ]

  /// A model of a family with the tiny sets' tokenizer and weights of its own, taken in.
  private func imported(_ name: String) throws -> StageInput {
    var fields = try GoldenArchitecture(name).configuration
    fields["vocab_size"] = JSON(TinySets.tokenizer.vocabularySize)
    let drawn = Parameters(
      drawn: try TransformerConfiguration(json: .object(fields)), seed: Seed(6))
    let folder = sets.place.path + "/base"
    try Folder.make(folder + "/model")
    var files: [Manifest.File] = []
    for (file, bytes) in ModelFolder.files(
      drawn, tokenizer: TinySets.tokenizer.json, configuration: fields)
    {
      try AtomicFile.write(bytes, to: "\(folder)/model/\(file)")
      files.append(try Manifest.entry("model/" + file, in: folder))
    }
    let manifest = Manifest(
      kind: "import", content: SHA256.hash(name).hex, files: files,
      details: ["fingerprint": JSON(SHA256.hash(name).hex)])
    try manifest.write(to: folder)
    return StageInput(
      name: "base", kind: "import", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
  }

  /// What is written is that family again, and computes what was trained.
  @Test(arguments: families)
  func `learns and keeps its family`(name: String) throws {
    let base = try imported(name)
    let out = sets.place.path + "/learnt"
    _ = try run([plain, order, base], ["learning_rate": 0.02])(out)
    let found = try losses(in: out)
    #expect(found[11] < found[0] - 0.5, "\(found)")
    let before = try ModelFile(base.require().folder + "/model", strict: true)
    let after = try ModelFile(out + "/model", strict: true)
    #expect(after.configuration == before.configuration)
    #expect(after.checkpoint.architecture?.modelType == before.checkpoint.architecture?.modelType)
    #expect(
      after.checkpoint.tensors.map { "\($0.name) \($0.shape)" }
        == before.checkpoint.tensors.map { "\($0.name) \($0.shape)" })
    // Written and read again, it goes on where it stopped.
    let manifest = Manifest(
      kind: "train", content: SHA256.hash("next").hex,
      files: try Folder.names(in: out + "/model").sorted().map {
        try Manifest.entry("model/" + $0, in: out)
      })
    try manifest.write(to: out)
    let next = StageInput(
      name: "base", kind: "train", makes: [.model],
      finished: .init(folder: out, manifest: manifest))
    let again = sets.place.path + "/again"
    _ = try run([plain, order, next], ["learning_rate": 0, "steps": 12])(again)
    #expect(try losses(in: again).allSatisfy { $0 < found[0] - 0.5 })
  }

  private static let cut: JSON = [
    "from": "base",
    "prune": [
      "num_hidden_layers": 1, "hidden_size": 12, "intermediate_size": 20, "num_attention_heads": 1,
      "head_dim": 8, "samples": 5,
    ],
  ]

  /// The parts that do least on the set are left out before the training, and the same ones after a
  /// stop and on any number of threads.
  @Test func `may be cut to a smaller shape first`() throws {
    let base = try base()
    func digest(_ name: String, threads: Int = 1, stopAt: Int? = nil) throws -> [String] {
      var run = run([labels, order, base], ["model": Self.cut], kind: .distil)
      run.threads = threads
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("cut")
    #expect(try digest("cut-3", threads: 3) == whole)
    #expect(try digest("cut-stopped", stopAt: 6) == whole)
    let out = sets.place.path + "/cut"
    let result = try run([labels, order, base], ["model": Self.cut], kind: .distil)(out)
    let model = try ModelFile(out + "/model", strict: true)
    let c = model.configuration
    #expect(c.layerCount == 1 && c.hiddenSize == 12 && c.intermediateSize == 20)
    #expect(c.headCount == 1 && c.keyValueHeadCount == 1 && c.headWidth == 8)
    let found = try losses(in: out)
    #expect(found[11] < found[0])
    let facts = try #require(result.details["pruning"]?.objectValue)
    #expect(facts["samples"] == 5 && facts["layers"]?.arrayValue?.count == 1)
    #expect(facts["layer_influences"]?.arrayValue?.count == 2)
    let start = try base.require().manifest.details["fingerprint"]
    #expect(result.details["start"]?["fingerprint"] == start)
    #expect(result.details["initial_weights"] != start)
    // Weighing the parts is paid for.
    let steps = try run([labels, order, base], ["model": ["from": "base"]], kind: .distil)(
      sets.place.path + "/whole")
    #expect(facts["flops"]?.doubleValue ?? 0 > 0)
    #expect(steps.details["flops"]?.doubleValue ?? 0 > facts["flops"]?.doubleValue ?? .infinity)
  }

  @Test func `cut to its own size is the checkpoint`() throws {
    let base = try base()
    let out = sets.place.path + "/same"
    _ = try run(
      [plain, order, base],
      ["model": ["from": "base", "prune": [:]], "learning_rate": 0, "weight_decay": 0])(out)
    let folder = try base.require().folder
    for file in ["config.json", "model.safetensors", "tokenizer.json"] {
      #expect(
        try readFile("\(out)/model/\(file)") == readFile("\(folder)/model/\(file)"), "\(file)")
    }
  }

  @Test func `is not cut where that cannot be`() throws {
    let base = try base()
    func failure(_ with: JSONObject) -> String {
      do {
        _ = try run([plain, order, base], with)(sets.place.path + "/out")
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      failure(["model": ["from": "base", "prune": ["hidden_size": 17]]])
        .contains("the checkpoint base: prune: hidden_size: 17, but the model to be pruned has 16"))
    #expect(
      failure(["model": ["from": "base", "prune": ["layers": 1]]])
        .contains("model.prune.layers: unknown key"))
    #expect(
      failure(["model": ["hidden_size": 16, "prune": ["hidden_size": 8]]])
        .contains("model.prune: belongs to a model that starts from a checkpoint"))
    #expect(
      failure(["model": Self.cut, "adapter": ["rank": 2]])
        .contains("adapter: an adapter belongs to a checkpoint that stands somewhere"))
  }

  /// The rest of the model is the checkpoint's, and resuming changes nothing.
  @Test func `may learn in some parts alone`() throws {
    let base = try base()
    let with: JSONObject = ["freeze": ["embeddings", "layers.0"]]
    func digest(_ name: String, stopAt: Int? = nil) throws -> [String] {
      let run = run([plain, order, base], with)
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("frozen")
    #expect(try digest("stopped", stopAt: 6) == whole)
    let before = try ModelFolder.load(base.require().folder + "/model")
    let after = try ModelFolder.load(sets.place.path + "/frozen/model")
    for tensor in before.layout.tensors {
      let isFrozen = tensor.name.contains("embed") || tensor.name.contains("layers.0.")
      #expect((before[tensor].array == after[tensor].array) == isFrozen, "\(tensor.name)")
    }
    let found = try losses(in: sets.place.path + "/frozen")
    #expect(found[11] < found[0])
    let error = #expect(throws: ModelError.self) {
      try run([plain, order, base], ["freeze": ["layers.2"]])(sets.place.path + "/out")
    }
    #expect(error?.description.contains("the model has layers 0 to 1") == true)
  }

  /// The model that is written is the sum; the adapter lies beside it as `peft` has it.
  @Test func `may learn an adapter`() throws {
    let base = try base()
    let with: JSONObject = [
      "adapter": ["rank": 4, "targets": ["q_proj", "down_proj"]], "learning_rate": 0.02,
    ]
    func digest(_ name: String, threads: Int = 1, stopAt: Int? = nil) throws -> [String] {
      var run = run([plain, order, base], with)
      run.threads = threads
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("adapted")
    #expect(try digest("threads", threads: 3) == whole)
    #expect(try digest("stopped", stopAt: 6) == whole)
    let out = sets.place.path + "/adapted"
    let found = try losses(in: out)
    // Every third batch holds the same samples.
    for step in 0..<3 { #expect(found[step + 9] < found[step], "\(found)") }
    let folder = try base.require().folder + "/model"
    let before = try ModelFolder.load(folder)
    let after = try ModelFolder.load(out + "/model")
    for tensor in before.layout.tensors {
      let isAdapted = tensor.name.contains("q_proj") || tensor.name.contains("down_proj")
      #expect((before[tensor].array == after[tensor].array) == !isAdapted, "\(tensor.name)")
    }
    let merged = try ModelCheckpoint(folder).merging(StoredAdapter(out + "/adapter"))
    try merged.writeFolder(to: out + "/merged", format: .float32, files: [])
    let sum = try ModelFile(out + "/merged").parameters()
    // Products of four terms, added in another order.
    let largest = zip(sum.values.array, after.values.array).map { abs($0 - $1) }.max() ?? 1
    #expect(largest < 1e-6)
  }

  @Test func `is refused an adapter that has no ground`() throws {
    func failure(_ with: JSONObject) -> String {
      do {
        _ = try run([plain, order, try base()], with)(sets.place.path + "/out")
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      failure(["adapter": [:], "model": TinyRun.model]).contains("adapter: needs a model"))
    #expect(failure(["adapter": [:], "freeze": ["norm"]]).contains("leave one out"))
    #expect(failure(["adapter": ["targets": ["c_attn"]]]).contains("q_proj, k_proj"))
    #expect(failure(["adapter": ["rank": 0]]).contains("adapter.rank"))
    #expect(failure(["freeze": ["layer.0"]]).contains("freeze: expected embeddings"))
  }
}
