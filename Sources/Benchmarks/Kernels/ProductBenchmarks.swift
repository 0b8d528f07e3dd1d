internal import Files
internal import Kernels
internal import Models
internal import Parallel

/// Rate of every product of a training step, for every backend and precision that runs here.
///
/// Each thread repeats the same product on its own operands: the rate that the products of a step
/// could reach together.
package struct ProductBenchmarks {
  private let model: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int

  /// - Parameter repetitions: of each product; the median counts.
  package init(model: TrainingBenchmark, threads: Int, repetitions: Int) {
    self.model = model
    self.threads = threads
    self.repetitions = repetitions
  }

  /// Rows that one training thread processes at once.
  private var rows: Int {
    min(TrainingPass.sliceRows, max(model.length, model.sequences * model.length / 2))
  }

  /// One result per product and number of threads, and one for all products of a step together.
  package func run() -> [BenchmarkResult] {
    Set([1, threads]).sorted().flatMap { run(all, threads: $0) }
  }

  private var engines: [(name: String, engine: MatrixEngine)] {
    MatrixEngine.Backend.concrete.flatMap { backend in
      MatrixEngine.Precision.allCases.compactMap { precision in
        guard let engine = try? MatrixEngine(backend: backend, precision: precision) else {
          return nil
        }
        return ("\(backend.rawValue)_\(precision.rawValue)", engine)
      }
    }
  }

  /// All products of a step.
  var all: [ProductShape] { ProductShape.all(of: model.configuration, rows: rows) }

  /// Combined rate of some products, by engine: the last figures of `run`.
  func rates(of products: [ProductShape], threads: Int) -> JSONObject {
    run(products, threads: threads).last?.figures ?? [:]
  }

  private func run(_ products: [ProductShape], threads: Int) -> [BenchmarkResult] {
    let engines = engines
    let pool = WorkerPool(threads: threads)
    let largest = products.map { (a: $0.m * $0.k, b: $0.k * $0.n, c: $0.m * $0.n) }
    func operands(_ count: Int) -> [Floats] {
      (0..<threads).map { _ in Floats([Float](repeating: 0.5, count: count)) }
    }
    let a = operands(largest.map(\.a).max() ?? 0)
    let b = operands(largest.map(\.b).max() ?? 0)
    let c = operands(largest.map(\.c).max() ?? 0)
    var stepSeconds = [Double](repeating: 0, count: engines.count)
    var stepOperations = 0.0
    var results: [BenchmarkResult] = []
    for product in products {
      // Long enough to hide the cost of starting threads: about 10 ms at 100 GFLOP/s.
      let rounds = max(1, Int(1e9 / product.operations))
      let work = product.operations * Double(rounds * threads)
      var seconds = engines.map { _ in [Double]() }
      for repetition in 0...repetitions {
        for (e, (_, engine)) in engines.enumerated() {
          let time = ContinuousClock().measure {
            pool.run(parts: threads) { part in
              for _ in 0..<rounds {
                engine.product(
                  c: c[part], a: a[part], product.aForm, b: b[part], product.bForm, m: product.m,
                  n: product.n, k: product.k, accumulate: product.accumulates)
              }
            }
          }
          if repetition > 0 { seconds[e].append(time / .seconds(1)) }
        }
      }
      var figures: JSONObject = [
        "product": JSON(product.name), "threads": JSON(threads), "m": JSON(product.m),
        "n": JSON(product.n), "k": JSON(product.k),
      ]
      stepOperations += product.operations * Double(product.count)
      for (e, (name, _)) in engines.enumerated() {
        let median = Benchmarks.median(seconds[e])
        figures[name + "_gflops"] = JSON(work / median / 1e9)
        stepSeconds[e] += median * product.operations * Double(product.count) / work
      }
      results.append(BenchmarkResult(bench: "kernels", config: model.name, figures: figures))
    }
    var figures: JSONObject = ["product": "step", "threads": JSON(threads)]
    for (e, (name, _)) in engines.enumerated() {
      figures[name + "_gflops"] = JSON(stepOperations / stepSeconds[e] / 1e9)
    }
    results.append(BenchmarkResult(bench: "kernels", config: model.name, figures: figures))
    return results
  }
}
