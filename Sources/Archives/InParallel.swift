internal import Files
internal import Synchronization

/// `work` for each of 0 ..< count on up to `threads` threads; the results in order.
///
/// Each thread makes its own `scratch` once. Items are handed out in order, and after a failure no
/// later item is begun while all earlier ones still run: so the error thrown is always that of the
/// first item that fails, whatever the number of threads.
func inParallel<Scratch, Result: Sendable>(
  _ count: Int, threads: Int, scratch: @Sendable () throws(ArchiveError) -> Scratch,
  _ work: @Sendable (inout Scratch, Int) throws(ArchiveError) -> Result
) throws(ArchiveError) -> [Result] {
  if threads <= 1 || count <= 1 {
    var own = try scratch()
    var results: [Result] = []
    results.reserveCapacity(count)
    for item in 0..<count { results.append(try work(&own, item)) }
    return results
  }
  let state = ParallelState<Result>(count: count)
  JobThread.together(min(threads, count)) {
    do throws(ArchiveError) {
      var own = try scratch()
      while let item = state.next() {
        do throws(ArchiveError) {
          state.finish(item, try work(&own, item))
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

private final class ParallelState<Result: Sendable>: Sendable {
  private struct Fields {
    var next = 0
    var results: [Result?]
    var failure: (item: Int, error: ArchiveError)?
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

  func finish(_ item: Int, _ result: Result) { fields.withLock { $0.results[item] = result } }

  func fail(_ item: Int, _ error: ArchiveError) {
    fields.withLock {
      if item < $0.failure?.item ?? .max { $0.failure = (item, error) }
    }
  }

  func results() throws(ArchiveError) -> [Result] {
    let (results, failure) = fields.withLock { ($0.results.compactMap { $0 }, $0.failure) }
    if let failure { throw failure.error }
    return results
  }
}
