internal import Dispatch
internal import Files
internal import Synchronization

/// Threads that each do one job; who started them waits for the outcomes.
final class Workers: Sendable {
  /// Deep recursion over data fits; memory is taken only as far as it is used.
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

  /// The jobs that have ended since the last call; waits up to `seconds` for one.
  func take(within seconds: Double) -> [(name: String, outcome: StageJob.Outcome)] {
    _ = signal.wait(timeout: .now() + seconds)
    return ended.withLock { list in
      defer { list = [] }
      return list
    }
  }
}
