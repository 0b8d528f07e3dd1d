import Kernels

/// Memory of one part: the activations of one slice, allocated once.
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
    /// For the backward of normed heads: `projected` before its norms.
    let unnormed: Floats
    /// For the backward of normed branches: what each branch's norm read, 1 / root-mean-square.
    let attentionBranch, attentionInverse, feedForwardBranch, feedForwardInverse: Floats
  }

  /// Gradients of one slice.
  struct Gradients: Sendable {
    let residual, normed, attended, projected, activated: Floats
    /// Gradient of a branch before its norm `(T, C)`; that of the residual stream where branches
    /// are not normed.
    let branch: Floats
  }

  /// One tile of the readout: rows with a target.
  struct Head: Sendable {
    let hidden, logits, targets: Floats
    /// Scratch for each piece.
    let scratch: [Floats]
    let tileRows: Int
  }

  let configuration: TransformerConfiguration
  let engine: MatrixEngine
  /// Prepacked weights, if there are any.
  let packed: PackedParameters?
  /// One table per layer.
  let rotary: [RotaryTable?]
  /// Capacity in rows.
  let capacity: Int
  let layers: [Layer]
  /// The residual stream after the last layer, its norm, 1 / root-mean-square.
  let output, outputNorm, outputInverse: Floats
  /// Scratch for each piece of work.
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

  /// Least number of rows of a teacher's hidden states rebuilt into logits at once.
  fileprivate static let rebuiltRows = 64

  /// - Parameters:
  ///   - pieces: number of pieces working on the slice at the same time.
  ///   - targetWidth: width of a teacher's hidden states, if targets are rebuilt from them.
  ///   - packed: the packed parameters of every pass.
  init(
    _ c: TransformerConfiguration, engine: MatrixEngine, rotary: [RotaryTable?], capacity T: Int,
    training: Bool, pieces: Int = 1, targetWidth: Int = 0, packed: PackedParameters? = nil
  ) {
    configuration = c
    self.engine = engine
    self.packed = packed
    self.rotary = rotary
    capacity = T
    let layouts = Layouts(c, capacity: T, training: training, targetWidth: targetWidth)
    let (layer, backward) = (layouts.layer, layouts.backward)
    let (common, piece) = (layouts.common, layouts.piece)
    let (kept, tile, branchRows) = (layouts.kept, layouts.tile, layouts.branchRows)
    let arena = Arena(capacity: layouts.count(pieces: pieces))

    let own = (0..<kept).map { _ in
      let x = layer.take(from: arena)
      return Layer(
        input: x[.input], inputNorm: x[.inputNorm], inputInverse: x[.inputInverse],
        projected: x[.projected], attended: x[.attended], logSumExp: x[.logSumExp],
        middle: x[training ? .middle : .input], middleNorm: x[.middleNorm],
        middleInverse: x[.middleInverse], gateUp: x[.gateUp], activated: x[.activated],
        unnormed: x[.unnormed], attentionBranch: x[.attentionBranch],
        attentionInverse: x[.attentionInverse], feedForwardBranch: x[.feedForwardBranch],
        feedForwardInverse: x[.feedForwardInverse])
    }
    layers = (0..<c.layerCount).map { own[training ? $0 : 0] }
    let d = backward.take(from: arena)
    gradients =
      training
      ? Gradients(
        residual: d[.residual], normed: d[.normed], attended: d[.attended],
        projected: d[.projected], activated: d[.activated],
        branch: d[branchRows > 0 ? .branch : .residual]) : nil
    let y = common.take(from: arena)
    output = training ? y[.output] : own[0].input
    outputNorm = y[.outputNorm]
    outputInverse = y[.outputInverse]
    let scratch = (0..<pieces).map { _ in piece.take(from: arena) }
    attentionScratch = scratch.map { $0[.attentionScratch] }
    head = Head(
      hidden: y[.hidden], logits: y[.logits], targets: y[.targets],
      scratch: scratch.map { $0[.lossScratch] }, tileRows: tile)
  }
}

extension Workspace {
  /// Floats that a workspace of these arguments takes.
  static func floatCount(
    _ c: TransformerConfiguration, capacity: Int, training: Bool, pieces: Int = 1,
    targetWidth: Int = 0
  ) -> Int {
    Layouts(c, capacity: capacity, training: training, targetWidth: targetWidth)
      .count(pieces: pieces)
  }

  /// Contents of a workspace, by name; shapes and meanings are given with the structures above.
  fileprivate enum Activation {
    case input, inputNorm, inputInverse, projected, attended, logSumExp
    case middle, middleNorm, middleInverse, gateUp, activated
    case unnormed, attentionBranch, attentionInverse, feedForwardBranch, feedForwardInverse
    case residual, normed, branch
    case output, outputNorm, outputInverse, hidden, logits, targets
    case attentionScratch, lossScratch
  }

  /// The buffers of a workspace, and how many floats they are.
  fileprivate struct Layouts {
    let layer, backward, common, piece: Layout
    /// Layers with memory of their own, rows of a tile of logits, and rows of normed branches.
    let kept, tile, branchRows: Int

    init(_ c: TransformerConfiguration, capacity T: Int, training: Bool, targetWidth: Int) {
      let C = c.hiddenSize
      let F = c.intermediateSize
      let V = c.vocabularySize
      let shape = c.attention
      tile = Workspace.tileRows(capacity: T, vocabulary: V)
      // Inference uses one layer's memory for all layers, and one buffer for the residual stream.
      kept = training ? c.layerCount : 1
      let normsHeads = c.features.normsHeads || c.features.normsRows
      let headRows = training && normsHeads ? T : 0
      branchRows = training && c.features.normsBranches ? T : 0
      layer = Layout([
        .input: (T, C), .inputNorm: (T, C), .inputInverse: (T, 1),
        .projected: (T, shape.projectedWidth), .attended: (T, shape.outputWidth),
        .logSumExp: (T, shape.heads), .middle: (T, C), .middleNorm: (T, C), .middleInverse: (T, 1),
        .gateUp: (T, c.gateUpWidth), .activated: (T, F),
        .unnormed: (headRows, shape.projectedWidth),
        .attentionBranch: (branchRows, C), .attentionInverse: (branchRows, 1),
        .feedForwardBranch: (branchRows, C), .feedForwardInverse: (branchRows, 1),
      ])
      backward = Layout(
        training
          ? [
            .residual: (T, C), .normed: (T, C), .attended: (T, shape.outputWidth),
            .projected: (T, shape.projectedWidth), .activated: (T, F), .branch: (branchRows, C),
          ] : [:])
      common = Layout([
        .output: (T, C), .outputNorm: (T, C), .outputInverse: (T, 1), .hidden: (tile, C),
        .logits: (tile, V), .targets: (training ? tile : 0, V),
      ])
      piece = Layout([
        .attentionScratch: (
          1,
          max(
            shape.scratch(tokens: T), Workspace.rebuiltRows * targetWidth,
            // Norms of heads: a row of queries and the inverses of its heads.
            headRows > 0 ? shape.outputWidth + shape.heads : 0)
        ),
        .lossScratch: (training ? 3 : 1, V),
      ])
    }

    func count(pieces: Int) -> Int {
      kept * layer.count + backward.count + common.count + pieces * piece.count
    }
  }

  /// Names and shapes (rows, columns) of buffers taken from an arena together.
  fileprivate struct Layout {
    private let shapes: KeyValuePairs<Activation, (rows: Int, columns: Int)>

    init(_ shapes: KeyValuePairs<Activation, (rows: Int, columns: Int)>) { self.shapes = shapes }

    /// Total number of floats.
    var count: Int {
      shapes.reduce(0) { $0 + Arena.rounded($1.value.rows * $1.value.columns) }
    }

    /// Takes these buffers from the arena.
    func take(from arena: Arena) -> Taken {
      Taken(
        places: Dictionary(
          uniqueKeysWithValues: shapes.map {
            ($0.key, arena.take($0.value.rows * $0.value.columns))
          }))
    }
  }

  /// Buffers by name.
  fileprivate struct Taken {
    let places: [Activation: Floats]

    subscript(name: Activation) -> Floats {
      guard let found = places[name] else { preconditionFailure("no memory for \(name)") }
      return found
    }
  }
}
