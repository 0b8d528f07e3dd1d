import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Pruning by activations` {
  static let texts: [[Int32]] = [[1, 5, 9, 2, 7], [3], [4, 4, 8, 0, 11, 36, 20, 6, 17]]

  /// A small model with a group of two heads for each key, and weights of its own.
  private func model(
    tied: Bool = true, seed: UInt64 = 4, _ change: (Parameters) -> Void = { _ in }
  ) throws -> Parameters {
    let drawn = Parameters(drawn: try smallConfiguration(tied: tied), seed: Seed(seed))
    // Wide enough that attention and the activations are not near linear.
    for i in 0..<drawn.values.count where drawn.values[i] != 1 { drawn.values[i] *= 8 }
    change(drawn)
    return drawn
  }

  private func importance(
    _ parameters: Parameters, threads: Int = 1
  ) throws -> ActivationImportance {
    try ActivationImportance(of: parameters, on: Batch(sequences: Self.texts), threads: threads)
  }

  private func fields(_ parameters: Parameters) -> JSONObject { parameters.configuration.json }

  private func prune(
    _ parameters: Parameters, to shape: PrunedShape
  ) throws -> (Parameters, Pruning) {
    let pruning = try Pruning(
      importance(parameters), of: parameters.configuration, to: shape)
    let (_, configuration) = try pruning.configuration(
      of: parameters.configuration, fields: fields(parameters))
    return (parameters.pruned(to: pruning, configuration), pruning)
  }

  private func logits(_ parameters: Parameters, _ texts: [[Int32]] = texts) throws -> [Float] {
    try InferencePass(configuration: parameters.configuration, maximumTokensPerPart: 64)
      .logits(parameters: parameters, batch: Batch(sequences: texts))
  }

  /// The formulas as they stand in the documentation, from activations in `Double`.
  @Test(arguments: [true, false])
  func `weighs parts as the formulas say`(tied: Bool) throws {
    let parameters = try model(tied: tied)
    let c = parameters.configuration
    let runs = try Self.texts.map { try SlowLlama(parameters).run($0) }
    let T = Double(Self.texts.joined().count)
    let found = try importance(parameters, threads: 2)
    #expect(found.tokenCount == Int(T))
    func length(_ names: [String], column: Int, of columns: Int) throws -> Double {
      var sum = 0.0
      for name in names {
        let w = try #require(parameters[name]).array
        for row in stride(from: column, to: w.count, by: columns) {
          sum += Double(w[row]) * Double(w[row])
        }
      }
      return sum.squareRoot()
    }
    // Activations are made of a few hundred float32 operations each, at most 6e-8 of themselves
    // off.
    func expect(_ a: Double, _ b: Double, _ what: String) {
      #expect(abs(a - b) <= 1e-4 * abs(b) + 1e-6, "\(what): \(a), expected \(b)")
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0) { $0 + abs($1) } / T }
    for l in 0..<c.layerCount {
      let name = "model.layers.\(l)."
      let attention = ["q", "k", "v"].map { "\(name)self_attn.\($0)_proj.weight" }
      let feedForward = ["gate", "up"].map { "\(name)mlp.\($0)_proj.weight" }
      for i in 0..<c.hiddenSize {
        let expected =
          try mean(runs.flatMap { $0.attentionInputs[l].map { $0[i] } })
          * length(attention, column: i, of: c.hiddenSize)
          + mean(runs.flatMap { $0.feedForwardInputs[l].map { $0[i] } })
          * length(feedForward, column: i, of: c.hiddenSize)
        expect(found.channels[l][i], expected, "layer \(l), channel \(i)")
      }
      for f in 0..<c.intermediateSize {
        let expected =
          try mean(runs.flatMap { $0.activated[l].map { $0[f] } })
          * length([name + "mlp.down_proj.weight"], column: f, of: c.intermediateSize)
        expect(found.neurons[l][f], expected, "layer \(l), neuron \(f)")
      }
      for h in 0..<c.headCount {
        let lengths = runs.flatMap { run in
          run.attended[l][h].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        }
        let block = try (0..<c.headWidth).reduce(0.0) { sum, d in
          let one = try length(
            [name + "self_attn.o_proj.weight"], column: h * c.headWidth + d,
            of: c.attention.outputWidth)
          return sum + one * one
        }
        expect(found.heads[l][h], mean(lengths) * block.squareRoot(), "layer \(l), head \(h)")
      }
      let cosines = runs.flatMap { run in
        zip(run.residuals[l], run.residuals[l + 1]).map { x, y in
          let xy = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
          let xx = x.reduce(0) { $0 + $1 * $1 }
          let yy = y.reduce(0) { $0 + $1 * $1 }
          return xy / (xx * yy).squareRoot()
        }
      }
      expect(found.layers[l], 1 - cosines.reduce(0, +) / T, "layer \(l)")
    }
    let table = tied ? "model.embed_tokens.weight" : "lm_head.weight"
    for i in 0..<c.hiddenSize {
      let expected =
        try mean(runs.flatMap { $0.readoutInputs.map { $0[i] } })
        * length([table], column: i, of: c.hiddenSize)
      expect(found.channels[c.layerCount][i], expected, "readout, channel \(i)")
    }
  }

  @Test func `weighs the same on any number of threads`() throws {
    let parameters = try model()
    let one = try importance(parameters)
    for threads in [2, 3] { #expect(try importance(parameters, threads: threads) == one) }
  }

  /// A part that makes nothing, and one that nothing reads.
  @Test(arguments: [0, 13, 31])
  func `drops a dead channel first`(channel: Int) throws {
    let parameters = try model { p in
      let C = p.configuration.hiddenSize
      for tensor in p.layout.tensors where tensor.isMatrix {
        let w = p[tensor]
        let isTable = tensor.name.contains("embed")
        // The table's column; the rows of what writes to the residual stream.
        for i in 0..<w.count
        where isTable
          ? i % C == channel
          : (tensor.name.contains("o_proj") || tensor.name.contains("down_proj"))
            && i / (w.count / C) == channel
        { w[i] = 0 }
      }
    }
    let (_, pruning) = try prune(parameters, to: PrunedShape(hiddenSize: 31))
    #expect(pruning.channels == Array(0..<32).filter { $0 != channel })
  }

  @Test(arguments: [(0, "gate_proj"), (47, "up_proj"), (20, "down_proj")])
  func `drops a dead neuron first, and nothing with it`(neuron: Int, matrix: String) throws {
    let parameters = try model { p in
      for tensor in p.layout.tensors where tensor.name.contains(matrix) {
        let w = p[tensor]
        let F = p.configuration.intermediateSize
        for i in 0..<w.count
        where matrix == "down_proj" ? i % F == neuron : i / p.configuration.hiddenSize == neuron {
          w[i] = 0
        }
      }
    }
    let (pruned, pruning) = try prune(parameters, to: PrunedShape(intermediateSize: 47))
    let rest = Array(0..<48).filter { $0 != neuron }
    #expect(pruning.neurons == [rest, rest])
    // Sums of other lengths are rounded elsewhere.
    #expect(try mismatch(logits(pruned), logits(parameters), tolerance: 1e-4) == nil)
  }

  /// Heads are dropped with the keys that they share.
  @Test(arguments: [0, 1], ["v_proj", "o_proj"])
  func `drops a dead group of heads first, and nothing with it`(group: Int, matrix: String) throws {
    let parameters = try model { p in
      let D = p.configuration.headWidth
      for tensor in p.layout.tensors where tensor.name.contains(matrix) {
        let w = p[tensor]
        let columns = tensor.shape[1]
        for i in 0..<w.count {
          let head = matrix == "v_proj" ? i / columns / D : i % columns / D / 2
          if head == group { w[i] = 0 }
        }
      }
    }
    let (pruned, pruning) = try prune(parameters, to: PrunedShape(headCount: 2))
    #expect(pruning.groups == [[1 - group], [1 - group]])
    #expect(pruning.heads == [[2 - 2 * group, 3 - 2 * group], [2 - 2 * group, 3 - 2 * group]])
    #expect(pruned.configuration.keyValueHeadCount == 1)
    #expect(try mismatch(logits(pruned), logits(parameters), tolerance: 1e-4) == nil)
  }

  @Test(arguments: [0, 1])
  func `drops a dead layer first, and nothing with it`(layer: Int) throws {
    let parameters = try model { p in
      for tensor in p.layout.tensors
      where tensor.name.contains("layers.\(layer).")
        && (tensor.name.contains("o_proj") || tensor.name.contains("down_proj"))
      { p[tensor].zero() }
    }
    let (pruned, pruning) = try prune(parameters, to: PrunedShape(layerCount: 1))
    #expect(pruning.layers == [1 - layer])
    #expect(try logits(pruned) == logits(parameters))
  }

  /// In the group that stays whole, and with fewer heads for each key.
  @Test(
    arguments: [(2, nil, true), (2, 2, false), (3, 3, true), (1, 1, false), (4, 2, true)]
      as [(Int, Int?, Bool)])
  func `computes what is left, as a slow model does`(
    heads: Int, groups: Int?, tied: Bool
  ) throws {
    let shape = PrunedShape(
      layerCount: heads == 4 ? 2 : 1, hiddenSize: 20, intermediateSize: 30, headCount: heads,
      keyValueHeadCount: groups == 3 ? nil : groups)
    let parameters = try model(tied: tied)
    if groups == 3 {
      let error = #expect(throws: ModelError.self) { try prune(parameters, to: shape) }
      #expect(error?.description.contains("groups are dropped whole") == true)
      return
    }
    let (pruned, pruning) = try prune(parameters, to: shape)
    #expect(pruning.heads.allSatisfy { $0.count == heads })
    let slow = SlowLlama(parameters, pruning)
    let expected = try Self.texts.flatMap { try slow.run($0).logits.joined().map { Float($0) } }
    // Logits of up to a few tens, over a few hundred roundings of float32.
    #expect(try mismatch(logits(pruned), expected, tolerance: 1e-3) == nil)
  }

  @Test func `keeps the greatest, and the first of equals`() throws {
    let parameters = try model()
    let found = try importance(parameters)
    let (_, pruning) = try prune(parameters, to: PrunedShape(intermediateSize: 10))
    for (l, kept) in pruning.neurons.enumerated() {
      let least = kept.map { found.neurons[l][$0] }.min() ?? 0
      #expect((0..<48).allSatisfy { kept.contains($0) || found.neurons[l][$0] <= least })
    }
    let flat = try model { p in
      for tensor in p.layout.tensors where tensor.name.contains("mlp") { p[tensor].zero() }
    }
    let (_, first) = try prune(flat, to: PrunedShape(intermediateSize: 3))
    #expect(first.neurons == [[0, 1, 2], [0, 1, 2]])
  }

  static let families = [
    "llama-llama3", "llama-yarn", "llama-bias", "mistral", "qwen2", "qwen3", "gpt2", "gemma3",
    "olmo2",
  ]

  @Test(arguments: families)
  func `to its own size is the identity`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    let pruning = try Pruning(
      ActivationImportance(of: parameters, on: golden.batch), of: parameters.configuration,
      to: PrunedShape())
    let (fields, configuration) = try pruning.configuration(
      of: parameters.configuration, fields: golden.configuration)
    #expect(configuration == parameters.configuration)
    #expect(try TransformerConfiguration(json: .object(fields)) == configuration)
    let same = parameters.pruned(to: pruning, configuration)
    #expect(same.values.array == parameters.values.array)
    let pass = InferencePass(configuration: configuration, maximumTokensPerPart: 64)
    let before = try pass.logits(parameters: parameters, batch: golden.batch)
    let after = try pass.logits(parameters: same, batch: golden.batch)
    #expect(after == before)
  }

  /// What is left is a model of its family that files can hold.
  @Test(arguments: families)
  func `leaves a model of its family`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    let c = parameters.configuration
    let heads =
      c.keyValueHeadCount > 1 ? c.headCount - c.headCount / c.keyValueHeadCount : c.headCount
    let shape = PrunedShape(
      layerCount: max(1, c.layerCount - 1),
      hiddenSize: name == "gpt2" ? heads * c.headWidth : c.hiddenSize / 2,
      intermediateSize: c.intermediateSize - 3, headCount: heads)
    let pruning = try Pruning(
      ActivationImportance(of: parameters, on: golden.batch), of: c, to: shape)
    let (fields, configuration) = try pruning.configuration(of: c, fields: golden.configuration)
    #expect(configuration.layerCount == shape.layerCount)
    #expect(configuration.hiddenSize == shape.hiddenSize)
    #expect(configuration.intermediateSize == shape.intermediateSize)
    #expect(configuration.headCount == heads && configuration.headWidth == c.headWidth)
    if c.features.window != nil {
      #expect(
        configuration.features.windowedLayers
          == pruning.layers.map { c.features.windowedLayers[$0] })
    }
    let pruned = parameters.pruned(to: pruning, configuration)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("retort-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Folder.make(folder)
    for (file, bytes) in ModelFolder.files(pruned, tokenizer: nil, configuration: fields) {
      try AtomicFile.write(bytes, to: "\(folder)/\(file)")
    }
    let again = try ModelFile(folder, strict: true)
    #expect(again.configuration == configuration)
    // Norms of 1 + w are stored as w.
    let read = try again.parameters().values.array
    #expect(mismatch(read, pruned.values.array, tolerance: 1e-6) == nil)
    let found = try InferencePass(configuration: configuration, maximumTokensPerPart: 64)
      .logits(parameters: pruned, batch: golden.batch)
    #expect(found.allSatisfy { $0.isFinite })
  }

  /// The embeddings of a narrower Gemma count for as much as before.
  @Test func `makes up for embeddings that are scaled by the width`() throws {
    let golden = try GoldenArchitecture("gemma3")
    let parameters = try golden.load()
    let c = parameters.configuration
    let pruning = try Pruning(
      ActivationImportance(of: parameters, on: golden.batch), of: c,
      to: PrunedShape(hiddenSize: c.hiddenSize / 2))
    let (_, configuration) = try pruning.configuration(of: c, fields: golden.configuration)
    let pruned = parameters.pruned(to: pruning, configuration)
    let ratio = Float(2).squareRoot()
    let channel = pruning.channels[0]
    #expect(abs(pruned.values[0] - parameters.values[channel] * ratio) < 1e-6)
    let norm = try #require(pruned["model.norm.weight"])[0]
    let whole = try #require(parameters["model.norm.weight"])[channel]
    #expect(abs(norm - whole / ratio) < 1e-6)
  }

  @Test(arguments: [
    (PrunedShape(layerCount: 3), "num_hidden_layers: 3, but the model to be pruned has 2"),
    (PrunedShape(hiddenSize: 33), "hidden_size: 33, but the model to be pruned has 32"),
    (PrunedShape(intermediateSize: 0), "intermediate_size: 0, but"),
    (PrunedShape(headCount: 5), "num_attention_heads: 5, but"),
    (PrunedShape(headCount: 3), "expected a multiple of 2, or name num_key_value_heads"),
    (
      PrunedShape(headCount: 4, keyValueHeadCount: 1),
      "num_key_value_heads: 1 with 4 heads, but in the model to be pruned at most 2"
    ),
    (PrunedShape(headWidth: 4), "head_dim: 4, but the heads of the model to be pruned are 8 wide"),
  ])
  func `refuses a shape that does not fit`(shape: PrunedShape, words: String) throws {
    let parameters = try model()
    let error = #expect(throws: ModelError.self) { try shape.check(parameters.configuration) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func `refuses a width that a family's heads cannot share`() throws {
    let golden = try GoldenArchitecture("gpt2")
    let parameters = try golden.load()
    let c = parameters.configuration
    let pruning = try Pruning(
      ActivationImportance(of: parameters, on: golden.batch), of: c,
      to: PrunedShape(hiddenSize: c.hiddenSize - 1))
    let error = #expect(throws: ModelError.self) {
      try pruning.configuration(of: c, fields: golden.configuration)
    }
    #expect(error?.description.contains("the heads share the channels evenly") == true)
  }

  @Test func `needs a token`() throws {
    let parameters = try model()
    #expect(throws: ModelError.self) {
      try ActivationImportance(of: parameters, on: Batch(sequences: [[]]))
    }
  }
}
