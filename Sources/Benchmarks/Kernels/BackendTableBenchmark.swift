internal import Files
internal import Kernels

/// Measures the lines of `BackendTable` for the instruction set in force: the faster backend for
/// the products of a training step, per benchmark model, and for those of a forward pass.
package struct BackendTableBenchmark {
  private let threads: Int
  private let repetitions: Int

  /// - Parameter repetitions: of each product; the median counts.
  package init(threads: Int, repetitions: Int) {
    self.threads = threads
    self.repetitions = repetitions
  }

  /// One result per line: the rates and the backend that the table should name.
  package func run() throws -> [BenchmarkResult] {
    let steps: [(row: String, model: BenchmarkModel)] = [
      ("narrow", .tiny), ("middle", .small), ("wide", .base),
    ]
    var results: [BenchmarkResult] = []
    for (row, name) in steps {
      let products = try benchmarks(name)
      results.append(line(row, name.rawValue, products.rates(of: products.all, threads: threads)))
    }
    let products = try benchmarks(.small)
    let forward = products.all.filter { $0.name.hasSuffix(".forward") }
    results.append(line("labelling", "small", products.rates(of: forward, threads: threads)))
    return results
  }

  private func benchmarks(_ name: BenchmarkModel) throws -> ProductBenchmarks {
    ProductBenchmarks(
      model: try name.benchmark(), threads: threads,
      repetitions: repetitions)
  }

  private func line(_ row: String, _ model: String, _ rates: JSONObject) -> BenchmarkResult {
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
    return BenchmarkResult(bench: "backend_table", config: model, figures: figures)
  }
}
