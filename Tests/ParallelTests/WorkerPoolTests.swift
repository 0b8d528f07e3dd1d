import Kernels
import Parallel
import Synchronization
import Testing

struct `Worker pool` {
  @Test(arguments: [1, 2, 3, 7])
  func `every part runs once, whatever the number of threads`(threads: Int) {
    let pool = WorkerPool(threads: threads)
    for parts in [0, 1, 2, 5, 100] {
      let counts = Mutex([Int](repeating: 0, count: parts))
      for _ in 0..<50 { pool.run(parts: parts) { part in counts.withLock { $0[part] += 1 } } }
      #expect(counts.withLock { $0 } == [Int](repeating: 50, count: parts))
    }
  }

  /// Long pauses put the workers to sleep; they must wake again.
  @Test func `workers that slept wake`() async throws {
    let pool = WorkerPool(threads: 2)
    let total = Mutex(0)
    for _ in 0..<5 {
      try await Task.sleep(for: .milliseconds(20))
      pool.run(parts: 4) { part in total.withLock { $0 += part } }
    }
    #expect(total.withLock { $0 } == 30)
  }

  @Test(arguments: [1, 2, 3])
  func `results do not depend on the number of threads`(threads: Int) {
    func results(_ threads: Int) -> [[Float]] {
      let parts = (0..<5).map { part in
        Floats((0..<100).map { i in Float((i * 37 + part * 11) % 101) / 101 - 0.5 })
      }
      WorkerPool(threads: threads).run(parts: 5) { part in
        matrixProduct(
          c: parts[part][0..<25], a: parts[part][25..<50], b: parts[part][50..<75], m: 5, n: 5,
          k: 5)
      }
      return parts.map(\.array)
    }
    #expect(results(threads) == results(1))
  }

  /// Denormals are zero inside a part, on every thread, and as before outside.
  @Test(arguments: [1, 3])
  func `parts flush denormals`(threads: Int) {
    let inputs = Floats([Float](repeating: .leastNormalMagnitude, count: 64))
    let flushed = Mutex(true)
    WorkerPool(threads: threads).run(parts: 8) { part in
      let value = inputs[part] / 2
      if value != 0 { flushed.withLock { $0 = false } }
    }
    #expect(flushed.withLock { $0 })
    #expect(flushingDenormals { inputs[0] / 2 } == 0)
    #expect(inputs[0] / 2 != 0)
  }
}
