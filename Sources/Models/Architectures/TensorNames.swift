/// Hugging Face's names of a family's tensors, without `.weight` and `.bias`; names of a layer also
/// without its prefix. The configuration decides which of them a model has.
struct TensorNames: Sendable {
  var embedding = "model.embed_tokens"
  var positions = ""
  /// Prefix of a layer's number.
  var layers = "model.layers."
  /// Queries, keys and values: three matrices, or one for all.
  var projections = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]
  var output = "self_attn.o_proj"
  /// Gates and ups, or one matrix where there are no gates.
  var gateUp = ["mlp.gate_proj", "mlp.up_proj"]
  var down = "mlp.down_proj"
  var inputNorm = "input_layernorm"
  var middleNorm = "post_attention_layernorm"
  var headNorms = ["self_attn.q_norm", "self_attn.k_norm"]
  /// Norms of the outputs of attention and feed-forward network.
  var attentionNorm = ""
  var feedForwardNorm = ""
  var finalNorm = "model.norm"
  var readout = "lm_head"
  /// Whether the matrices of layers are stored as (inputs, outputs).
  var transposesMatrices = false
}

/// The same tensors in GGUF, which has one name for all families.
extension TensorNames {
  /// A stem in both layouts.
  typealias Stem = (gguf: String, huggingFace: String)

  /// Stems of tensors outside the layers.
  var outer: [Stem] {
    [
      ("token_embd", embedding), ("position_embd", positions), ("output_norm", finalNorm),
      ("output", readout),
    ].filter { !$0.1.isEmpty }
  }

  /// Stems of tensors of a layer, without its prefix.
  var layer: [Stem] {
    let fused = projections.count == 1
    let heads = fused ? ["attn_qkv"] : ["attn_q", "attn_k", "attn_v"]
    let gates = gateUp.count == 1 ? ["ffn_up"] : ["ffn_gate", "ffn_up"]
    return
      ([
        ("attn_norm", inputNorm), ("ffn_norm", middleNorm), ("attn_output", output),
        ("ffn_down", down), ("post_attention_norm", attentionNorm),
        ("post_ffw_norm", feedForwardNorm),
      ] + Array(zip(heads, projections)) + Array(zip(gates, gateUp))
      + Array(zip(["attn_q_norm", "attn_k_norm"], headNorms))).filter { !$0.1.isEmpty }
  }
}
