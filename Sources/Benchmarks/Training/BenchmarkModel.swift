internal import Files
internal import Models

/// The models that benchmarks measure, by name.
package enum BenchmarkModel: String, CaseIterable, Sendable {
  case tiny, small, base, student

  /// The model and its batch.
  ///
  /// - Parameter changes: `key=value`: a size by its key in `config.json`, or `sequences`,
  ///   `length`. A changed model's name gets an asterisk, so that its figures are not taken for the
  ///   original's.
  /// - Throws: `BenchmarkError.change` or `.size` for a change that means nothing, `ModelError` for
  ///   an impossible shape.
  package func benchmark(changes: [String] = []) throws -> TrainingBenchmark {
    var benchmark: TrainingBenchmark
    switch self {
    case .tiny: benchmark = try .tiny()
    case .small: benchmark = try .small()
    case .base: benchmark = try .base()
    case .student: benchmark = try .student()
    }
    var model = benchmark.configuration.json
    for change in changes {
      let (key, value) = try Self.parsed(change)
      switch key {
      case "sequences": benchmark.sequences = value
      case "length": benchmark.length = value
      default:
        guard model[key]?.intValue != nil else { throw BenchmarkError.size(key) }
        model[key] = JSON(value)
        if key == "hidden_size" || key == "num_attention_heads" { model["head_dim"] = .null }
      }
      benchmark.name = rawValue + "*"
    }
    benchmark.configuration = try TransformerConfiguration(json: .object(model))
    return benchmark
  }

  private static func parsed(_ change: String) throws(BenchmarkError) -> (key: String, value: Int) {
    let halves = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, let value = Int(halves[1]), value > 0 else { throw .change(change) }
    return (String(halves[0]), value)
  }
}
