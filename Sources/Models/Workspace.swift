import Kernels

/// Memory of one part: the activations of one slice, laid out once.
///
/// For training each layer keeps its own, since the backward reads them; for inference all layers
/// share those of the first.
package struct Workspace: Sendable {
  /// Activations of one layer. Legend: T rows, C model width, F feed-forward width, H heads.
  struct Layer: Sendable {
    /// Residual stream before the layer `(T, C)`, its norm, 1 / root-mean-square `(T)`.
    let input, inputNorm, inputInverse: Floats
    /// Queries, keys, values of each row, rotated; attention's output; log-sum-exp `(T, H)`.
    let projected, attended, logSumExp: Floats
    /// Residual stream after attention `(T, C)`, its norm, 1 / root-mean-square.
    let middle, middleNorm, middleInverse: Floats
    /// Gate and up `(T, 2F)`; their activation `(T, F)`.
    let gateUp, activated: Floats
  }

  /// Gradients of one slice.
  struct Gradients: Sendable {
    let residual, normed, attended, projected, activated: Floats
  }

  /// One tile of the readout: rows with a target.
  struct Head: Sendable {
    let hidden, logits, targets: Floats
    /// One for each piece.
    let scratch: [Floats]
    let tileRows: Int
  }

  let configuration: TransformerConfiguration
  let engine: MatrixEngine
  /// The weights as products want them, where they were packed before.
  let packed: PackedParameters?
  /// Of each layer.
  let rotary: [RotaryTable?]
  /// Rows there is room for.
  let capacity: Int
  let layers: [Layer]
  /// The residual stream after the last layer, its norm, 1 / root-mean-square.
  let output, outputNorm, outputInverse: Floats
  /// One for each piece of work.
  let attentionScratch: [Floats]
  let gradients: Gradients?
  let head: Head

  /// Rows of a tile of logits. Every tile reads and writes the whole gradient of the readout, so
  /// there should be many; their logits should stay cached.
  package static func tileRows(capacity T: Int, vocabulary V: Int) -> Int {
    let cached = 128 * 1024 / V
    let most = max(16, (1 << 24) / V)
    return min(T, most, max(256, cached)) / 16 * 16 + (T < 16 ? 16 : 0)
  }

  /// Rows of a teacher's hidden states that are rebuilt into logits at once, at least.
  private static let rebuiltRows = 64

  /// - Parameters:
  ///   - pieces: how many work on the slice at the same time.
  ///   - targetWidth: of a teacher's hidden states, where targets are rebuilt from such.
  ///   - packed: of the parameters of every pass.
  init(
    _ c: TransformerConfiguration, engine: MatrixEngine, rotary: [RotaryTable?], capacity T: Int,
    training: Bool, pieces: Int = 1, targetWidth: Int = 0, packed: PackedParameters? = nil
  ) {
    configuration = c
    self.engine = engine
    self.packed = packed
    self.rotary = rotary
    capacity = T
    let C = c.hiddenSize
    let F = c.intermediateSize
    let V = c.vocabularySize
    let shape = c.attention
    let kept = training ? c.layerCount : 1
    let tile = Self.tileRows(capacity: T, vocabulary: V)
    let perLayer = [
      T * C, T * C, T, T * shape.projectedWidth, T * shape.outputWidth, T * shape.heads, T * C,
      T * C, T, T * c.gateUpWidth, T * F,
    ]
    let backward =
      training ? [T * C, T * C, T * shape.outputWidth, T * shape.projectedWidth, T * F] : []
    let common = [T * C, T * C, T, tile * C, tile * V, training ? tile * V : 0]
    let perPiece = [
      max(shape.scratch(tokens: T), Self.rebuiltRows * targetWidth), training ? 3 * V : V,
    ]
    func size(_ counts: [Int]) -> Int { counts.reduce(0) { $0 + Arena.rounded($1) } }
    let arena = Arena(
      capacity: kept * size(perLayer) + size(backward) + size(common) + pieces * size(perPiece))

    var own: [Layer] = []
    for _ in 0..<kept {
      let r = perLayer.map { arena.take($0) }
      own.append(
        Layer(
          input: r[0], inputNorm: r[1], inputInverse: r[2], projected: r[3], attended: r[4],
          logSumExp: r[5], middle: training ? r[6] : r[0], middleNorm: r[7], middleInverse: r[8],
          gateUp: r[9], activated: r[10]))
    }
    layers = (0..<c.layerCount).map { own[training ? $0 : 0] }
    let b = backward.map { arena.take($0) }
    gradients =
      training
      ? Gradients(residual: b[0], normed: b[1], attended: b[2], projected: b[3], activated: b[4])
      : nil
    let r = common.map { arena.take($0) }
    output = training ? r[0] : own[0].input
    outputNorm = r[1]
    outputInverse = r[2]
    let scratch = (0..<pieces).map { _ in perPiece.map { arena.take($0) } }
    attentionScratch = scratch.map { $0[0] }
    head = Head(
      hidden: r[3], logits: r[4], targets: r[5], scratch: scratch.map { $0[1] }, tileRows: tile)
  }
}
