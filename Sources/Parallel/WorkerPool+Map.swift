internal import Synchronization

extension WorkerPool {
  /// Runs `body(i)` for every `i` in `0..<count`, on all threads of the pool.
  ///
  /// `body(i)` must depend only on `i`; then nothing depends on the number of threads.
  /// - Returns: the results in order.
  /// - Throws: the error of the first failing `i`, whatever the number of threads.
  public func map<Value: Sendable, Failure: Error>(
    _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    try map(count) { () throws(Failure) in
    } _: { (_: inout Void, i) throws(Failure) in
      try body(i)
    }
  }

  /// Same, with a scratch value that each thread makes once and reuses.
  ///
  /// Items are handed out in order, and after a failure no later item starts while earlier ones are
  /// still running, so the error thrown is always that of the first failing item.
  /// - Throws: as `map(_:_:)`; an error of `scratch` takes precedence over any item's error.
  public func map<Scratch, Value: Sendable, Failure: Error>(
    _ count: Int, scratch: @Sendable () throws(Failure) -> Scratch,
    _ body: @Sendable (inout Scratch, Int) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    let state = MapState<Value, Failure>(count: count)
    run(parts: min(threads, count)) { _ in
      do throws(Failure) {
        var own = try scratch()
        while let item = state.next() {
          do throws(Failure) {
            state.finish(item, try body(&own, item))
          } catch {
            state.fail(item, error)
          }
        }
      } catch {
        state.fail(-1, error)
      }
    }
    return try state.results()
  }
}

/// Which items are handed out, done and failed.
private final class MapState<Value: Sendable, Failure: Error>: Sendable {
  private struct Fields {
    var next = 0
    var results: [Value?]
    var failure: (item: Int, error: Failure)?
  }

  private let fields: Mutex<Fields>
  private let count: Int

  init(count: Int) {
    self.count = count
    fields = Mutex(Fields(results: Array(repeating: nil, count: count)))
  }

  func next() -> Int? {
    fields.withLock { fields in
      guard fields.next < count, fields.next < fields.failure?.item ?? .max else { return nil }
      defer { fields.next += 1 }
      return fields.next
    }
  }

  func finish(_ item: Int, _ result: Value) { fields.withLock { $0.results[item] = result } }

  func fail(_ item: Int, _ error: Failure) {
    fields.withLock {
      if item < $0.failure?.item ?? .max { $0.failure = (item, error) }
    }
  }

  func results() throws(Failure) -> [Value] {
    let (results, failure) = fields.withLock { ($0.results.compactMap { $0 }, $0.failure) }
    if let failure { throw failure.error }
    return results
  }
}
