/// One tensor of the flat parameter buffer.
public struct ParameterTensor: Sendable, Equatable {
  /// How the buffer's tensor differs from the file's.
  enum Form: Sendable {
    case plain
    /// Files hold w, the model multiplies by 1 + w, and so the buffer holds 1 + w.
    case plusOne
    /// Files hold a matrix as (inputs, outputs).
    case transposed
  }

  /// As Hugging Face names it.
  public let name: String
  public let shape: [Int]
  /// Its floats in the buffer, row-major.
  public let range: Range<Int>
  var form = Form.plain

  /// As Hugging Face's files have it.
  var storedShape: [Int] { form == .transposed ? shape.reversed() : shape }
  /// 1 for a vector.
  var rowCount: Int { shape.dropLast().reduce(1, *) }
  /// Matrices are decayed by the optimiser and drawn at random; vectors are neither.
  public var isMatrix: Bool { shape.count == 2 }
}

/// Where each tensor of a model lies in one flat buffer.
///
/// All matrices come first, then all vectors (the norms' weights). Queries, keys and values of a
/// layer are neighbours, and so are gate and up: each group is one matrix product.
public struct ParameterLayout: Sendable, Equatable {
  /// Places of one layer's weights.
  struct Layer: Sendable, Equatable {
    var projections: Range<Int>
    var output: Range<Int>
    var gateUp: Range<Int>
    var down: Range<Int>
    var inputNorm: Range<Int>
    var middleNorm: Range<Int>
  }

  /// In order of the buffer.
  public let tensors: [ParameterTensor]
  /// Floats in all.
  public let count: Int
  /// Floats of matrices: the front of the buffer.
  public let matrixCount: Int
  let embedding: Range<Int>
  let readout: Range<Int>
  let finalNorm: Range<Int>
  let layers: [Layer]

  public init(_ configuration: TransformerConfiguration) {
    let c = configuration
    let queries = c.headCount * c.headWidth
    let keys = c.keyValueHeadCount * c.headWidth
    var tensors: [ParameterTensor] = []
    var end = 0
    func place(_ name: String, _ shape: [Int]) -> Range<Int> {
      let range = end..<(end + shape.reduce(1, *))
      tensors.append(ParameterTensor(name: name, shape: shape, range: range))
      end = range.upperBound
      return range
    }
    embedding = place("model.embed_tokens.weight", [c.vocabularySize, c.hiddenSize])
    var layers: [Layer] = []
    for l in 0..<c.layerCount {
      let prefix = "model.layers.\(l)."
      let q = place(prefix + "self_attn.q_proj.weight", [queries, c.hiddenSize])
      _ = place(prefix + "self_attn.k_proj.weight", [keys, c.hiddenSize])
      let v = place(prefix + "self_attn.v_proj.weight", [keys, c.hiddenSize])
      let o = place(prefix + "self_attn.o_proj.weight", [c.hiddenSize, queries])
      let gate = place(prefix + "mlp.gate_proj.weight", [c.intermediateSize, c.hiddenSize])
      let up = place(prefix + "mlp.up_proj.weight", [c.intermediateSize, c.hiddenSize])
      let down = place(prefix + "mlp.down_proj.weight", [c.hiddenSize, c.intermediateSize])
      layers.append(
        Layer(
          projections: q.lowerBound..<v.upperBound, output: o,
          gateUp: gate.lowerBound..<up.upperBound, down: down, inputNorm: 0..<0,
          middleNorm: 0..<0))
    }
    readout =
      c.tiesEmbeddings ? embedding : place("lm_head.weight", [c.vocabularySize, c.hiddenSize])
    matrixCount = end
    for l in 0..<c.layerCount {
      let prefix = "model.layers.\(l)."
      layers[l].inputNorm = place(prefix + "input_layernorm.weight", [c.hiddenSize])
      layers[l].middleNorm = place(prefix + "post_attention_layernorm.weight", [c.hiddenSize])
    }
    finalNorm = place("model.norm.weight", [c.hiddenSize])
    self.layers = layers
    self.tensors = tensors
    count = end
  }
}
