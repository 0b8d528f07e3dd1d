public import Checkpoints
public import Files
public import Tensors

/// Export: the GGUF metadata of a model in Hugging Face's layout.
extension Architecture {
  /// The metadata of a model, without its tokenizer: `general.architecture` first, then the keys of
  /// the architecture.
  ///
  /// - Parameter configuration: the fields of `config.json`.
  /// - Throws: `CheckpointError.key` for a field that is missing or has no GGUF key here.
  public func metadata(
    of configuration: JSONObject
  ) throws(CheckpointError) -> [(String, GGUFValue)] {
    var members: [(String, GGUFValue)] = [("general.architecture", .string(ggufName))]
    let prefix = ggufName + "."
    for field in fields {
      guard let value = try Self.value(of: field, in: configuration) else { continue }
      members.append((prefix + field.gguf, value))
    }
    members += try extraMetadata(configuration)
    if let count = configuration["vocab_size"]?.intValue {
      members.append((prefix + "vocab_size", .uint32(UInt32(clamping: count))))
    }
    return members
  }

  private static func value(
    of field: Field, in configuration: JSONObject
  ) throws(CheckpointError) -> GGUFValue? {
    func wrong(_ reason: String) -> CheckpointError {
      .key(file: "config.json", key: field.huggingFace, reason: reason)
    }
    // Newer files store the rotary base with the scaling.
    var found =
      configuration[field.huggingFace] ?? configuration["rope_parameters"]?[field.huggingFace]
    if found == .null { found = nil }
    if found == nil {
      switch field.missing {
      case .error where field.huggingFace == "n_inner":
        // Hugging Face's default.
        found = configuration["n_embd"]?.intValue.map { JSON(4 * min($0, Int(UInt32.max))) }
      case .error: break
      case .value(let value), .otherwise(let value): found = value
      case .nothing: return nil
      }
    }
    guard let found else { throw wrong("is missing") }
    switch field.kind {
    case .integer:
      guard let number = found.intValue.flatMap(UInt32.init(exactly:)) else {
        throw wrong("expected an integer from 0 to 4294967295, found \(found.text.prefix(40))")
      }
      return .uint32(number)
    case .number:
      guard let number = found.doubleValue, Float(number).isFinite else {
        throw wrong("expected a number, found \(found.text.prefix(40))")
      }
      return .float32(Float(number))
    }
  }

  /// Weights of a Hugging Face tensor in GGUF's form.
  ///
  /// - Parameters:
  ///   - name: Hugging Face's name.
  ///   - weights: in its shape, row-major.
  ///   - shape: outermost axis first.
  ///   - configuration: the fields of `config.json`.
  /// - Returns: name, shape and weights for GGUF; `nil` for a tensor that this family does not
  ///   have.
  /// - Precondition: the weights fill the shape.
  public func exported(
    _ name: String, _ weights: [Float], shape: [Int], configuration: JSONObject
  ) -> (name: String, shape: [Int], weights: [Float])? {
    precondition(weights.count == shape.reduce(1, *), "\(name): weights and shape disagree")
    guard let gguf = ggufName(ofHuggingFace: name) else { return nil }
    switch transform(ofGGUF: gguf, configuration) {
    case .none: return (gguf, shape, weights)
    case .minusOne: return (gguf, shape, weights.map { $0 + 1 })
    case .transposed:
      guard shape.count == 2 else { return nil }
      let (rows, columns) = (shape[0], shape[1])
      var turned: [Float] = []
      turned.reserveCapacity(weights.count)
      for column in 0..<columns {
        for row in 0..<rows { turned.append(weights[row * columns + column]) }
      }
      return (gguf, [columns, rows], turned)
    case .rotaryPairs(let heads):
      guard let rows = shape.first, TensorTransform.arePairs(rows, heads: heads) else {
        return nil
      }
      let columns = weights.count / rows
      var ordered = weights
      let order = TensorTransform.rotaryPairs(heads: heads)
      for row in 0..<rows {
        let to = order.storedRow(row, of: rows) * columns
        for column in 0..<columns { ordered[to + column] = weights[row * columns + column] }
      }
      return (gguf, shape, ordered)
    }
  }
}
