internal import Files
internal import Kernels
internal import Models
internal import Parallel

/// Rate of the kernels that work row by row, at a training step's shapes.
///
/// Rates count each float read and written once, even if the kernel reads it again; for attention
/// they count the multiplications and additions of the causal half.
package struct RowKernelBenchmarks {
  private let model: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int

  /// - Parameter repetitions: of each kernel; the median counts.
  package init(model: TrainingBenchmark, threads: Int, repetitions: Int) {
    self.model = model
    self.threads = threads
    self.repetitions = repetitions
  }

  /// Work on one thread's operands.
  private struct Kernel: Sendable {
    let name: String
    /// Unit of a call's work, and billions of that unit per call.
    let unit: String
    let amount: Double
    let run: @Sendable () -> Void

    static func moving(
      _ name: String, floats: Int, _ run: @escaping @Sendable () -> Void
    ) -> Kernel {
      Kernel(name: name, unit: "gb_per_s", amount: Double(floats) * 4 / 1e9, run: run)
    }
  }

  /// One result per kernel and number of threads.
  package func run() -> [BenchmarkResult] {
    Set([1, threads]).sorted().flatMap { run(threads: $0) }
  }

  private func run(threads: Int) -> [BenchmarkResult] {
    let pool = WorkerPool(threads: threads)
    let sets = (0..<threads).map { _ in kernels() }
    return (sets.first ?? []).indices.map { index in
      let kernel = sets[0][index]
      let once = ContinuousClock().measure { kernel.run() } / .seconds(1)
      let rounds = max(1, Int(0.01 / once))
      let spread = Spread(repetitions: repetitions) {
        pool.run(parts: threads) { part in
          for _ in 0..<rounds { sets[part][index].run() }
        }
      }
      let work = kernel.amount * Double(rounds * threads)
      return BenchmarkResult(
        bench: "kernels", config: model.name,
        figures: [
          "kernel": JSON(kernel.name), "threads": JSON(threads),
          kernel.unit: JSON(work / spread.median),
          "us": JSON(spread.median / Double(rounds) * 1e6),
        ])
    }
  }

  /// The kernels, each with its own operands.
  private func kernels() -> [Kernel] {
    let T = min(TrainingPass.sliceRows, max(model.length, model.sequences * model.length / 2))
    return rowKernels(T) + attention(T) + losses() + [optimizer()]
  }

  private static func floats(_ count: Int) -> Floats {
    Floats((0..<count).map { Float($0 % 251) / 125 - 1 })
  }

  private func rowKernels(_ T: Int) -> [Kernel] {
    let C = model.configuration.hiddenSize
    let F = model.configuration.intermediateSize
    let x = Self.floats(T * C), y = Self.floats(T * C), dX = Self.floats(T * C)
    let weight = Self.floats(C), dWeight = Self.floats(C), inverse = Self.floats(T)
    let gateUp = Self.floats(T * 2 * F), activated = Self.floats(T * F)
    let dGateUp = Self.floats(T * 2 * F)
    return [
      .moving("rms_norm_forward", floats: 2 * T * C) {
        rmsNormForward(y: y, inverse: inverse, x: x, weight: weight, rows: T, epsilon: 1e-5)
      },
      .moving("rms_norm_backward", floats: 4 * T * C) {
        // dX accumulates and would grow without end.
        dX.zero()
        rmsNormBackward(
          dX: dX, dWeight: dWeight, dY: y, x: x, weight: weight, inverse: inverse, rows: T)
      },
      .moving("swiglu_forward", floats: 3 * T * F) {
        swigluForward(y: activated, gateUp: gateUp, rows: T, width: F)
      },
      .moving("swiglu_backward", floats: 5 * T * F) {
        swigluBackward(dGateUp: dGateUp, dY: activated, gateUp: gateUp, rows: T, width: F)
      },
    ]
  }

  private func attention(_ T: Int) -> [Kernel] {
    let shape = model.configuration.attention
    let length = min(model.length, T)
    let starts = (0...(T / length)).map { $0 * length }
    let rows = T / length * length
    let projected = Self.floats(T * shape.projectedWidth)
    let dProjected = Self.floats(T * shape.projectedWidth)
    let y = Self.floats(T * shape.outputWidth), dY = Self.floats(T * shape.outputWidth)
    let logSumExp = Self.floats(T * shape.heads)
    let scratch = Self.floats(shape.scratch(tokens: length))
    // Two products forward, five backward, of half a square each.
    let product = Double(rows * (length + 1)) * Double(shape.outputWidth) / 1e9
    return [
      Kernel(name: "attention_forward", unit: "gflops", amount: 2 * product) {
        attentionForward(
          y: y, logSumExp: logSumExp, projected: projected, rowStarts: starts.span, shape: shape,
          scratch: scratch)
      },
      Kernel(name: "attention_backward", unit: "gflops", amount: 5 * product) {
        attentionBackward(
          dProjected: dProjected, dY: dY, y: y, logSumExp: logSumExp, projected: projected,
          rowStarts: starts.span, shape: shape, scratch: scratch)
      },
    ]
  }

  private func losses() -> [Kernel] {
    let V = model.configuration.vocabularySize
    let R = 64
    let start = Self.floats(R * V), logits = Self.floats(R * V), targets = Self.floats(R * V)
    let scratch = Self.floats(3 * V)
    let tokens = (0..<R).map { Int32($0 % V) }
    let weights = [Float](repeating: 1, count: R)
    // The logits are overwritten with their gradient, so they are copied anew; the copy is counted.
    return [
      .moving("cross_entropy_hard", floats: 4 * R * V) {
        logits.copy(from: start)
        _ = hardCrossEntropy(
          logits: logits, vocabulary: V, tokens: tokens.span, weights: weights.span,
          gradientScale: 1)
      },
      .moving("cross_entropy_soft", floats: 5 * R * V) {
        logits.copy(from: start)
        _ = softCrossEntropy(
          logits: logits, vocabulary: V, targets: targets, tokens: tokens.span,
          weights: weights.span, options: ForwardDivergence(), gradientScale: 1,
          scratch: scratch)
      },
    ]
  }

  private func optimizer() -> Kernel {
    let n = 1 << 20
    let parameters = Self.floats(n), gradients = Self.floats(n)
    let first = Floats(zeros: n), second = Floats(zeros: n)
    return .moving("adamw", floats: 7 * n) {
      adamW(
        parameters: parameters, gradients: gradients, firstMoments: first, secondMoments: second,
        AdamWStep(learningRate: 1e-6, step: 10))
    }
  }
}
