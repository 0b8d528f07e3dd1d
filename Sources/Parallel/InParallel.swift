/// `body` for each of `0 ..< count` on up to `threads` threads of its own; the results in order.
///
/// For work that is done once: what is done again and again keeps a `WorkerPool`. The errors are
/// those of `WorkerPool.map(_:scratch:_:)`.
public func inParallel<Scratch, Value: Sendable, Failure: Error>(
  _ count: Int, threads: Int, scratch: @Sendable () throws(Failure) -> Scratch,
  _ body: @Sendable (inout Scratch, Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
  try WorkerPool(threads: max(1, min(threads, count))).map(count, scratch: scratch, body)
}
