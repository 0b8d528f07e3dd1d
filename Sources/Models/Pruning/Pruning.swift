public import Files

/// The parts of a model that are left after pruning.
///
/// Depth and width are cut at once, by one look at the whole model: layers by their influence, then
/// what the layers that stay have most of. Of equals the first stays.
public struct Pruning: Sendable, Equatable {
  /// Layers that stay, ascending, counted from 0.
  public let layers: [Int]
  /// Channels of the residual stream that stay, ascending.
  public let channels: [Int]
  /// For each layer that stays, its neurons, its heads group after group, and its groups (heads of
  /// keys and values), each ascending.
  public let neurons, heads, groups: [[Int]]

  /// - Throws: `ModelError.configuration` for a shape that the model cannot be cut to.
  public init(
    _ importance: ActivationImportance, of model: TransformerConfiguration, to shape: PrunedShape
  ) throws(ModelError) {
    let counts = try shape.counts(of: model)
    let layers = Self.greatest(counts.layers, of: importance.layers)
    self.layers = layers
    // What a dropped layer would have read counts for nothing.
    var sums = importance.channels[model.layerCount]
    for l in layers {
      for (c, score) in importance.channels[l].enumerated() { sums[c] += score }
    }
    channels = Self.greatest(counts.channels, of: sums)
    neurons = layers.map { Self.greatest(counts.neurons, of: importance.neurons[$0]) }
    let size = model.headCount / model.keyValueHeadCount
    let kept = counts.heads / counts.groups
    var heads: [[Int]] = []
    var groups: [[Int]] = []
    for l in layers {
      let scores = importance.heads[l]
      // A group is worth what its best heads are, as many as would stay.
      let best = (0..<model.keyValueHeadCount).map { group in
        Self.greatest(kept, of: Array(scores[(group * size)..<((group + 1) * size)]))
          .map { group * size + $0 }
      }
      let chosen = Self.greatest(
        counts.groups, of: best.map { $0.reduce(0) { $0 + scores[$1] } })
      groups.append(chosen)
      heads.append(chosen.flatMap { best[$0] })
    }
    self.heads = heads
    self.groups = groups
  }

  /// Places of the greatest scores, ascending.
  static func greatest(_ count: Int, of scores: [Double]) -> [Int] {
    scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(count).sorted()
  }

  /// What a manifest says of it: the lists that a person can read, and a digest of them all.
  public var json: JSONObject {
    func list(_ values: [Int]) -> JSON { JSON(values) { JSON($0) } }
    let whole: JSONObject = [
      "layers": list(layers), "heads": JSON(heads, list), "key_value_heads": JSON(groups, list),
      "channels": list(channels), "neurons": JSON(neurons, list),
    ]
    return [
      "layers": list(layers), "heads": JSON(heads, list),
      "kept": JSON(SHA256.hash(JSON.object(whole).serialized()).hex),
    ]
  }
}
