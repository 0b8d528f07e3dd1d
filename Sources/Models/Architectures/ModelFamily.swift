/// A family of models; the raw value is `model_type` of `config.json`.
public enum ModelFamily: String, Sendable, CaseIterable {
  case llama
  case mistral

  /// Reads the shape of a model of this family.
  func configuration(
    from fields: inout ConfigurationFields
  ) throws(ModelError) -> TransformerConfiguration {
    switch self {
    case .llama, .mistral: try llama(&fields)
    }
  }
}
