package import Kernels
internal import Parallel

/// How the work on one slice is divided: into pieces (ranges of rows, columns or heads), one
/// operation after another.
///
/// With one piece the caller does all the work, as do the parts of a batch, each with its own
/// slices. With more, all threads meet at each operation: for too few sequences, or for models too
/// large to give every part a slice and a gradient of its own. Pieces are configuration and threads
/// only run them, so no result depends on the number of threads.
struct Division: Sendable {
  let pieces: Int
  private let pool: WorkerPool?

  /// Everything in one piece, on the calling thread.
  static let whole = Division(pieces: 1, pool: nil)

  init(pieces: Int, pool: WorkerPool?) {
    self.pieces = pieces
    self.pool = pool
  }

  /// Runs `body` for every piece and returns when all have ended.
  func run(_ body: @Sendable (Piece) -> Void) {
    if let pool {
      let pieces = pieces
      pool.run(parts: pieces) { body(Piece(index: $0, of: pieces)) }
    } else {
      for index in 0..<pieces { body(Piece(index: index, of: pieces)) }
    }
  }
}

/// One of the pieces of an operation.
package struct Piece: Sendable {
  /// 0 ..< the number of pieces of the operation.
  package let index: Int
  private let count: Int

  /// Piece `index` of `count`.
  package init(index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  /// This piece's share of `0 ..< n`, cut at multiples of `unit`.
  package func share(of n: Int, unit: Int = 1) -> Range<Int> {
    let units = (n + unit - 1) / unit
    return min(n, units * index / count * unit)..<min(n, units * (index + 1) / count * unit)
  }
}

extension Floats {
  /// Rows of a matrix of that width.
  package func rows(_ range: Range<Int>, width: Int) -> Floats {
    self[(range.lowerBound * width)..<(range.upperBound * width)]
  }
}
