public import Kernels

/// A model's weights, packed once for decoding; several decoders may share them.
///
/// They are copies: the parameters they came from are not kept.
public struct DecoderWeights: Sendable {
  public let configuration: TransformerConfiguration
  public let format: WeightFormat
  let packed: PackedDecoder

  /// - Parameter threads: how many pack; the result does not depend on it.
  public init(_ parameters: Parameters, format: WeightFormat = .float32, threads: Int = 1) {
    let c = parameters.configuration
    let C = c.hiddenSize
    let F = c.intermediateSize
    let shape = c.attention
    let isGated = c.features.activation.isGated
    let gateUpRows = isGated ? (F + Self.half - 1) / Self.half * 2 * Self.half : F
    let perLayer = [
      (shape.projectedWidth, C), (C, shape.outputWidth), (gateUpRows, C), (C, F),
    ]
    func floats(_ shape: (rows: Int, columns: Int)) -> Int {
      Arena.rounded(PackedWeights.floats(format, rows: shape.rows, columns: shape.columns))
    }
    let tables = c.tiesEmbeddings ? 1 : 2
    let layerFloats = perLayer.reduce(0) { $0 + floats($1) }
    let layout = parameters.layout
    let vectors = layout.tensors.filter { !$0.isMatrix }
    // A gated bias is filled up as its matrix is.
    let vectorFloats =
      vectors.reduce(0) { $0 + Arena.rounded($1.range.count) }
      + c.layerCount * Arena.rounded(gateUpRows)
    let arena = Arena(
      capacity: c.layerCount * layerFloats + tables * floats((c.vocabularySize, C)) + vectorFloats
        + Arena.rounded(layout.positions?.count ?? 0))
    let packer = Packer(
      parameters: parameters, format: format, arena: arena, pool: WorkerPool(threads: threads))

    configuration = c
    self.format = format
    let layers = layout.layers.enumerated().map { l, layer in
      var extras = PackedDecoder.Extras()
      extras.inputNormBias = packer.vector(layer.inputNormBias)
      extras.middleNormBias = packer.vector(layer.middleNormBias)
      extras.projectionBias = packer.vector(layer.projectionBias)
      extras.outputBias = packer.vector(layer.outputBias)
      extras.gateUpBias =
        isGated ? packer.gateUp(bias: layer.gateUpBias, width: F) : packer.vector(layer.gateUpBias)
      extras.downBias = packer.vector(layer.downBias)
      extras.queryNorm = packer.vector(layer.queryNorm)
      extras.keyNorm = packer.vector(layer.keyNorm)
      extras.attentionNorm = packer.vector(layer.attentionNorm)
      extras.feedForwardNorm = packer.vector(layer.feedForwardNorm)
      extras.window = c.features.window(layer: l)
      return PackedDecoder.Layer(
        inputNorm: packer.vector(layer.inputNorm), middleNorm: packer.vector(layer.middleNorm),
        projections: packer.matrix(layer.projections, columns: C),
        output: packer.matrix(layer.output, columns: shape.outputWidth),
        gateUp: isGated
          ? packer.gateUp(layer.gateUp, width: F, columns: C)
          : packer.matrix(layer.gateUp, columns: C),
        down: packer.matrix(layer.down, columns: F), extras: extras)
    }
    let embedding = packer.matrix(layout.embedding, columns: C)
    packed = PackedDecoder(
      attention: shape, epsilon: Float(c.normEpsilon), activation: c.features.activation,
      layers: layers, embedding: embedding,
      readout: c.tiesEmbeddings ? embedding : packer.matrix(layout.readout, columns: C),
      embeddingScale: c.embeddingScale, positionTable: packer.vector(layout.positions),
      finalNorm: packer.vector(layout.finalNorm),
      finalNormBias: packer.vector(layout.finalNormBias))
  }

  /// Gates, and then ups, that lie side by side.
  private static let half = PackedWeights.panelRows / 2

  /// Takes tensors from flat parameters into one arena.
  private struct Packer {
    let parameters: Parameters
    let format: WeightFormat
    let arena: Arena
    let pool: WorkerPool

    func vector(_ range: Range<Int>) -> Floats {
      let copy = arena.take(range.count)
      copy.copy(from: parameters.values[range])
      return copy
    }

    func vector(_ range: Range<Int>?) -> Floats? { range.map { vector($0) } }

    private func empty(rows: Int, columns: Int) -> PackedWeights {
      let memory = arena.take(PackedWeights.floats(format, rows: rows, columns: columns))
      return PackedWeights(in: memory, format: format, rows: rows, columns: columns)
    }

    func matrix(_ range: Range<Int>, columns: Int) -> PackedWeights {
      let source = parameters.values[range]
      let matrix = empty(rows: range.count / columns, columns: columns)
      pool.run(parts: PackedWeights.panels(rows: matrix.rows)) {
        matrix.fill(panel: $0, from: source)
      }
      return matrix
    }

    /// Gates `(F, C)` and ups `(F, C)`, 32 rows of each in turn; zeros where F ends.
    func gateUp(_ range: Range<Int>, width F: Int, columns C: Int) -> PackedWeights {
      let source = parameters.values[range]
      let panels = (F + half - 1) / half
      let matrix = empty(rows: panels * 2 * half, columns: C)
      pool.run(parts: panels) { panel in
        let rows = Floats(zeros: 2 * half * C)
        let first = panel * half
        let count = min(half, F - first) * C
        rows[0..<count].copy(from: source[(first * C)..<(first * C + count)])
        rows[(half * C)..<(half * C + count)].copy(
          from: source[((F + first) * C)..<((F + first) * C + count)])
        matrix.fill(panel: panel, rows: rows)
      }
      return matrix
    }

    /// Biases as the rows of `gateUp` lie.
    func gateUp(bias range: Range<Int>?, width F: Int) -> Floats? {
      guard let range else { return nil }
      let source = parameters.values[range]
      let panels = (F + half - 1) / half
      let copy = arena.take(panels * 2 * half)
      for panel in 0..<panels {
        let first = panel * half
        let count = min(half, F - first)
        let start = panel * 2 * half
        copy[start..<(start + count)].copy(from: source[first..<(first + count)])
        copy[(start + half)..<(start + half + count)]
          .copy(from: source[(F + first)..<(F + first + count)])
      }
      return copy
    }
  }
}
