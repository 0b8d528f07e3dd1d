public import Files
internal import Kernels

extension Parameters {
  /// The weights of the parts that stay, unchanged, as a model of their own.
  ///
  /// A family that scales its embeddings by the root of the width would scale them less in a
  /// narrower model: the table makes up for that, and the last norm takes it back where the table
  /// is the readout too. Cut to its own size a model is bit for bit the same.
  ///
  /// - Parameter configuration: `pruning.configuration(of:fields:)`.
  public func pruned(
    to pruning: Pruning, _ configuration: TransformerConfiguration
  ) -> Parameters {
    let result = Parameters(zeros: configuration)
    let (old, new) = (layout, result.layout)
    let C = self.configuration.hiddenSize
    let channels = pruning.channels
    func matrix(
      _ from: Range<Int>, _ to: Range<Int>, rows: [Int], columns: [Int], width: Int
    ) {
      for (place, row) in rows.enumerated() {
        let start = from.lowerBound + row * width
        let own = values[start..<(start + width)].array
        let first = to.lowerBound + place * columns.count
        result.values[first..<(first + columns.count)].copy(from: columns.map { own[$0] })
      }
    }
    func vector(_ from: Range<Int>?, _ to: Range<Int>?, _ kept: [Int]) {
      guard let from, let to else { return }
      let own = values[from].array
      result.values[to].copy(from: kept.map { own[$0] })
    }
    let tables =
      [(old.embedding, new.embedding)]
      + (configuration.tiesEmbeddings ? [] : [(old.readout, new.readout)])
    for (from, to) in tables {
      matrix(from, to, rows: Array(0..<(from.count / C)), columns: channels, width: C)
    }
    if let from = old.positions, let to = new.positions {
      matrix(from, to, rows: Array(0..<(from.count / C)), columns: channels, width: C)
    }
    vector(old.finalNorm, new.finalNorm, channels)
    vector(old.finalNormBias, new.finalNormBias, channels)
    for (place, l) in pruning.layers.enumerated() {
      let (from, to) = (old.layers[l], new.layers[place])
      let rows = LayerRows(self.configuration, pruning, place)
      matrix(from.projections, to.projections, rows: rows.projections, columns: channels, width: C)
      matrix(
        from.output, to.output, rows: channels, columns: rows.queries,
        width: self.configuration.attention.outputWidth)
      matrix(from.gateUp, to.gateUp, rows: rows.gateUp, columns: channels, width: C)
      matrix(
        from.down, to.down, rows: channels, columns: pruning.neurons[place],
        width: self.configuration.intermediateSize)
      for part: KeyPath<ParameterLayout.Layer, Range<Int>?> in [
        \.inputNorm, \.middleNorm, \.inputNormBias, \.middleNormBias, \.outputBias, \.downBias,
        \.attentionNorm, \.feedForwardNorm,
      ] {
        vector(from[keyPath: part], to[keyPath: part], channels)
      }
      vector(from.projectionBias, to.projectionBias, rows.projections)
      vector(from.gateUpBias, to.gateUpBias, rows.gateUp)
      let isWhole = configuration.features.normsRows
      let width = Array(0..<configuration.headWidth)
      vector(from.queryNorm, to.queryNorm, isWhole ? rows.queries : width)
      vector(from.keyNorm, to.keyNorm, isWhole ? rows.keys : width)
    }
    result.makeUp(for: self.configuration.embeddingScale / configuration.embeddingScale)
    return result
  }

  /// Multiplies the embeddings, and divides what reads them as a readout.
  private func makeUp(for ratio: Float) {
    guard ratio != 1 else { return }
    for i in layout.embedding { values[i] *= ratio }
    if configuration.tiesEmbeddings {
      for i in layout.finalNorm { values[i] /= ratio }
    }
  }

  /// Rows of a layer's matrices that stay.
  private struct LayerRows {
    /// Of queries, within their own matrix; also the columns of attention's output.
    let queries: [Int]
    /// Of keys, within their own matrix.
    let keys: [Int]
    /// Of queries, keys and values as one matrix.
    let projections: [Int]
    /// Of gates and ups as one matrix.
    let gateUp: [Int]

    init(_ c: TransformerConfiguration, _ pruning: Pruning, _ place: Int) {
      func rows(_ heads: [Int]) -> [Int] {
        heads.flatMap { ($0 * c.headWidth)..<(($0 + 1) * c.headWidth) }
      }
      queries = rows(pruning.heads[place])
      keys = rows(pruning.groups[place])
      let first = c.headCount * c.headWidth
      let second = first + c.keyValueHeadCount * c.headWidth
      projections = queries + keys.map { $0 + first } + keys.map { $0 + second }
      let neurons = pruning.neurons[place]
      let isGated = c.features.activation.isGated
      gateUp = neurons + (isGated ? neurons.map { $0 + c.intermediateSize } : [])
    }
  }
}

extension Pruning {
  /// `config.json` of what is left, and its meaning.
  ///
  /// - Parameter fields: the whole model's.
  /// - Throws: `ModelError.configuration` for a shape that the family cannot have.
  public func configuration(
    of model: TransformerConfiguration, fields: JSONObject
  ) throws(ModelError) -> (fields: JSONObject, configuration: TransformerConfiguration) {
    var fields = fields
    let names = Dictionary(
      model.family.fields.map { ($0.gguf, $0.huggingFace) }, uniquingKeysWith: { first, _ in first }
    )
    let headCount = heads.first?.count ?? 0
    for (name, size) in [
      ("block_count", layers.count), ("embedding_length", channels.count),
      ("feed_forward_length", neurons.first?.count ?? 0), ("attention.head_count", headCount),
      ("attention.head_count_kv", groups.first?.count ?? 0),
    ] {
      if let key = names[name] { fields[key] = JSON(size) }
    }
    if channels.count != headCount * model.headWidth {
      // Without a field of its own the width of a head is the model's by the number of heads.
      guard names["attention.head_count_kv"] != nil else {
        throw .configuration(
          key: "hidden_size",
          reason: "\(channels.count) with \(headCount) heads of \(model.headWidth): in a "
            + "\(model.family.modelType) the heads share the channels evenly -- expected "
            + "\(headCount * model.headWidth)")
      }
      fields["head_dim"] = JSON(model.headWidth)
    }
    let windowed = model.features.windowedLayers
    if model.features.window != nil, fields["layer_types"] != nil || Set(windowed).count > 1 {
      for key in ["sliding_window_pattern", "_sliding_window_pattern"] { fields[key] = nil }
      fields["layer_types"] = JSON(layers) {
        JSON(windowed[$0] ? "sliding_attention" : "full_attention")
      }
    } else if let types = fields["layer_types"]?.arrayValue {
      fields["layer_types"] = JSON(layers) { types[$0] }
    }
    return (fields, try TransformerConfiguration(json: .object(fields)))
  }
}
