internal import CKernels

/// A few threads that divide work into parts.
///
/// Part `p` must depend only on `p`; then no result depends on the number of threads. While a part
/// runs, denormals are flushed to zero on its thread.
///
/// `@unchecked Sendable`: the handle is set once; `run` is called once at a time.
public final class WorkerPool: @unchecked Sendable {
  /// Number of threads, including the caller of `run`.
  public let threads: Int
  private let pool: OpaquePointer

  /// A pool of `threads` threads, at least one.
  public init(threads: Int) {
    precondition(threads >= 1, "a pool needs a thread")
    guard let pool = ck_pool_create(Int32(clamping: threads)) else {
      ck_end_for_want_of_memory(threads * MemoryLayout<UInt>.stride)
    }
    self.pool = pool
    self.threads = threads
  }

  deinit { ck_pool_destroy(pool) }

  /// Passes the pool to a kernel whose threads cooperate.
  package func runTogether(_ body: (OpaquePointer) -> Void) { body(pool) }

  /// Runs `body(part)` for every part in `0 ..< parts` and returns when all have ended.
  public func run(parts: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var body: @Sendable (Int) -> Void = body
      withUnsafeMutablePointer(to: &body) { context in
        ck_pool_run(
          pool, parts,
          { context, part in
            context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(part)
          }, context)
      }
    }
  }
}

/// Runs `body` with denormals flushed to zero on the calling thread, as in a pool's parts.
public func flushingDenormals<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = ck_flush_denormals()
  defer { ck_restore_denormals(before) }
  return try body()
}
