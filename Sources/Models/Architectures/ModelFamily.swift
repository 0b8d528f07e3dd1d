/// A family of models; the raw value is `model_type` of `config.json`.
public enum ModelFamily: String, Sendable, CaseIterable {
  case llama
  case mistral
  case qwen2
  case qwen3
  case gpt2
  case gemma3 = "gemma3_text"

  /// Reads the shape of a model of this family.
  func configuration(
    from fields: inout ConfigurationFields
  ) throws(ModelError) -> TransformerConfiguration {
    switch self {
    case .llama: try llama(&fields)
    case .mistral: try mistral(&fields)
    case .qwen2: try qwen2(&fields)
    case .qwen3: try qwen3(&fields)
    case .gpt2: try gpt2(&fields)
    case .gemma3: try gemma3(&fields)
    }
  }

  /// What its tensors are called.
  var names: TensorNames {
    switch self {
    case .llama, .mistral, .qwen2, .qwen3: .decoder
    case .gpt2: .gpt2
    case .gemma3: .gemma3
    }
  }
}
