internal import Benchmarks
internal import Files
internal import Kernels
internal import Models

/// Measures the lines of `BackendTable` for the instruction set in force: the faster backend for
/// the products of a training step, per benchmark model, and for those of a forward pass.
struct BackendTableBenchmark {
  let threads: Int
  let repetitions: Int

  /// One result per line: the rates and the backend that the table should name.
  func run() throws -> [BenchResult] {
    let steps: [(row: String, model: BenchConfiguration.Name)] = [
      ("narrow", .tiny), ("middle", .small), ("wide", .base),
    ]
    var results: [BenchResult] = []
    for (row, name) in steps {
      let products = try benchmarks(name)
      results.append(line(row, name.rawValue, products.rates(of: products.all, threads: threads)))
    }
    let products = try benchmarks(.small)
    let forward = products.all.filter { $0.name.hasSuffix(".forward") }
    results.append(line("labelling", "small", products.rates(of: forward, threads: threads)))
    return results
  }

  private func benchmarks(_ name: BenchConfiguration.Name) throws -> ProductBenchmarks {
    ProductBenchmarks(
      model: try BenchConfiguration.benchmark(name, changes: []), threads: threads,
      repetitions: repetitions)
  }

  private func line(_ row: String, _ model: String, _ rates: JSONObject) -> BenchResult {
    func rate(_ backend: MatrixEngine.Backend) -> Double {
      rates[backend.rawValue + "_float32_gflops"]?.doubleValue ?? 0
    }
    var figures: JSONObject = [
      "instruction_set": JSON(Dispatch.current.name), "row": JSON(row),
      "faster": JSON((rate(.native) > rate(.openblas) ? "native" : "openblas")),
    ]
    for backend in MatrixEngine.Backend.concrete {
      figures[backend.rawValue + "_gflops"] = JSON(rate(backend))
    }
    return BenchResult(bench: "backend_table", config: model, figures: figures)
  }
}
