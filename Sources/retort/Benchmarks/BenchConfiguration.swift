internal import ArgumentParser
internal import Benchmarks
internal import Files
internal import Models

/// The benchmarks' models, and changes to them.
enum BenchConfiguration {
  enum Name: String, CaseIterable, ExpressibleByArgument { case tiny, small, base, student }

  /// - Parameter changes: `key=value`, keys of `config.json` or `sequences`, `length`.
  /// - Throws: `Failure` (usage) for a malformed change, `ModelError` for an impossible shape.
  static func benchmark(_ name: Name, changes: [String] = []) throws -> TrainingBenchmark {
    var benchmark: TrainingBenchmark
    switch name {
    case .tiny: benchmark = try .tiny()
    case .small: benchmark = try .small()
    case .base: benchmark = try .base()
    case .student: benchmark = try .student()
    }
    var model = benchmark.configuration.json
    for change in changes {
      let (key, value) = try parsed(change)
      switch key {
      case "sequences": benchmark.sequences = value
      case "length": benchmark.length = value
      default:
        guard model[key]?.intValue != nil else {
          throw Failure.usage(
            "--set \(key): expected sequences, length or a size of config.json such as "
              + "num_hidden_layers")
        }
        model[key] = JSON(value)
        if key == "hidden_size" || key == "num_attention_heads" { model["head_dim"] = .null }
      }
      benchmark.name = name.rawValue + "*"
    }
    benchmark.configuration = try TransformerConfiguration(json: .object(model))
    return benchmark
  }

  private static func parsed(_ change: String) throws -> (key: String, value: Int) {
    let halves = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, let value = Int(halves[1]), value > 0 else {
      throw Failure.usage("--set \(change): expected key=value with a positive integer")
    }
    return (String(halves[0]), value)
  }
}
