import Foundation
import Models
import Testing

struct `Training benchmark` {
  @Test func `figures are of one kind`() throws {
    let figures = try TrainingBenchmark.student().run(threads: 1, repetitions: 2)
    #expect(figures.fastestSeconds <= figures.secondsPerStep)
    #expect(figures.secondsPerStep <= figures.slowestSeconds)
    #expect(abs(figures.tokensPerSecond * figures.secondsPerStep - 1920) < 1e-6)
    #expect(figures.gigaflops > 0 && figures.productGigaflops > 0)
  }

  /// Not a test: prints what this machine reaches.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["RETORT_MEASURE"] != nil))
  func `measure`() throws {
    for (benchmark, threads) in try [
      (TrainingBenchmark.tiny(), 2), (.small(), 2), (.student(), 1), (.tiny(), 1), (.small(), 1),
    ] {
      let f = try benchmark.run(threads: threads, repetitions: 15)
      print(
        "\(benchmark.name) \(threads) threads: \(Int(f.tokensPerSecond)) tokens/s,",
        "\(Int(f.gigaflops)) of \(Int(f.productGigaflops)) GFLOP/s,",
        "\(f.secondsPerStep * 1000) ms (\(f.fastestSeconds * 1000)…\(f.slowestSeconds * 1000))",
        f.coreName, f.instructionSet)
    }
  }
}
