internal import Kernels
internal import Parallel

/// The machine's rate of matrix products: square ones, one on each thread at the same time.
///
/// The yardstick beside every benchmark, measured in the same run: machines are noisy.
public struct ProductRate: Sendable {
  private static let size = 512
  private let threads: Int
  private let pool: WorkerPool
  private let matrices: [Floats]

  /// - Parameter threads: that multiply at the same time.
  public init(threads: Int) {
    self.threads = threads
    pool = WorkerPool(threads: threads)
    matrices = (0..<(3 * threads)).map { _ in
      Floats([Float](repeating: 0.5, count: Self.size * Self.size))
    }
  }

  /// GFLOP/s of one round of products.
  public func measure() -> Double {
    let n = Self.size
    let matrices = matrices
    let rounds = 4
    let clock = ContinuousClock()
    let start = clock.now
    pool.run(parts: threads) { part in
      for _ in 0..<rounds {
        matrixProduct(
          c: matrices[3 * part], a: matrices[3 * part + 1], b: matrices[3 * part + 2],
          .transposed, m: n, n: n, k: n)
      }
    }
    let seconds = (clock.now - start) / .seconds(1)
    return 2 * Double(n * n * n) * Double(rounds * threads) / seconds / 1e9
  }
}
