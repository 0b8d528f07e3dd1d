internal import Benchmarks
internal import Files
internal import Kernels
internal import Models
internal import Parallel

/// One product of a training step.
struct ProductShape: Sendable {
  let name: String
  let m: Int
  let n: Int
  let k: Int
  let aForm: Transposition
  let bForm: Transposition
  let accumulates: Bool
  /// Number of times a step over these rows computes it.
  let count: Int

  var operations: Double { 2 * Double(m) * Double(n) * Double(k) }

  /// Every product of a step over `rows` tokens: forward, and the gradients of both operands.
  static func all(
    of configuration: TransformerConfiguration, rows: Int
  ) -> [ProductShape] {
    let C = configuration.hiddenSize
    let F = configuration.intermediateSize
    let layers = configuration.layerCount
    let attention = configuration.attention
    let matrices = [
      ("projections", attention.projectedWidth, C, layers),
      ("output", C, attention.outputWidth, layers), ("gate_up", 2 * F, C, layers),
      ("down", C, F, layers), ("head", configuration.vocabularySize, C, 1),
    ]
    return matrices.flatMap { name, out, into, count in
      [
        ProductShape(
          name: name + ".forward", m: rows, n: out, k: into, aForm: .asIs, bForm: .transposed,
          accumulates: false, count: count),
        ProductShape(
          name: name + ".d_input", m: rows, n: into, k: out, aForm: .asIs, bForm: .asIs,
          accumulates: false, count: count),
        ProductShape(
          name: name + ".d_weight", m: out, n: into, k: rows, aForm: .transposed, bForm: .asIs,
          accumulates: true, count: count),
      ]
    }
  }
}

/// Rate of every product of a training step, for every backend and precision that runs here.
///
/// Each thread repeats the same product on its own operands: the rate that the products of a step
/// could reach together.
struct ProductBenchmarks {
  let model: TrainingBenchmark
  let threads: Int
  let repetitions: Int

  /// Rows that one training thread processes at once.
  var rows: Int {
    min(TrainingPass.sliceRows, max(model.length, model.sequences * model.length / 2))
  }

  /// One result per product and number of threads, and one for all products of a step together.
  func run() -> [BenchResult] {
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

  private func run(_ products: [ProductShape], threads: Int) -> [BenchResult] {
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
    var results: [BenchResult] = []
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
        let median = seconds[e].sorted()[repetitions / 2]
        figures[name + "_gflops"] = JSON(work / median / 1e9)
        stepSeconds[e] += median * product.operations * Double(product.count) / work
      }
      results.append(BenchResult(bench: "kernels", config: model.name, figures: figures))
    }
    var figures: JSONObject = ["product": "step", "threads": JSON(threads)]
    for (e, (name, _)) in engines.enumerated() {
      figures[name + "_gflops"] = JSON(stepOperations / stepSeconds[e] / 1e9)
    }
    results.append(BenchResult(bench: "kernels", config: model.name, figures: figures))
    return results
  }
}
