public import Kernels
public import Models

/// Weights of a decoder, packed for a cached forward pass.
public struct PackedDecoder: Sendable {
  /// Parts of a layer that not every family has.
  public struct Extras: Sendable {
    /// Biases of layer norms; both or neither.
    public var inputNormBias, middleNormBias: Floats?
    /// Biases of the products; `gateUpBias` in the row order of `gateUp`.
    public var projectionBias, outputBias, gateUpBias, downBias: Floats?
    /// `(D)`: norms of each head's queries and keys.
    public var queryNorm, keyNorm: Floats?
    /// `(H D)`, `(K D)`: norms over all queries of a row, and over all its keys.
    public var queryRowNorm, keyRowNorm: Floats?
    /// `(C)`: norms of what is added to the residual stream.
    public var attentionNorm, feedForwardNorm: Floats?
    /// Number of keys a position sees.
    public var window = Int.max

    /// A layer with none of these.
    public init() {}

    /// Pointers are to memory that the arrays of a `CachedForward` keep.
    func check(_ attention: AttentionShape, C: Int, gateUpRows: Int) {
      precondition(window >= 1)
      for (floats, count) in [
        (inputNormBias, C), (middleNormBias, C), (projectionBias, attention.projectedWidth),
        (outputBias, C), (gateUpBias, gateUpRows), (downBias, C),
        (queryNorm, attention.headWidth), (keyNorm, attention.headWidth), (attentionNorm, C),
        (feedForwardNorm, C), (queryRowNorm, attention.outputWidth),
        (keyRowNorm, attention.keyValueHeads * attention.headWidth),
      ] {
        precondition(floats.map { $0.count == count } ?? true)
      }
    }
  }

  /// Weights of one layer.
  public struct Layer: Sendable {
    let inputNorm, middleNorm: Floats?
    let projections, output, gateUp, down: PackedWeights
    let extras: Extras

    /// All its matrices.
    public var matrices: [PackedWeights] { [projections, output, gateUp, down] }

    /// - Parameters:
    ///   - inputNorm, middleNorm: `(C)`; `nil` where inputs are not normed.
    ///   - projections: `((H + 2K) D, C)`: queries, keys, values.
    ///   - output: `(C, H D)`.
    ///   - gateUp: `(64 ceil(F / 32), C)`: 32 gates, their 32 ups, and so on; zeros beyond F.
    ///     Without gates `(F, C)`.
    ///   - down: `(C, F)`.
    public init(
      inputNorm: Floats?, middleNorm: Floats?, projections: PackedWeights, output: PackedWeights,
      gateUp: PackedWeights, down: PackedWeights, extras: Extras = Extras()
    ) {
      self.inputNorm = inputNorm
      self.middleNorm = middleNorm
      self.projections = projections
      self.output = output
      self.gateUp = gateUp
      self.down = down
      self.extras = extras
    }
  }

  /// Heads, their width and the factor on scores; the same in every layer.
  public let attention: AttentionShape
  /// Added to the variance in norms.
  public let epsilon: Float
  /// What stands between the feed-forward network's two products; the same in every layer.
  public let activation: ModelFeatures.Activation
  /// From the embedding's side to the readout's; at least one.
  public let layers: [Layer]
  /// `(V, C)`; the readout may be the embedding.
  public let embedding, readout: PackedWeights
  /// Factor applied to embeddings.
  public let embeddingScale: Float
  /// `(positions, C)`, added to the embeddings.
  public let positionTable: Floats?
  /// `(C)`: weights of the norm before the readout.
  public let finalNorm: Floats
  /// `(C)`; `nil`: norms are by root mean square, in all layers too.
  public let finalNormBias: Floats?

  /// - Precondition: all matrices take inputs of one format and fit each other.
  public init(
    attention: AttentionShape, epsilon: Float, activation: ModelFeatures.Activation = .gatedSiLU,
    layers: [Layer], embedding: PackedWeights, readout: PackedWeights, embeddingScale: Float = 1,
    positionTable: Floats? = nil, finalNorm: Floats, finalNormBias: Floats? = nil
  ) {
    let C = embedding.columns
    precondition(readout.rows == embedding.rows && readout.columns == C && finalNorm.count == C)
    precondition(readout.format == embedding.format && !layers.isEmpty)
    for layer in layers {
      for norm in [layer.inputNorm, layer.middleNorm].compactMap({ $0 }) {
        precondition(norm.count == C)
      }
      precondition(
        layer.projections.rows == attention.projectedWidth && layer.projections.columns == C)
      precondition(layer.output.rows == C && layer.output.columns == attention.outputWidth)
      let F = layer.down.columns
      precondition(layer.down.rows == C && F == layers[0].down.columns)
      precondition(layer.gateUp.columns == C)
      precondition(layer.gateUp.rows == (activation.isGated ? (F + 31) / 32 * 64 : F))
      for matrix in layer.matrices {
        precondition(matrix.format == embedding.format)
      }
      layer.extras.check(attention, C: C, gateUpRows: layer.gateUp.rows)
      precondition((layer.extras.inputNormBias == nil) == (finalNormBias == nil))
      precondition((layer.extras.middleNormBias == nil) == (finalNormBias == nil))
    }
    precondition(positionTable.map { $0.count.isMultiple(of: C) } ?? true)
    self.attention = attention
    self.epsilon = epsilon
    self.activation = activation
    self.layers = layers
    self.embedding = embedding
    self.readout = readout
    self.embeddingScale = embeddingScale
    self.positionTable = positionTable
    self.finalNorm = finalNorm
    self.finalNormBias = finalNormBias
  }
}
