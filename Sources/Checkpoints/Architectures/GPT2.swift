internal import Files
internal import Tensors

extension Architecture {
  /// GPT-2: LayerNorm with biases, learned positions, one projection for q, k and v.
  ///
  /// Hugging Face's Conv1D has its matrices as (inputs, outputs), GGUF as (outputs, inputs). Some
  /// of Hugging Face's files lack the `transformer.` in front of every name.
  static let gpt2 = Architecture(
    ggufName: "gpt2", modelType: "gpt2", className: "GPT2LMHeadModel", otherModelTypes: [],
    outer: [
      (gguf: "token_embd.weight", huggingFace: "transformer.wte.weight"),
      (gguf: "position_embd.weight", huggingFace: "transformer.wpe.weight"),
      (gguf: "output_norm.weight", huggingFace: "transformer.ln_f.weight"),
      (gguf: "output_norm.bias", huggingFace: "transformer.ln_f.bias"),
      (gguf: readoutName, huggingFace: "lm_head.weight"),
    ],
    layer: [
      ("attn_norm", "ln_1"), ("attn_qkv", "attn.c_attn"), ("attn_output", "attn.c_proj"),
      ("ffn_norm", "ln_2"), ("ffn_up", "mlp.c_fc"), ("ffn_down", "mlp.c_proj"),
    ].flatMap { pair in
      ["weight", "bias"].map { (gguf: "\(pair.0).\($0)", huggingFace: "\(pair.1).\($0)") }
    },
    layerPrefix: "transformer.h.",
    fields: [
      .integer("context_length", "n_positions"), .integer("embedding_length", "n_embd"),
      .integer("block_count", "n_layer"), .integer("feed_forward_length", "n_inner"),
      .integer("attention.head_count", "n_head"),
      .number("attention.layer_norm_epsilon", "layer_norm_epsilon"),
    ],
    transform: { name, _ in
      ["attn_qkv.weight", "attn_output.weight", "ffn_up.weight", "ffn_down.weight"].contains(name)
        ? .transposed : .none
    },
    complete: { (configuration, keys, _) throws(CheckpointError) in
      // The converter writes it though nothing is rotated.
      keys.ignore("rope.dimension_count")
      if let count = try keys.int("attention.head_count_kv"),
        count != configuration["n_head"]?.intValue
      {
        throw keys.wrong("attention.head_count_kv", "is \(count): GPT-2 has as many as heads")
      }
      configuration["activation_function"] = "gelu_new"
      configuration["scale_attn_weights"] = true
    },
    extraMetadata: { _ throws(CheckpointError) in [] },
    inertSuffixes: [".attn.bias", ".attn.masked_bias"],
    aliases: [
      ("hidden_size", "n_embd"), ("max_position_embeddings", "n_positions"),
      ("num_attention_heads", "n_head"), ("num_hidden_layers", "n_layer"),
    ])
}
