import Benchmarks
import Models
import Testing

struct `The models of benchmarks` {
  /// Figures of other programs were measured at these sizes.
  @Test func `have the sizes that figures are known for`() throws {
    let sizes = try BenchmarkModel.allCases.map { model in
      let benchmark = try model.benchmark()
      #expect(benchmark.name == model.rawValue)
      let layout = ParameterLayout(benchmark.configuration)
      return (layout.count, benchmark.sequences, benchmark.length)
    }
    #expect(sizes.map(\.0) == [918_656, 6_163_712, 134_515_008, 123_712])
    #expect(sizes.map { $0.1 * $0.2 } == [4096, 2048, 256, 1920])
  }

  /// Figures of a changed model must not be taken for the original's.
  @Test func `are marked when they are changed`() throws {
    let benchmark = try BenchmarkModel.tiny.benchmark(
      changes: ["num_hidden_layers=8", "hidden_size=64", "sequences=4", "length=32"])
    #expect(benchmark.name == "tiny*")
    #expect(benchmark.configuration.layerCount == 8 && benchmark.configuration.hiddenSize == 64)
    #expect(benchmark.configuration.headWidth == 16)
    #expect(benchmark.sequences == 4 && benchmark.length == 32)
  }

  @Test(arguments: [
    ("layers=8", BenchmarkError.size("layers")), ("length", .change("length")),
    ("length=", .change("length=")), ("length=0", .change("length=0")),
    ("length=-3", .change("length=-3")), ("=4", .size("")), ("model_type=3", .size("model_type")),
  ])
  func `refuse changes that mean nothing`(change: String, expected: BenchmarkError) {
    let error = #expect(throws: BenchmarkError.self) {
      try BenchmarkModel.tiny.benchmark(changes: [change])
    }
    #expect(error == expected && error?.isUsage == true)
  }

  @Test func `refuse impossible shapes`() {
    #expect(throws: ModelError.self) {
      try BenchmarkModel.tiny.benchmark(changes: ["num_attention_heads=5"])
    }
  }
}
