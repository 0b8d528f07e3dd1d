/// Predicts when a run ends: stages start in the order of the plan as soon as their inputs are
/// finished and a thread is free, as in `Schedule`.
package enum Timetable {
  /// A stage with its expected time.
  package struct Entry {
    let name: String
    let from: [String]
    let seconds: Double

    /// A stage, the stages it waits for, and its seconds.
    package init(name: String, from: [String], seconds: Double) {
      self.name = name
      self.from = from
      self.seconds = seconds
    }
  }

  /// Wall seconds until the last stage ends; stages with unknown inputs never start and add
  /// nothing.
  ///
  /// - Parameter threads: number of stages that run at once.
  package static func wallSeconds(_ stages: [Entry], threads: Int) -> Double {
    var ends: [String: Double] = [:]
    var running: [(name: String, end: Double)] = []
    var waiting = stages
    var now = 0.0
    while true {
      while running.count < max(1, threads),
        let place = waiting.firstIndex(where: { $0.from.allSatisfy { ends[$0] != nil } })
      {
        let stage = waiting.remove(at: place)
        running.append((stage.name, now + stage.seconds))
      }
      guard let next = running.indices.min(by: { running[$0].end < running[$1].end }) else {
        return now
      }
      let ended = running.remove(at: next)
      now = ended.end
      ends[ended.name] = now
    }
  }
}
