internal import Files
internal import Generation
internal import Records
internal import Tasks

/// Speed of each family: posing, working, rendering, parsing back and verifying problems. Records
/// as JSON text, out and in, are counted apart.
package struct FamilyBenchmarks {
  private let threads: Int
  private let repetitions: Int

  /// - Parameter repetitions: at most 5 are made.
  package init(threads: Int, repetitions: Int) {
    self.threads = threads
    self.repetitions = repetitions
  }

  /// One result per family: verified records a second at level 5.
  package func run() throws -> [BenchmarkResult] {
    try Tasks.Families.all.sorted { $0.name < $1.name }.map { family in
      let level = 5
      // A family that searches for its problems makes hundreds per second, not tens of thousands.
      let count = family is any WalkFamily ? 4000 : 100
      let plan = try GenerationPlan(
        cells: [.init(family: family.name, level: level)], count: count, split: nil, seed: 1)
      var records: [Record] = []
      let spread = try Spread(repetitions: min(repetitions, 5)) {
        records = []
        _ = try Generator(plan).run(threads: threads) { block, _ in records += block }
      }
      var lines: [[UInt8]] = []
      let writing = Spread(repetitions: min(repetitions, 5)) { lines = records.map(\.line) }
      let reading = try Spread(repetitions: min(repetitions, 5)) {
        for line in lines { _ = try Record(line: line) }
      }
      let bytes = lines.reduce(0) { $0 + $1.count }
      return BenchmarkResult(
        bench: "families", config: family.name,
        figures: [
          "level": JSON(level), "records_per_s": JSON(Double(count) / spread.median),
          "mb_per_s": JSON(Double(bytes) / spread.median / 1e6),
          "json_out_per_s": JSON(Double(count) / writing.median),
          "json_in_per_s": JSON(Double(count) / reading.median),
          "ms_best": JSON(spread.best * 1000), "ms_worst": JSON(spread.worst * 1000),
        ])
    }
  }
}
