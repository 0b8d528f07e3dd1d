internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// GPT-2: LayerNorm with biases, learned positions, one projection for q, k and v.
  ///
  /// Hugging Face's Conv1D stores matrices as (inputs, outputs), GGUF as (outputs, inputs). Some
  /// Hugging Face files leave out the `transformer.` prefix of every name.
  static let gpt2 = Architecture(
    modelType: "gpt2", className: "GPT2LMHeadModel", ggufName: "gpt2", names: .gpt2,
    optionalPrefix: "transformer.", inertSuffixes: [".attn.bias", ".attn.masked_bias"],
    aliases: [
      ("hidden_size", "n_embd"), ("max_position_embeddings", "n_positions"),
      ("num_attention_heads", "n_head"), ("num_hidden_layers", "n_layer"),
    ],
    read: { (own, fields) throws(ModelError) in try own.readGPT2(&fields) },
    fields: [
      .integer("context_length", "n_positions"), .integer("embedding_length", "n_embd"),
      .integer("block_count", "n_layer"), .integer("feed_forward_length", "n_inner"),
      .integer("attention.head_count", "n_head"),
      .number("attention.layer_norm_epsilon", "layer_norm_epsilon", .otherwise(1e-5)),
    ],
    transform: { name, _ in
      ["attn_qkv.weight", "attn_output.weight", "ffn_up.weight", "ffn_down.weight"].contains(name)
        ? .transposed : .none
    },
    complete: { (configuration, keys, _) throws(CheckpointError) in
      // The converter writes it although nothing is rotated.
      keys.ignore("rope.dimension_count")
      if let count = try keys.int("attention.head_count_kv"),
        count != configuration["n_head"]?.intValue
      {
        throw keys.wrong("attention.head_count_kv", "is \(count): GPT-2 has as many as heads")
      }
      configuration["activation_function"] = "gelu_new"
      configuration["scale_attn_weights"] = true
    },
    extraMetadata: { _ throws(CheckpointError) in [] })
}

extension Architecture {
  /// GPT-2: layer norms, learned positions, biases everywhere, no gates, a tied readout.
  func readGPT2(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration
  {
    try fields.require("activation_function", activation: .tanhGELU)
    try fields.require("scale_attn_weights", true)
    try fields.require("scale_attn_by_inverse_layer_idx", false)
    // The order of two operations; and a size that n_positions repeats.
    for inert in ["reorder_and_upcast_attn", "n_ctx"] { _ = fields.value(inert) }
    let hidden = try fields.integer("n_embd")
    let heads = try fields.integer("n_head")
    guard heads > 0, hidden.isMultiple(of: heads) else {
      throw fields.wrong("n_head", "\(heads) heads cannot share \(hidden) channels")
    }
    var configuration = try TransformerConfiguration(
      vocabularySize: fields.integer("vocab_size"), hiddenSize: hidden,
      intermediateSize: fields.integer("n_inner", default: 4 * max(0, min(hidden, 1 << 32))),
      layerCount: fields.integer("n_layer"), headCount: heads, headWidth: hidden / heads,
      positionCount: fields.integer("n_positions"),
      normEpsilon: fields.number("layer_norm_epsilon", default: 1e-5),
      tiesEmbeddings: fields.bool("tie_word_embeddings", default: true))
    configuration.family = self
    try refuseWindows(&fields, count: configuration.layerCount)
    configuration.features.norm = .layer
    configuration.features.activation = .gelu
    configuration.features.learnsPositions = true
    configuration.features.attentionBias = .projectionsAndOutput
    configuration.features.hasFeedForwardBias = true
    return configuration
  }
}

extension TensorNames {
  static let gpt2 = TensorNames(
    embedding: "transformer.wte", positions: "transformer.wpe", layers: "transformer.h.",
    projections: ["attn.c_attn"], output: "attn.c_proj", gateUp: ["mlp.c_fc"], down: "mlp.c_proj",
    inputNorm: "ln_1", middleNorm: "ln_2", finalNorm: "transformer.ln_f",
    transposesMatrices: true)
}
