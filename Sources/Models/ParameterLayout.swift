import Kernels

/// One tensor of the flat parameter buffer.
public struct ParameterTensor: Sendable, Equatable {
  /// How the buffer's tensor differs from the file's.
  package enum Form: Sendable {
    /// As the file has it.
    case plain
    /// Files store w and the model multiplies by 1 + w, so the buffer holds 1 + w.
    case plusOne
    /// Files store the matrix as (inputs, outputs).
    case transposed
  }

  /// As Hugging Face names it.
  public let name: String
  /// As the buffer holds it: (outputs, inputs) for a matrix, one number for a vector.
  public let shape: [Int]
  /// Its floats in the buffer, row-major.
  public let range: Range<Int>
  /// What has to be done to the file's numbers to get the buffer's.
  package let form: Form

  /// Shape in Hugging Face's files.
  package var storedShape: [Int] { form == .transposed ? shape.reversed() : shape }
  /// 1 for a vector.
  package var rowCount: Int { shape.dropLast().reduce(1, *) }
  /// Matrices are decayed by the optimiser and drawn at random; vectors are neither.
  public var isMatrix: Bool { shape.count == 2 }
}

/// Position of each tensor of a model in one flat buffer.
///
/// All matrices come first, then all vectors (norms and biases). Queries, keys and values of a
/// layer are neighbours, and so are gate and up, weights and biases alike: each group is one matrix
/// product.
public struct ParameterLayout: Sendable, Equatable {
  /// Ranges of one layer's weights; `nil` for weights that a family does not have.
  package struct Layer: Sendable, Equatable {
    /// Queries, keys and values `((H + 2 K) D, C)`.
    package var projections: Range<Int>
    /// Output of attention `(C, H D)`.
    package var output: Range<Int>
    /// Gate and up `(2 F, C)`; up alone `(F, C)` without a gate.
    package var gateUp: Range<Int>
    /// `(C, F)`.
    package var down: Range<Int>
    /// Norms before attention and before the feed-forward network `(C)`.
    package var inputNorm, middleNorm: Range<Int>?
    /// `(C)`: biases of both norms, where these are layer norms.
    package var inputNormBias, middleNormBias: Range<Int>?
    /// Biases of the four products, as long as these have rows; `gateUpBias` is that of gates, then
    /// ups.
    package var projectionBias, outputBias, gateUpBias, downBias: Range<Int>?
    /// Norms of queries and keys: of each head `(D)`, or of a row's `(H D)` and `(K D)`.
    package var queryNorm, keyNorm: Range<Int>?
    /// Norms of the outputs of attention and feed-forward network.
    package var attentionNorm, feedForwardNorm: Range<Int>?
  }

  /// In order of the buffer.
  public let tensors: [ParameterTensor]
  /// Total number of floats.
  public let count: Int
  /// Floats of matrices: the front of the buffer.
  public let matrixCount: Int
  /// `(V, C)`.
  package let embedding: Range<Int>
  /// `(V, C)`; the embedding's range if it is tied.
  package let readout: Range<Int>
  /// Learned positions `(P, C)`.
  package let positions: Range<Int>?
  /// `(C)`.
  package let finalNorm: Range<Int>
  /// `(C)`; `nil` where norms are no layer norms.
  package let finalNormBias: Range<Int>?
  /// From the embedding's side to the readout's.
  package let layers: [Layer]

  /// Lays out the parameters of a model; allocates none.
  public init(_ configuration: TransformerConfiguration) {
    let c = configuration
    let C = c.hiddenSize
    let names = c.family.names
    var places = Places(transposes: names.transposesMatrices)
    embedding = places.matrix(names.embedding, C, rows: c.vocabularySize, isOuter: true)
    positions =
      c.features.learnsPositions
      ? places.matrix(names.positions, C, rows: c.positionCount, isOuter: true) : nil
    let heads = names.projections.count == 1 ? [c.attention.projectedWidth] : c.projectionRows
    let halves = names.gateUp.map { _ in c.gateUpWidth / names.gateUp.count }
    var layers = c.layerIndices.map { l in
      let prefix = "\(names.layers)\(l)."
      return Layer(
        projections: places.matrices(names.projections.map { prefix + $0 }, C, rows: heads),
        output: places.matrix(prefix + names.output, c.attention.outputWidth, rows: C),
        gateUp: places.matrices(names.gateUp.map { prefix + $0 }, C, rows: halves),
        down: places.matrix(prefix + names.down, c.intermediateSize, rows: C))
    }
    readout =
      c.tiesEmbeddings
      ? embedding : places.matrix(names.readout, C, rows: c.vocabularySize, isOuter: true)
    matrixCount = places.end
    places.normForm = c.features.norm == .rootMeanSquarePlusOne ? .plusOne : .plain
    let hasNormBias = c.features.norm == .layer
    for l in c.layerIndices {
      let prefix = "\(names.layers)\(l)."
      if c.features.normsInputs {
        layers[l].inputNorm = places.norm(prefix + names.inputNorm, C)
        layers[l].middleNorm = places.norm(prefix + names.middleNorm, C)
      }
      if hasNormBias {
        layers[l].inputNormBias = places.biases([prefix + names.inputNorm], [C])
        layers[l].middleNormBias = places.biases([prefix + names.middleNorm], [C])
      }
      if c.features.attentionBias != .none {
        layers[l].projectionBias = places.biases(names.projections.map { prefix + $0 }, heads)
      }
      if c.features.attentionBias == .projectionsAndOutput {
        layers[l].outputBias = places.biases([prefix + names.output], [C])
      }
      if c.features.hasFeedForwardBias {
        layers[l].gateUpBias = places.biases(names.gateUp.map { prefix + $0 }, halves)
        layers[l].downBias = places.biases([prefix + names.down], [C])
      }
      if c.features.normsHeads || c.features.normsRows {
        let (query, key) = c.features.normsRows ? (c.headCount, c.keyValueHeadCount) : (1, 1)
        layers[l].queryNorm = places.norm(prefix + names.headNorms[0], query * c.headWidth)
        layers[l].keyNorm = places.norm(prefix + names.headNorms[1], key * c.headWidth)
      }
      if c.features.normsBranches {
        layers[l].attentionNorm = places.norm(prefix + names.attentionNorm, C)
        layers[l].feedForwardNorm = places.norm(prefix + names.feedForwardNorm, C)
      }
    }
    finalNorm = places.norm(names.finalNorm, C)
    finalNormBias = hasNormBias ? places.biases([names.finalNorm], [C]) : nil
    self.layers = layers
    tensors = places.tensors
    count = places.end
  }

  /// Assigns consecutive ranges.
  private struct Places {
    let transposes: Bool
    var normForm = ParameterTensor.Form.plain
    var tensors: [ParameterTensor] = []
    var end = 0

    private mutating func place(
      _ name: String, _ shape: [Int], _ form: ParameterTensor.Form
    ) -> Range<Int> {
      let range = end..<(end + shape.reduce(1, *))
      tensors.append(ParameterTensor(name: name, shape: shape, range: range, form: form))
      end = range.upperBound
      return range
    }

    /// - Parameter isOuter: outside the layers, and so never transposed.
    mutating func matrix(
      _ name: String, _ columns: Int, rows: Int, isOuter: Bool = false
    ) -> Range<Int> {
      place(name + ".weight", [rows, columns], transposes && !isOuter ? .transposed : .plain)
    }

    /// Adjacent matrices as one range.
    mutating func matrices(_ names: [String], _ columns: Int, rows: [Int]) -> Range<Int> {
      let start = end
      for (name, rows) in zip(names, rows) { _ = matrix(name, columns, rows: rows) }
      return start..<end
    }

    mutating func norm(_ name: String, _ count: Int) -> Range<Int> {
      place(name + ".weight", [count], normForm)
    }

    /// Adjacent biases as one range.
    mutating func biases(_ names: [String], _ counts: [Int]) -> Range<Int> {
      let start = end
      for (name, count) in zip(names, counts) { _ = place(name + ".bias", [count], .plain) }
      return start..<end
    }
  }
}

extension TransformerConfiguration {
  /// Rows of queries, keys and values.
  fileprivate var projectionRows: [Int] {
    let keys = keyValueHeadCount * headWidth
    return [headCount * headWidth, keys, keys]
  }
}
