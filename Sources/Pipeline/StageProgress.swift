internal import Stages
internal import Synchronization

/// Progress of one stage; written by the stage's thread, read by the board.
package final class StageProgress: ProgressSink {
  /// What a stage last reported.
  package struct Snapshot: Sendable, Equatable {
    var done = 0
    var total: Int?
    var unit = ""
    var note = ""
    /// Units per second over the last seconds; `nil` until it is known.
    package var rate: Double?

    /// Seconds until `total` at this rate.
    package var secondsLeft: Double? {
      guard let rate, rate > 0, let total, total > done else { return nil }
      return Double(total - done) / rate
    }
  }

  private struct State {
    var now = Snapshot()
    /// Time and count, at most one per half second, of the last `window` seconds.
    var samples: [(seconds: Double, done: Int)] = []
  }

  static let window = 15.0
  private let state = Mutex(State())
  private let clock: @Sendable () -> Double

  /// - Parameter clock: seconds that never jump.
  package init(clock: @escaping @Sendable () -> Double) { self.clock = clock }

  /// Keeps the report and the rate over the last 15 seconds; a new unit, or a smaller count, starts
  /// the rate anew.
  package func report(done: Int, of total: Int?, unit: String, note: String) {
    let seconds = clock()
    state.withLock { state in
      if unit != state.now.unit || done < state.now.done { state.samples = [] }
      state.now = Snapshot(done: done, total: total, unit: unit, note: note, rate: state.now.rate)
      if state.samples.last.map({ seconds - $0.seconds >= 0.5 }) ?? true {
        state.samples.append((seconds, done))
        while state.samples.count > 2, state.samples[1].seconds < seconds - Self.window {
          state.samples.removeFirst()
        }
      }
      guard let first = state.samples.first, seconds - first.seconds > 0.2 else {
        state.now.rate = nil
        return
      }
      state.now.rate = Double(done - first.done) / (seconds - first.seconds)
    }
  }

  /// The last report; safe to read from any thread.
  package var snapshot: Snapshot { state.withLock { $0.now } }
}
