/// Receives the rows of a teacher's pass slice by slice and keeps what it needs.
///
/// Slices of one batch come from several threads at once, each with its own rows.
public protocol RowCapture: Sendable {
  /// Takes one slice of a batch; called from any thread, in any order of slices.
  ///
  /// - Parameter rows: its memory is the pass's own, and valid during the call alone.
  func take(_ rows: CapturedRows)
}

/// Rows of a batch just computed by a teacher, with the readout that makes distributions of them.
public struct CapturedRows: Sendable {
  /// Which rows of the batch.
  public let rows: Range<Int>
  /// `(rows, width)`: the states after the last norm.
  public let states: Floats
  /// Numbers of a state: the teacher's hidden size.
  public let width: Int
  /// The readout `(V, width)`: times a state it gives a row of logits.
  public let readout: Floats
  /// V, the teacher's.
  public let vocabulary: Int
  /// The pass's: with another, logits made of the states differ in low bits.
  public let engine: MatrixEngine
  /// Next token of every row.
  public let nextTokens: ArraySlice<Int32>
  /// Weight of every row; 0 where the next token is no target.
  public let weights: ArraySlice<Float>
  /// Rows with a target: index within `rows`, row of the batch, next token.
  public let targetRows, targetBatchRows, targetTokens: [Int32]
  /// Weights of the rows with a target, in the order of `targetRows`; none is 0.
  public let targetWeights: [Float]
  /// Scratch `(tileRows, V)`, free while `forEachTile` is not running.
  public let tile: Floats
  /// Rows of logits that `tile` has room for: the most that `forEachTile` gives at once.
  public let tileRows: Int
  /// Scratch of at least V floats.
  public let scratch: Floats
  private let tiles: @Sendable (_ body: (Int, Int, Floats) -> Void) -> Void

  /// A piece of a forward pass over `rows`; the properties say what each argument is.
  public init(
    rows: Range<Int>, states: Floats, width: Int, readout: Floats, vocabulary: Int,
    engine: MatrixEngine, nextTokens: ArraySlice<Int32>, weights: ArraySlice<Float>,
    targetRows: [Int32], targetBatchRows: [Int32], targetTokens: [Int32],
    targetWeights: [Float], tile: Floats, tileRows: Int, scratch: Floats,
    tiles: @escaping @Sendable (_ body: (Int, Int, Floats) -> Void) -> Void
  ) {
    self.rows = rows
    self.states = states
    self.width = width
    self.readout = readout
    self.vocabulary = vocabulary
    self.engine = engine
    self.nextTokens = nextTokens
    self.weights = weights
    self.targetRows = targetRows
    self.targetBatchRows = targetBatchRows
    self.targetTokens = targetTokens
    self.targetWeights = targetWeights
    self.tile = tile
    self.tileRows = tileRows
    self.scratch = scratch
    self.tiles = tiles
  }

  /// Calls `body` with the logits of all rows, tile by tile.
  ///
  /// - Parameter body: gets the first row of the tile among `rows`, their number, and `(count, V)`.
  public func forEachTile(_ body: (_ first: Int, _ count: Int, _ logits: Floats) -> Void) {
    tiles(body)
  }
}
