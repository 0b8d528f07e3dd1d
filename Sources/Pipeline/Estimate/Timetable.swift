/// Predicts when a run ends: stages start in the order of the plan as soon as their inputs are
/// finished and a thread is free, as in `Schedule`.
///
/// A stage that begins when nothing else can has all threads to its end; one that adapts takes
/// those that others leave. Threads are taken to share work without loss.
package enum Timetable {
  /// A stage with its expected time.
  package struct Entry {
    let name: String
    let from: [String]
    let seconds: Double
    let adapts: Bool

    /// - Parameters:
    ///   - from: the stages it waits for.
    ///   - seconds: on one thread.
    ///   - adapts: whether it takes threads that others leave.
    package init(name: String, from: [String], seconds: Double, adapts: Bool = false) {
      self.name = name
      self.from = from
      self.seconds = seconds
      self.adapts = adapts
    }
  }

  /// A stage at work.
  private struct Active {
    let entry: Entry
    /// In the plan.
    let place: Int
    /// It was given at its start.
    let threads: Int
    /// Seconds on one thread.
    var left: Double
  }

  /// Wall seconds until the last stage ends; stages with unknown inputs never start and add
  /// nothing.
  ///
  /// - Parameter threads: number of stages that run at once.
  package static func wallSeconds(_ stages: [Entry], threads: Int) -> Double {
    let threads = max(1, threads)
    var ended: Set<String> = []
    var running: [Active] = []
    var waiting = Array(stages.enumerated())
    var now = 0.0
    while true {
      let ready = waiting.filter { $0.element.from.allSatisfy(ended.contains) }
      let isAlone = running.isEmpty && ready.count == 1
      for next in ready.prefix(max(0, threads - running.count)) {
        waiting.removeAll { $0.offset == next.offset }
        running.append(
          Active(
            entry: next.element, place: next.offset, threads: isAlone ? threads : 1,
            left: next.element.seconds))
      }
      guard !running.isEmpty else { return now }
      let speeds = speeds(running, threads)
      let times = zip(running, speeds).map { $0.left / $1 }
      // The first to end is taken out whatever rounding leaves of it.
      guard let first = times.indices.min(by: { times[$0] < times[$1] }) else { return now }
      now += times[first]
      for place in running.indices { running[place].left -= times[first] * speeds[place] }
      ended.insert(running.remove(at: first).entry.name)
    }
  }

  /// Threads that each stage has the work of.
  private static func speeds(_ running: [Active], _ threads: Int) -> [Double] {
    let free = max(0, threads - running.count)
    let first = running.map(\.place).min()
    let wanted = running.map { stage in
      stage.entry.adapts ? 1 + (stage.place == first ? free : 0) : stage.threads
    }
    let share = min(1, Double(threads) / Double(wanted.reduce(0, +)))
    return wanted.map { Double($0) * share }
  }
}
