public import Files
public import Kernels

/// Shape of a decoder, with Hugging Face's names in `config.json`.
public struct TransformerConfiguration: Sendable, Equatable {
  /// `vocab_size`: rows of the embedding, V.
  public var vocabularySize: Int
  /// `hidden_size`, C.
  public var hiddenSize: Int
  /// `intermediate_size`, F.
  public var intermediateSize: Int
  /// `num_hidden_layers`.
  public var layerCount: Int
  /// `num_attention_heads`, H.
  public var headCount: Int
  /// `num_key_value_heads`, K; divides H.
  public var keyValueHeadCount: Int
  /// `head_dim`, D; even where positions are rotary.
  public var headWidth: Int
  /// Longest sequence.
  public var positionCount: Int
  /// `rms_norm_eps`, or that of layer norms.
  public var normEpsilon: Double
  /// `rope_theta`.
  public var rotaryBase: Double
  /// Whether the readout is the embedding's table.
  public var tiesEmbeddings: Bool
  /// Standard deviation of initial matrices.
  public var initializerRange: Double
  /// The family whose conventions apply.
  public var family = Architecture.llama
  /// Scaling of rotary positions beyond the trained length.
  public var scaling = PositionScaling.none
  /// Differences from Llama.
  public var features = ModelFeatures()

  /// - Throws: `ModelError.configuration` for an impossible shape.
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
    AttentionShape(
      heads: headCount, keyValueHeads: keyValueHeadCount, headWidth: headWidth,
      scale: features.queryScalar.map { 1 / Float($0).squareRoot() })
  }

  /// Factor applied to embeddings.
  package var embeddingScale: Float {
    features.scalesEmbeddings ? Float(hiddenSize).squareRoot() : 1
  }

  /// Floats per token of gates and ups.
  package var gateUpWidth: Int { (features.activation.isGated ? 2 : 1) * intermediateSize }
}

extension TransformerConfiguration {
  /// Reads a `config.json`, ignoring unknown fields.
  ///
  /// - Throws: as `read`.
  public init(json: JSON) throws(ModelError) { self = try Self.read(json).configuration }

  /// Reads a `config.json`. Fields that would make `transformers` compute something else are
  /// refused; fields that change no logit (token ids, library versions) are ignored.
  ///
  /// - Returns: the model's shape, and the unknown fields, which may change the logits.
  /// - Throws: `ModelError.configuration` naming the key.
  public static func read(
    _ json: JSON
  ) throws(ModelError) -> (configuration: TransformerConfiguration, unknownFields: [String]) {
    guard let object = json.objectValue else {
      throw .configuration(key: "config.json", reason: "expected an object")
    }
    var fields = ConfigurationFields(object)
    let type = try fields.string("model_type") ?? Architecture.llama.modelType
    guard let family = Architecture.named(modelType: type) else {
      let known = Architecture.all.map(\.modelType).joined(separator: ", ")
      throw .configuration(
        key: "model_type", reason: "expected one of \(known), found \"\(type.prefix(80))\"")
    }
    try fields.refuseForeign()
    let configuration = try family.read(family, &fields)
    return (configuration, fields.unknown)
  }

  /// The model's part of a `config.json`, Hugging Face's keys.
  ///
  /// - Precondition: a Llama without differences: models of other families keep the fields that
  ///   they were read from.
  public var json: JSONObject {
    precondition(features == ModelFeatures(), "only Llama is written")
    var object: JSONObject = [
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
    if let scaling = scaling.json { object["rope_scaling"] = scaling }
    return object
  }
}

extension TransformerConfiguration {
  /// Weights that enter a matrix product for each token: all matrices, the readout once.
  public var productWeightCount: Int {
    let projections =
      hiddenSize * attention.projectedWidth + attention.outputWidth * hiddenSize
    return vocabularySize * hiddenSize
      + layerCount * (projections + hiddenSize * (gateUpWidth + intermediateSize))
  }

  /// Floating-point operations of one training step: 6 per weight and token, and the causal half of
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
