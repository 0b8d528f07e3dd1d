import Pipeline
import Testing

struct `A timetable` {
  private func wall(_ threads: Int, _ stages: [(String, [String], Double)]) -> Double {
    Timetable.wallSeconds(
      stages.map { Timetable.Entry(name: $0.0, from: $0.1, seconds: $0.2) }, threads: threads)
  }

  @Test func `of one thread is the sum`() {
    #expect(wall(1, [("a", [], 1), ("b", ["a"], 2), ("c", [], 4)]) == 7)
    #expect(wall(1, []) == 0)
  }

  /// Nothing else can run: each has all threads.
  @Test func `gives all threads to a stage that begins alone`() {
    let chain = [("a", [], 1.0), ("b", ["a"], 2), ("c", ["b"], 4)]
    #expect(wall(2, chain) == 3.5)
    // It keeps them beside another, and threads that are not there are shared.
    let stages = [("a", [String](), 2.0), ("b", ["a"], 6), ("c", ["a"], 6)]
    #expect(wall(2, stages) == 1 + 6)
  }

  /// a has both threads until b begins beside it, and again when b has ended.
  @Test func `gives what others leave to a stage that adapts`() {
    let stages = [
      Timetable.Entry(name: "a", from: [], seconds: 10, adapts: true),
      Timetable.Entry(name: "b", from: [], seconds: 2),
    ]
    #expect(Timetable.wallSeconds(stages, threads: 2) == 2 + 4)
    // One that does not adapt goes on with one.
    #expect(wall(2, [("a", [], 10), ("b", [], 2)]) == 10)
  }

  /// a and b begin; c waits for both threads' first to end: 2, then 3 more beside b's 4.
  @Test func `starts a stage when a thread is free, in the order of the plan`() {
    let stages = [("a", [String](), 2.0), ("b", [], 4), ("c", [], 3), ("d", ["a"], 1)]
    #expect(wall(2, stages) == 5)
    #expect(wall(4, stages) == 4)
  }

  /// A stage whose inputs are nowhere would wait for ever.
  @Test func `leaves out what can never start`() {
    #expect(wall(1, [("a", [], 1), ("b", ["nothing"], 5)]) == 1)
  }
}
