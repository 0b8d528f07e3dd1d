public import Files
public import Kernels

/// Shape of a Llama-style decoder, with Hugging Face's names in `config.json`.
public struct TransformerConfiguration: Sendable, Equatable {
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var intermediateSize: Int
  public var layerCount: Int
  public var headCount: Int
  public var keyValueHeadCount: Int
  public var headWidth: Int
  /// Longest sequence.
  public var positionCount: Int
  public var normEpsilon: Double
  public var rotaryBase: Double
  /// Whether the readout is the embedding's table.
  public var tiesEmbeddings: Bool
  /// Standard deviation of freshly drawn matrices.
  public var initializerRange: Double

  /// - Throws: `ModelError.configuration` for a shape that cannot be.
  public init(
    vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
    keyValueHeadCount: Int? = nil, headWidth: Int? = nil, positionCount: Int = 2048,
    normEpsilon: Double = 1e-5, rotaryBase: Double = 10_000, tiesEmbeddings: Bool = true,
    initializerRange: Double = 0.02
  ) throws(ModelError) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.headWidth = headWidth ?? (headCount > 0 ? hiddenSize / headCount : 0)
    self.positionCount = positionCount
    self.normEpsilon = normEpsilon
    self.rotaryBase = rotaryBase
    self.tiesEmbeddings = tiesEmbeddings
    self.initializerRange = initializerRange
    try check()
  }

  /// Bounds every size, so that no product of sizes overflows.
  private func check() throws(ModelError) {
    let sizes: [(String, Int, Int)] = [
      ("vocab_size", vocabularySize, 1 << 24), ("hidden_size", hiddenSize, 1 << 16),
      ("intermediate_size", intermediateSize, 1 << 18), ("num_hidden_layers", layerCount, 1024),
      ("num_attention_heads", headCount, 1024),
      ("num_key_value_heads", keyValueHeadCount, 1024), ("head_dim", headWidth, 1024),
      ("max_position_embeddings", positionCount, 1 << 20),
    ]
    for (key, value, limit) in sizes where value < 1 || value > limit {
      throw .configuration(key: key, reason: "expected 1…\(limit), found \(value)")
    }
    if headCount % keyValueHeadCount != 0 {
      throw .configuration(
        key: "num_key_value_heads",
        reason: "\(headCount) heads cannot share \(keyValueHeadCount) evenly")
    }
    if headWidth % 2 != 0 {
      throw .configuration(key: "head_dim", reason: "rotary pairs need an even width")
    }
    if !(normEpsilon >= 0 && normEpsilon < 1) {
      throw .configuration(key: "rms_norm_eps", reason: "expected 0..<1, found \(normEpsilon)")
    }
    if !(rotaryBase > 0 && rotaryBase.isFinite) {
      throw .configuration(key: "rope_theta", reason: "expected more than 0, found \(rotaryBase)")
    }
    if !(initializerRange > 0 && initializerRange <= 1) {
      throw .configuration(
        key: "initializer_range", reason: "expected 0<...1, found \(initializerRange)")
    }
  }

  /// The attention's shape.
  public var attention: AttentionShape {
    AttentionShape(heads: headCount, keyValueHeads: keyValueHeadCount, headWidth: headWidth)
  }
}

extension TransformerConfiguration {
  /// Reads a `config.json`. Keys of other concerns (token ids, library versions) are passed over;
  /// those that would change the computation must say what we compute.
  ///
  /// - Throws: `ModelError.configuration` naming the key.
  public init(json: JSON) throws(ModelError) {
    guard json.objectValue != nil else {
      throw .configuration(key: "config.json", reason: "expected an object")
    }
    func integer(_ key: String, default other: Int? = nil) throws(ModelError) -> Int {
      switch json[key] {
      case nil, .null?:
        guard let other else { throw .configuration(key: key, reason: "is missing") }
        return other
      case let value?:
        guard let number = value.intValue else {
          throw .configuration(key: key, reason: "expected an integer, found \(value.text)")
        }
        return number
      }
    }
    func number(_ value: JSON?, _ key: String, default other: Double) throws(ModelError) -> Double {
      switch value {
      case nil, .null?: return other
      case let value?:
        guard let number = value.doubleValue else {
          throw .configuration(key: key, reason: "expected a number, found \(value.text)")
        }
        return number
      }
    }
    try Self.checkConventions(json)
    let heads = try integer("num_attention_heads")
    let hidden = try integer("hidden_size")
    // Newer files keep the base under `rope_parameters`.
    let base = json["rope_theta"] ?? json["rope_parameters"]?["rope_theta"]
    let tied: Bool
    switch json["tie_word_embeddings"] {
    case nil, .null?: tied = false
    case .bool(let value)?: tied = value
    case let value?:
      throw .configuration(
        key: "tie_word_embeddings", reason: "expected true or false, found \(value.text)")
    }
    try self.init(
      vocabularySize: integer("vocab_size"), hiddenSize: hidden,
      intermediateSize: integer("intermediate_size"), layerCount: integer("num_hidden_layers"),
      headCount: heads, keyValueHeadCount: integer("num_key_value_heads", default: heads),
      headWidth: integer("head_dim", default: heads > 0 ? hidden / heads : 0),
      positionCount: integer("max_position_embeddings", default: 2048),
      normEpsilon: number(json["rms_norm_eps"], "rms_norm_eps", default: 1e-6),
      rotaryBase: number(base, "rope_theta", default: 10_000), tiesEmbeddings: tied,
      initializerRange: number(json["initializer_range"], "initializer_range", default: 0.02))
  }

  /// Refuses what would make `transformers` compute something else than we do.
  private static func checkConventions(_ json: JSON) throws(ModelError) {
    let expected: [(key: String, value: JSON)] = [
      ("hidden_act", "silu"), ("attention_bias", false), ("mlp_bias", false),
      ("model_type", "llama"), ("pretraining_tp", 1),
    ]
    for (key, value) in expected {
      if let found = json[key], found != value, found != .null {
        throw .configuration(key: key, reason: "expected \(value.text), found \(found.text)")
      }
    }
    for key in ["rope_scaling", "rope_parameters"] {
      let kind = json[key]?["rope_type"] ?? json[key]?["type"]
      if let kind, kind != "default" {
        throw .configuration(key: key, reason: "only plain rotary embedding, found \(kind.text)")
      }
    }
  }

  /// The model's part of a `config.json`, Hugging Face's keys.
  public var json: JSONObject {
    [
      "architectures": ["LlamaForCausalLM"],
      "model_type": "llama",
      "vocab_size": JSON(vocabularySize),
      "hidden_size": JSON(hiddenSize),
      "intermediate_size": JSON(intermediateSize),
      "num_hidden_layers": JSON(layerCount),
      "num_attention_heads": JSON(headCount),
      "num_key_value_heads": JSON(keyValueHeadCount),
      "head_dim": JSON(headWidth),
      "max_position_embeddings": JSON(positionCount),
      "rms_norm_eps": .double(normEpsilon),
      "rope_theta": .double(rotaryBase),
      "tie_word_embeddings": JSON(tiesEmbeddings),
      "hidden_act": "silu",
      "attention_bias": false,
      "mlp_bias": false,
      "initializer_range": .double(initializerRange),
      "torch_dtype": "float32",
    ]
  }
}

extension TransformerConfiguration {
  /// Weights that enter a matrix product for each token: all matrices, the readout once.
  public var productWeightCount: Int {
    let projections =
      hiddenSize * attention.projectedWidth + attention.outputWidth * hiddenSize
    return vocabularySize * hiddenSize
      + layerCount * (projections + 3 * hiddenSize * intermediateSize)
  }

  /// Floating-point operations of one training step: 6 a weight and token, and the causal half of
  /// attention's two products, forward once and backward twice.
  public func trainingOperations(rowStarts: [Int]) -> Double {
    var tokens = 0.0
    var pairs = 0.0
    for (start, end) in zip(rowStarts, rowStarts.dropFirst()) {
      tokens += Double(end - start)
      pairs += Double(end - start) * Double(end - start + 1) / 2
    }
    return 6 * Double(productWeightCount) * tokens
      + 12 * Double(layerCount * attention.outputWidth) * pairs
  }
}
