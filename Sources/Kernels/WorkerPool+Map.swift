internal import Synchronization

extension WorkerPool {
  /// `body(i)` for every `i` in `0..<count`, on all threads of the pool.
  ///
  /// `body(i)` must be a function of `i` alone; then nothing depends on the number of threads.
  /// - Returns: the results in order.
  /// - Throws: what the first `i` that failed has thrown, whichever failed first in time.
  public func map<Value: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let outcomes = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
    run(parts: count) { i in
      let outcome = Result { try body(i) }
      outcomes.withLock { $0[i] = outcome }
    }
    return try outcomes.withLock { $0 }.compactMap { try $0?.get() }
  }
}
