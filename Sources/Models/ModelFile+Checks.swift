import Checkpoints
internal import Files
import Kernels
internal import Tensors

/// Checks that a model's configuration and tensors agree.
extension ModelFile {
  /// Every tensor of the configuration exists with its shape, and there are no others.
  func checkTensors() throws(ModelError) {
    let layout = ParameterLayout(configuration)
    let path = checkpoint.checkpoint.path
    let isGGUF = checkpoint.checkpoint.gguf != nil
    let wanted = Set(layout.tensors.map(\.name))
    for tensor in checkpoint.tensors where !wanted.contains(tensor.name) {
      // Some writers repeat a tied readout.
      if tensor.name == repeatedReadout { continue }
      if let reason = reason(against: tensor.name) {
        throw .contradiction(file: path, reason: "tensor \(tensor.stored.name): \(reason)")
      }
      if isGGUF {
        throw .contradiction(
          file: path,
          reason: "tensor \(tensor.stored.name) is not part of the model that the keys describe")
      }
      throw .unexpectedTensor(file: path, name: tensor.name)
    }
    for tensor in layout.tensors {
      guard let found = checkpoint.tensor(named: tensor.name) else {
        guard !isGGUF else {
          throw .contradiction(
            file: path,
            reason: "holds no tensor \(checkpoint.storedName(of: tensor.name)), which "
              + "\(sizes(of: tensor.name)) asks for")
        }
        throw .missingTensor(file: path, name: tensor.name)
      }
      guard found.shape == tensor.storedShape else {
        guard !isGGUF else {
          throw .contradiction(
            file: path,
            reason: "tensor \(found.stored.name): \(sizes(of: tensor.name)) ask for "
              + "\(tensor.storedShape), found \(found.shape)")
        }
        throw .shape(
          file: path, name: tensor.name, expected: tensor.storedShape, found: found.shape)
      }
      guard found.stored.format != nil else {
        throw .elementType(file: path, name: tensor.name, found: found.stored.typeName)
      }
    }
  }

  /// The redundant readout of a tied model.
  private var repeatedReadout: String? {
    configuration.tiesEmbeddings ? configuration.family.names.readout + ".weight" : nil
  }

  /// The field that excludes this tensor, if there is one.
  private func reason(against name: String) -> String? {
    let names = configuration.family.names
    if name.hasPrefix(names.layers) {
      let digits = name.dropFirst(names.layers.count).prefix { $0 != "." }
      if let layer = Int(digits), layer >= configuration.layerCount {
        return "\(checkpoint.key(ofField: "num_hidden_layers")) is \(configuration.layerCount), "
          + "so there is no layer \(layer)"
      }
    }
    guard checkpoint.checkpoint.gguf == nil, name.hasSuffix(".bias") else { return nil }
    let fields = ["self_attn": "attention_bias", "mlp": "mlp_bias"]
    for (part, field) in fields.sorted(by: { $0.key < $1.key })
    where name.contains(".\(part).") {
      return "is not part of the model: \(field) of config.json is not true"
    }
    return nil
  }

  /// The fields that determine a tensor's shape, as the model's file names them.
  private func sizes(of name: String) -> String {
    let names = configuration.family.names
    var fields: [String]
    if !name.hasPrefix(names.layers) {
      fields =
        name.hasPrefix(names.positions) && configuration.features.learnsPositions
        ? ["max_position_embeddings", "hidden_size"] : ["vocab_size", "hidden_size"]
      if name.hasPrefix(names.finalNorm) { fields = ["hidden_size"] }
    } else {
      let inner = name.dropFirst(names.layers.count).drop { $0 != "." }.dropFirst()
      fields = ["num_hidden_layers", "hidden_size"]
      if (names.gateUp + [names.down]).contains(where: { inner.hasPrefix($0) }) {
        fields.append("intermediate_size")
      } else if (names.projections + [names.output]).contains(where: { inner.hasPrefix($0) }) {
        fields += ["num_attention_heads", "head_dim"]
        if inner.hasPrefix("self_attn.k_") || inner.hasPrefix("self_attn.v_") {
          fields.append("num_key_value_heads")
        }
      } else if names.headNorms.contains(where: { inner.hasPrefix($0) }) {
        fields = ["num_hidden_layers", "head_dim"]
      }
    }
    return fields.map(checkpoint.key(ofField:)).joined(separator: ", ")
  }
}

/// Checks of data that a file stores twice: the copy is compared, not silently ignored.
extension ModelFile {
  func checkRepetitions() throws(ModelError) {
    try checkReadout()
    try checkFrequencies()
  }

  /// A readout beside `tie_word_embeddings` must equal the embedding's table.
  private func checkReadout() throws(ModelError) {
    guard let name = repeatedReadout, let readout = checkpoint.tensor(named: name) else { return }
    let embedding = configuration.family.names.embedding + ".weight"
    let path = checkpoint.checkpoint.path
    func differs(_ how: String) -> ModelError {
      .contradiction(
        file: path,
        reason: "tie_word_embeddings of \(checkpoint.configurationFile) is true, but \(name) is "
          + "not \(checkpoint.storedName(of: embedding)): \(how) -- set tie_word_embeddings to "
          + "false if the model has a readout of its own, or take \(name) out of the file")
    }
    guard let table = checkpoint.tensor(named: embedding), readout.shape == table.shape else {
      throw differs("its shape is \(readout.shape)")
    }
    do {
      let (own, other) = (
        try checkpoint.checkpoint.rows(of: readout.stored.name),
        try checkpoint.checkpoint.rows(of: table.stored.name)
      )
      let columns = own.columnCount
      // About 1 MiB of floats at a time.
      let step = max(1, (1 << 18) / max(1, columns))
      for first in stride(from: 0, to: own.rowCount, by: step) {
        let rows = first..<min(first + step, own.rowCount)
        let (a, b) = (own[rows].floats, other[rows].floats)
        guard
          let at = a.indices.first(where: { a[$0].bitPattern != b[$0].bitPattern && a[$0] != b[$0] }
          )
        else { continue }
        throw differs(
          "row \(first + at / columns), column \(at % columns) is \(a[at]), not \(b[at])")
      }
    } catch let error as ModelError {
      throw error
    } catch {
      throw .contradiction(file: path, reason: "tensor \(name): \(error)")
    }
  }

  /// Older files store the rotary frequencies as a tensor in every layer; `rope_theta` must agree.
  private func checkFrequencies() throws(ModelError) {
    let suffix = "rotary_emb.inv_freq"
    let stored = checkpoint.checkpoint.tensors.filter { $0.name.hasSuffix(suffix) }
    guard !stored.isEmpty, checkpoint.checkpoint.gguf == nil else { return }
    let c = configuration
    var legal = [
      PositionScaling.none.frequencies(headWidth: c.headWidth, base: c.rotaryBase),
      c.scaling.frequencies(headWidth: c.headWidth, base: c.rotaryBase),
    ]
    if let base = c.features.windowedRotaryBase {
      legal.append(PositionScaling.none.frequencies(headWidth: c.headWidth, base: base))
    }
    for tensor in stored where tensor.format != nil {
      let found = (try? checkpoint.checkpoint.rows(of: tensor.name))?.floats ?? []
      // float32 keeps 24 bits and its powers lose a few; half formats keep 11 or 8.
      let tolerance = tensor.format == .float32 ? 0x1p-16 : 0x1p-7
      let agrees = legal.contains { expected in
        expected.count == found.count
          && zip(expected, found).allSatisfy { abs($0 - Double($1)) <= tolerance * $0 }
      }
      guard agrees else {
        throw .contradiction(
          file: checkpoint.checkpoint.path,
          reason: "tensor \(tensor.name) holds other frequencies than rope_theta "
            + "\(c.rotaryBase) of \(checkpoint.configurationFile) gives -- set rope_theta right, or "
            + "take the tensor out of the file")
      }
    }
  }
}
