import Benchmarks
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
}
