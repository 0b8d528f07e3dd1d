import Kernels
import Testing

struct `Mapping over a worker pool` {
  struct Failed: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 3])
  func `results stand in order, on any number of threads`(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    #expect(try pool.map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(try pool.map(0) { $0 } == [])
  }

  @Test(arguments: [1, 2, 3])
  func `the failure of the lowest index is thrown`(threads: Int) {
    let pool = WorkerPool(threads: threads)
    #expect(throws: Failed(index: 3)) {
      try pool.map(50) { i in if i >= 3 { throw Failed(index: i) } }
    }
  }
}
