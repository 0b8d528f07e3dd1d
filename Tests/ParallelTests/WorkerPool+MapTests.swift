import Kernels
import Parallel
import Synchronization
import Testing

struct `Mapping over a worker pool` {
  struct Failed: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 3])
  func `results stand in order, on any number of threads`(threads: Int) {
    let pool = WorkerPool(threads: threads)
    #expect(pool.map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(pool.map(0) { $0 } == [])
  }

  @Test(arguments: [1, 2, 3])
  func `the failure of the lowest index is thrown`(threads: Int) {
    let pool = WorkerPool(threads: threads)
    #expect(throws: Failed(index: 3)) {
      try pool.map(50) { i in if i >= 3 { throw Failed(index: i) } }
    }
  }
}

struct `Mapping in parallel` {
  struct Failed: Error, Equatable { let index: Int }

  /// A scratch is made once by each thread that takes part, and never shared.
  @Test(arguments: [1, 2, 3])
  func `each thread has one scratch of its own`(threads: Int) throws {
    let made = Mutex(0)
    let results = try inParallel(200, threads: threads) { () throws(Failed) -> Int in
      made.withLock { $0 += 1 }
      return 0
    } _: { (count: inout Int, item) throws(Failed) -> Int in
      count += 1
      return count + 1000 * item
    }
    #expect(made.withLock { (1...threads).contains($0) })
    #expect(results.map { $0 / 1000 } == Array(0..<200))
    // Counts of each scratch rise by one from item to item: their sum over all is the number of
    // items.
    #expect(results.allSatisfy { (1...200).contains($0 % 1000) })
  }

  @Test(arguments: [1, 2, 3])
  func `what a scratch throws goes before the items' errors`(threads: Int) {
    #expect(throws: Failed(index: -1)) {
      _ = try inParallel(10, threads: threads) { () throws(Failed) -> Int in
        throw Failed(index: -1)
      } _: { (_, item) throws(Failed) -> Int in
        throw Failed(index: item)
      }
    }
  }
}
