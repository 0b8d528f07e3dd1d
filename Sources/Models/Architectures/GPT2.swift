internal import Files
import Kernels

extension ModelFamily {
  /// GPT-2: layer norms, learned positions, biases everywhere, no gates, a tied readout.
  func gpt2(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
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
