internal import ArgumentParser
internal import Benchmarks
internal import Files
internal import Kernels
internal import Models
internal import Teaching

/// `retort bench`: one command per subject.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures speed and memory on this machine, one subject at a time.",
    discussion: """
      Figures are medians over the repetitions, with the best and the worst beside them. Machines \
      are noisy: compare a rate with the sgemm rate of the same line (plain matrix products, \
      measured in between), and compare two builds by running them in turns.

      Examples:
        retort bench train --config small --json
        retort bench generate --model MODEL.gguf --precision stored
        retort bench sets --samples 1000000
        retort bench help label
      """,
    subcommands: [
      TrainSubject.self, DistilSubject.self, LabelSubject.self, GenerateSubject.self,
      KernelsSubject.self, ShardsSubject.self, SetsSubject.self, TokenizerSubject.self,
      FamiliesSubject.self, GeometrySubject.self,
    ])
}

extension Bench {
  /// How results are printed.
  struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object per measurement.") var json = false

    func write(_ results: [BenchmarkResult], threads: Int) {
      var output = StandardOutput()
      for result in results {
        if json {
          output.write(json: result.json(threads: threads))
        } else {
          output.write(line: result.text)
        }
      }
    }
  }

  struct ThreadOptions: ParsableArguments {
    @Option(
      parsing: .unconditional, help: "Number of threads.", transform: WholeNumber.atLeast(1))
    var threads = 2
  }

  struct RepetitionOptions: ParsableArguments {
    @Option(
      parsing: .unconditional, help: "Number of repetitions; the median counts.",
      transform: WholeNumber.atLeast(1))
    var repetitions = 7
  }

  /// The model that is measured.
  struct ModelOptions: ParsableArguments {
    @Option(
      help: """
        Model and batch: tiny (0.9 M parameters), small (6 M), base (135 M) or student (that of \
        the quickstart).
        """)
    var config = BenchmarkModel.tiny
    @Option(
      help: ArgumentHelp(
        "Change a size of the model, by its key in config.json, or sequences or length of the batch. "
          + "Repeatable.",
        valueName: "key=value"))
    var set: [String] = []

    func benchmark() throws -> TrainingBenchmark {
      do {
        return try config.benchmark(changes: set)
      } catch let error as BenchmarkError {
        throw Failure.usage("--set \(error)")
      }
    }

    /// The benchmark; with the shape of a model of the user's in place of its own, where there is
    /// one.
    func benchmark(of path: String?) throws -> (TrainingBenchmark, ModelFile?) {
      guard let path else { return (try benchmark(), nil) }
      guard set.allSatisfy({ $0.hasPrefix("sequences=") || $0.hasPrefix("length=") }) else {
        throw Failure.usage("--model has its own sizes: --set takes only sequences and length")
      }
      var measured = try benchmark()
      let file = try Model.open(path, strict: false)
      measured.configuration = file.configuration
      measured.name = Paths.last(of: path)
      return (measured, file)
    }
  }

  /// How matrix products are made.
  struct EngineOptions: ParsableArguments {
    @Option(help: "Backend of the matrix products: openblas, native (ours) or auto (the faster).")
    var backend = BackendArgument.openblas
    @Option(help: "Precision of their operands: float32 or bfloat16 (native only).")
    var precision = OperandArgument.float32

    func engine(for work: BackendTable.Work) throws -> MatrixEngine {
      let (backend, precision) = (backend.backend, precision.precision)
      return try MatrixEngine(
        backend: BackendTable.resolved(backend, precision, for: work), precision: precision)
    }
  }
}

/// A matrix-product backend, as named on the command line.
enum BackendArgument: String, CaseIterable, ExpressibleByArgument {
  case openblas, native, auto

  var backend: MatrixEngine.Backend {
    switch self {
    case .openblas: .openblas
    case .native: .native
    case .auto: .auto
    }
  }
}

/// Precision of a product's operands, as named on the command line.
enum OperandArgument: String, CaseIterable, ExpressibleByArgument {
  case float32, bfloat16

  var precision: MatrixEngine.Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}

extension BenchmarkModel: ExpressibleByArgument {}
extension LabelCompression: ExpressibleByArgument {}
extension DistilBenchmark.Targets: ExpressibleByArgument {}

extension BenchmarkResult {
  /// One JSON object: what was measured, its figures and the machine.
  func json(threads: Int) -> JSONObject {
    var machine = Machine.read().json
    machine["threads"] = JSON(threads)
    machine["instruction_set"] = JSON(Dispatch.current.name)
    machine["blas_core"] = JSON(BLAS.coreName)
    return [
      "bench": JSON(bench), "config": JSON(config), "figures": .object(figures),
      "machine": .object(machine),
    ]
  }

  /// One line for readers.
  var text: String {
    let parts = figures.members.map { member in
      let value = member.value.doubleValue.map { number in
        FactText.short(number >= 100 ? number.rounded() : (number * 100).rounded() / 100)
      }
      return "\(member.key) \(value ?? FactText.inline(member.value))"
    }
    return "\(bench) \(config): " + parts.joined(separator: ", ")
  }
}
