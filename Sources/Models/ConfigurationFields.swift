internal import Files

/// The fields of a `config.json`. Records which were read, so that unknown ones are reported.
/// `null` counts as missing, as in `transformers`.
struct ConfigurationFields {
  private let object: JSONObject
  /// Prefix of a key in messages.
  private let prefix: String
  private var asked: Set<String> = []
  /// Unknown fields of nested objects.
  private var within: [String] = []

  init(_ object: JSONObject, prefix: String = "") {
    self.object = object
    self.prefix = prefix
  }

  mutating func value(_ key: String) -> JSON? {
    asked.insert(key)
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  /// Whether the key is absent; `null` counts as present here.
  func isMissing(_ key: String) -> Bool { object[key] == nil }

  mutating func integer(_ key: String, default other: Int? = nil) throws(ModelError) -> Int {
    guard let found = value(key) else {
      guard let other else { throw wrong(key, "is missing") }
      return other
    }
    guard let number = found.intValue else {
      throw wrong(key, "expected an integer, found \(found.text.prefix(80))")
    }
    return number
  }

  mutating func number(_ key: String, default other: Double? = nil) throws(ModelError) -> Double {
    guard let found = value(key) else {
      guard let other else { throw wrong(key, "is missing") }
      return other
    }
    guard let number = found.doubleValue else {
      throw wrong(key, "expected a number, found \(found.text.prefix(80))")
    }
    return number
  }

  /// A number above 0 that float32 can hold.
  mutating func positive(_ key: String, default other: Double? = nil) throws(ModelError) -> Double {
    let number = try number(key, default: other)
    guard number > 0, Float(number).isFinite, Float(number) > 0 else {
      throw wrong(key, "expected more than 0, found \(number)")
    }
    return number
  }

  mutating func bool(_ key: String, default other: Bool) throws(ModelError) -> Bool {
    guard let found = value(key) else { return other }
    guard let flag = found.boolValue else {
      throw wrong(key, "expected true or false, found \(found.text.prefix(80))")
    }
    return flag
  }

  mutating func string(_ key: String) throws(ModelError) -> String? {
    guard let found = value(key) else { return nil }
    guard let text = found.stringValue else {
      throw wrong(key, "expected a string, found \(found.text.prefix(80))")
    }
    return text
  }

  /// Refuses a field that would change the logits, unless it has one of these values.
  mutating func require(_ key: String, _ harmless: JSON...) throws(ModelError) {
    guard let found = value(key), !harmless.contains(found) else { return }
    let expected = harmless.map(\.text).joined(separator: " or ")
    throw wrong(
      key,
      (harmless.isEmpty ? "is not supported" : "expected \(expected)")
        + ", found \(found.text.prefix(80))")
  }

  /// Refuses an activation that is none of these functions; `transformers` has several names for
  /// one.
  mutating func require(_ key: String, activation: Activation) throws(ModelError) {
    guard let found = try string(key), !activation.names.contains(found) else { return }
    throw wrong(
      key,
      "expected \(activation.names.joined(separator: " or ")), found \"\(found.prefix(80))\"")
  }

  enum Activation {
    case silu
    /// GELU by its approximation with tanh.
    case tanhGELU

    /// The names in `ACT2FN` of `transformers`.
    var names: [String] {
      switch self {
      case .silu: ["silu", "swish"]
      case .tanhGELU:
        ["gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"]
      }
    }
  }

  /// An error for a field.
  func wrong(_ key: String, _ reason: String) -> ModelError {
    .configuration(key: prefix + key, reason: reason)
  }

  mutating func note(unknown keys: [String]) { within += keys }

  /// Fields that were never read and are not known to be inert, in the order of the file.
  var unknown: [String] {
    let left = object.keys.filter { !asked.contains($0) && !Self.inert.contains($0) }
    return left.map { prefix + $0 } + within
  }
}

extension ConfigurationFields {
  /// Fields that change no logit: writer of the file, training settings, sampling settings, ids of
  /// special tokens, shapes of `transformers`' own outputs.
  static let inert: Set<String> = [
    "_attn_implementation", "_attn_implementation_autoset", "_commit_hash", "_name_or_path",
    "architectures", "attention_dropout", "attn_pdrop", "auto_map", "bad_words_ids",
    "begin_suppress_tokens", "bos_token_id", "cache_implementation", "chunk_size_feed_forward",
    "decoder_start_token_id", "diversity_penalty", "do_sample", "dtype", "early_stopping",
    "embd_pdrop", "encoder_no_repeat_ngram_size", "eos_token_id",
    "exponential_decay_length_penalty",
    "finetuning_task", "forced_bos_token_id", "forced_eos_token_id", "gradient_checkpointing",
    "hidden_dropout", "id2label", "initializer_range", "is_decoder", "is_llama_config",
    "keys_to_ignore_at_inference", "label2id", "length_penalty", "max_length", "min_length",
    "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences",
    "output_attentions", "output_hidden_states", "output_scores", "pad_token_id", "prefix",
    "problem_type", "remove_invalid_values", "repetition_penalty", "resid_pdrop", "return_dict",
    "return_dict_in_generate", "sep_token_id", "summary_activation", "summary_first_dropout",
    "summary_proj_to_labels", "summary_type", "summary_use_proj", "suppress_tokens",
    "task_specific_params", "temperature", "tf_legacy_loss", "tie_encoder_decoder",
    "tokenizer_class", "top_k", "top_p", "torch_dtype", "torchscript", "transformers.js_config",
    "transformers_version", "typical_p", "unk_token_id", "unsloth_fixed", "unsloth_version",
    "use_bfloat16", "use_cache",
  ]

  /// Refuses fields of other families that none here supports: each key with its harmless values.
  mutating func refuseForeign() throws(ModelError) {
    for (key, harmless) in Self.foreign {
      guard let found = value(key), !harmless.contains(found) else { continue }
      throw wrong(key, "is not supported, found \(found.text.prefix(80))")
    }
  }

  private static let foreign: [(key: String, harmless: [JSON])] = [
    ("quantization_config", []), ("text_config", []), ("vision_config", []),
    ("num_local_experts", [0, 1]), ("num_experts", [0, 1]), ("n_routed_experts", [0]),
    ("moe_intermediate_size", []), ("partial_rotary_factor", [1, 1.0]), ("rotary_pct", [1, 1.0]),
    ("rope_interleaved", [false]), ("clip_qkv", []), ("qk_layernorm", [false]),
    ("use_qk_norm", [false]), ("logit_scale", [1, 1.0]), ("logits_scaling", [1, 1.0]),
    ("embedding_multiplier", [1, 1.0]), ("residual_multiplier", [1, 1.0]),
    ("attention_multiplier", []), ("no_rope_layers", []), ("no_rope_layer_interval", []),
    ("alibi", [false]), ("parallel_attn", [false]), ("use_parallel_residual", [false]),
    ("use_bidirectional_attention", [false]), ("is_causal", [true]), ("use_mrope", [false]),
    ("is_encoder_decoder", [false]),
    ("add_cross_attention", [false]), ("cross_attention_hidden_size", []),
    ("pruned_heads", [.object([:])]), ("pretraining_tp", [1]), ("attn_logit_softcapping", []),
    ("final_logit_softcapping", []), ("kv_lora_rank", []), ("attention_sink_size", []),
  ]
}
