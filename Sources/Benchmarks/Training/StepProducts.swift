internal import Kernels
internal import Models
internal import Parallel

/// The matrix products of a training step alone: same shapes, engine and weights, one slice on each
/// part at the same time, and nothing in between.
///
/// The rate a step could reach if all other work took no time: the yardstick for its own rate.
struct StepProducts: Sendable {
  private let configuration: TransformerConfiguration
  private let layout: ParameterLayout
  private let engine: MatrixEngine
  private let pool: WorkerPool
  private let parts: Int
  /// Number of parts that share each product; 1 where every part has its own.
  private let sharing: Int
  /// Rows per slice.
  private let rows: Int
  private let tileRows: Int
  private let weights: Floats
  private let gradients: [Floats]
  /// Activation operands, for each part; their values do not matter.
  private let left, right: [Floats]

  /// The products of steps of `pass` on batches of `sequences` times `length` rows; they overwrite
  /// its gradient.
  init(
    of pass: TrainingPass, _ parameters: Parameters, sequences: Int, length: Int, threads: Int
  ) {
    let c = pass.configuration
    configuration = c
    layout = parameters.layout
    engine = pass.engine
    parts = pass.parts
    pool = WorkerPool(threads: threads)
    let isShared = parts > 1 && (pass.sharesGradient || sequences < parts)
    let slice = isShared ? TrainingPass.sliceRows * parts : TrainingPass.sliceRows
    let mine = isShared ? sequences * length : (sequences + parts - 1) / parts * length
    let rows = max(length, min(mine, slice))
    sharing = isShared ? parts : 1
    self.rows = rows
    weights = parameters.values
    gradients =
      [pass.gradients]
      + (isShared ? 1..<1 : 1..<pass.parts).map { _ in Floats(zeros: parameters.layout.count) }
    let tile = Workspace.tileRows(capacity: rows, vocabulary: c.vocabularySize)
    tileRows = tile
    let widest = [
      rows * c.attention.projectedWidth, rows * 2 * c.intermediateSize, rows * c.hiddenSize,
      tile * c.vocabularySize,
    ].reduce(0, max)
    left = (0..<parts).map { _ in Floats(zeros: widest) }
    right = (0..<parts).map { _ in Floats(zeros: widest) }
  }

  /// GFLOP/s of one slice's products.
  func measure() -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    pool.run(parts: parts) { part in
      for layer in layout.layers { run(layer, part) }
      for start in stride(from: 0, to: rows, by: tileRows) {
        runHead(min(tileRows, rows - start), part)
      }
    }
    let seconds = (clock.now - start) / .seconds(1)
    let slices = sharing == 1 ? parts : 1
    return 6 * Double(configuration.productWeightCount) * Double(rows * slices) / seconds / 1e9
  }

  private func run(_ w: ParameterLayout.Layer, _ part: Int) {
    let C = configuration.hiddenSize
    let F = configuration.intermediateSize
    let shape = configuration.attention
    let matrices = [
      (w.projections, shape.projectedWidth, C), (w.output, C, shape.outputWidth),
      (w.gateUp, 2 * F, C), (w.down, C, F),
    ]
    for (range, N, K) in matrices { product(range, N, K, rows: rows, part) }
  }

  private func runHead(_ tile: Int, _ part: Int) {
    product(
      layout.readout, configuration.vocabularySize, configuration.hiddenSize, rows: tile, part)
  }

  /// Forward, gradient of the input and gradient of the weight of y = x W', W `(N, K)`.
  private func product(_ range: Range<Int>, _ N: Int, _ K: Int, rows T: Int, _ part: Int) {
    let piece = Piece(index: sharing == 1 ? 0 : part, of: sharing)
    let own = piece.share(of: T)
    let weight = weights[range]
    engine.product(
      c: left[part], a: right[part], b: weight, .transposed, m: own.count, n: N, k: K)
    engine.product(c: right[part], a: left[part], b: weight, m: own.count, n: K, k: N)
    let share = piece.share(of: N, unit: 16)
    engine.product(
      c: gradients[sharing == 1 ? part : 0][range].rows(share, width: K), a: left[part],
      .transposed, b: right[part], m: share.count, n: K, k: T, aStride: N)
  }
}
