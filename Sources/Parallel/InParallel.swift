/// Runs `body` for each of `0 ..< count` on up to `threads` new threads; returns the results in
/// order.
///
/// For one-off work; for repeated work keep a `WorkerPool`. Throws the same errors as
/// `WorkerPool.map(_:scratch:_:)`.
public func inParallel<Scratch, Value: Sendable, Failure: Error>(
  _ count: Int, threads: Int, scratch: @Sendable () throws(Failure) -> Scratch,
  _ body: @Sendable (inout Scratch, Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
  try WorkerPool(threads: max(1, min(threads, count))).map(count, scratch: scratch, body)
}
