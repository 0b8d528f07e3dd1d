internal import Dispatch
internal import Files
internal import Synchronization

/// Threads that each run one job; their starter waits for the outcomes.
final class Workers: Sendable {
  /// Enough for deep recursion over data; memory is only used as it is touched.
  static let stackBytes = 64 << 20

  private let ended = Mutex<[(name: String, outcome: StageJob.Outcome)]>([])
  private let signal = DispatchSemaphore(value: 0)

  func start(_ name: String, _ job: StageJob) {
    do throws(FileError) {
      try JobThread.start(stackBytes: Self.stackBytes) { [self] in
        end(name, job.run())
      }
    } catch {
      end(name, .failed(error))
    }
  }

  private func end(_ name: String, _ outcome: StageJob.Outcome) {
    ended.withLock { $0.append((name, outcome)) }
    signal.signal()
  }

  /// Jobs that have ended since the last call; waits up to `seconds` for one.
  func take(within seconds: Double) -> [(name: String, outcome: StageJob.Outcome)] {
    _ = signal.wait(timeout: .now() + seconds)
    return ended.withLock { list in
      defer { list = [] }
      return list
    }
  }
}
