/// The shape that a model is to be pruned to, in the words of `config.json`; `nil`: as it is.
public struct PrunedShape: Sendable, Equatable {
  /// `num_hidden_layers`.
  public var layerCount: Int?
  /// `hidden_size`.
  public var hiddenSize: Int?
  /// `intermediate_size`.
  public var intermediateSize: Int?
  /// `num_attention_heads`.
  public var headCount: Int?
  /// `num_key_value_heads`; `nil`: as many as leave the groups whole.
  public var keyValueHeadCount: Int?
  /// `head_dim`: pruning keeps it, so it can only say what it is.
  public var headWidth: Int?

  /// The properties say what each argument is; `check` says whether a model can be cut to it.
  public init(
    layerCount: Int? = nil, hiddenSize: Int? = nil, intermediateSize: Int? = nil,
    headCount: Int? = nil, keyValueHeadCount: Int? = nil, headWidth: Int? = nil
  ) {
    self.layerCount = layerCount
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headWidth = headWidth
  }

  /// - Throws: `ModelError.configuration` for sizes that the model cannot be cut to.
  public func check(_ model: TransformerConfiguration) throws(ModelError) {
    _ = try counts(of: model)
  }

  /// How many of each part are left of a model.
  struct Counts: Equatable {
    let layers, channels, neurons, heads, groups: Int
  }

  /// - Throws: `ModelError.configuration` for sizes that the model cannot be cut to.
  func counts(of model: TransformerConfiguration) throws(ModelError) -> Counts {
    func size(_ key: String, _ wanted: Int?, of own: Int) throws(ModelError) -> Int {
      guard let wanted else { return own }
      guard (1...own).contains(wanted) else {
        throw .configuration(
          key: key, reason: "\(wanted), but the model to be pruned has \(own): expected 1…\(own)")
      }
      return wanted
    }
    if let headWidth, headWidth != model.headWidth {
      throw .configuration(
        key: "head_dim",
        reason: "\(headWidth), but the heads of the model to be pruned are \(model.headWidth) wide "
          + "and stay so: heads are dropped or kept whole")
    }
    let heads = try size("num_attention_heads", headCount, of: model.headCount)
    let group = model.headCount / model.keyValueHeadCount
    let groups: Int
    if let keyValueHeadCount {
      groups = try size("num_key_value_heads", keyValueHeadCount, of: model.keyValueHeadCount)
      guard heads.isMultiple(of: groups), heads / groups <= group else {
        throw .configuration(
          key: "num_key_value_heads",
          reason: "\(groups) with \(heads) heads, but in the model to be pruned at most \(group) "
            + "heads share a key: expected a divisor of \(heads) of at least "
            + "\((heads + group - 1) / group)")
      }
    } else {
      guard heads.isMultiple(of: group) else {
        throw .configuration(
          key: "num_attention_heads",
          reason: "\(heads), but in the model to be pruned \(group) heads share a key, and groups "
            + "are dropped whole: expected a multiple of \(group), or name num_key_value_heads too")
      }
      groups = heads / group
    }
    return Counts(
      layers: try size("num_hidden_layers", layerCount, of: model.layerCount),
      channels: try size("hidden_size", hiddenSize, of: model.hiddenSize),
      neurons: try size("intermediate_size", intermediateSize, of: model.intermediateSize),
      heads: heads, groups: groups)
  }
}
