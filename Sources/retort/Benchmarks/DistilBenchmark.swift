internal import ArgumentParser
internal import Archives
internal import Benchmarks
internal import Files
internal import Foundation
internal import Kernels
internal import Models
internal import Parallel
internal import Randomness
internal import SoftLabels
internal import Teaching
internal import Training

/// Steps towards soft labels, alternating with steps towards the next token.
///
/// Labels `full` and `hidden` come from an archive written by stage `label`'s writer. Every step
/// reads and checks its labels anew, as a training does once per set: the most expensive case, each
/// sample used once.
struct DistilBenchmark {
  /// Label encoding under test.
  enum Targets: String, CaseIterable, ExpressibleByArgument { case full, topk, hidden }

  private let benchmark: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int
  /// Batches of the set, taken in turn, so that a step does not find its data in the cache.
  private static let batchCount = 3
  private static let k = 64

  init(_ benchmark: TrainingBenchmark, threads: Int, repetitions: Int) {
    self.benchmark = benchmark
    self.threads = threads
    self.repetitions = repetitions
  }

  func run(_ targets: Targets) throws -> BenchResult {
    let samples = try BenchSamples(
      benchmark, batches: Self.batchCount, encoding: targets == .hidden ? Hidden() : Full())
    return switch targets {
    case .full, .hidden: try withTemporaryFolder { try stored(samples, in: $0) }
    case .topk: try likeliest(samples)
    }
  }

  private func stored(_ samples: BenchSamples, in folder: String) throws -> BenchResult {
    let (manifest, certificate) = try samples.write(to: folder, threads: threads, side: 4)
    let reader = try ArchiveReader(directory: folder, manifest: manifest)
    let size = benchmark.sequences
    let configuration = benchmark.configuration
    let codec = samples.labeller.codec
    let isHidden = codec.targetWidth > 0
    let stepper = try Stepper(
      benchmark, threads: threads, targetWidth: codec.targetWidth)
    let product = HeadProduct(
      rows: samples.batches[0].tokens.count, configuration: configuration, engine: benchmark.engine,
      threads: threads)
    var times = Times()
    var ready: [Double] = []
    var products: [Double] = []
    for repetition in 0...repetitions {
      let number = repetition % samples.batches.count
      let positions = Array((number * size)..<((number + 1) * size))
      let hard = try seconds { try stepper.step(samples.batches[number], nil) }
      let extra = isHidden ? product.seconds() : 0
      var targets: (any TargetRows)?
      let decoding = try seconds {
        targets = try read(positions, of: reader, codec)
      }
      let soft = try seconds { try stepper.step(samples.batches[number], targets) }
      times.add(hard: hard, other: decoding + soft, rate: stepper.products.measure())
      if repetition > 0 {
        ready.append(decoding)
        products.append(extra)
      }
    }
    var figures = times.figures
    figures["decoding_ms"] = JSON(median(ready) * 1000)
    figures["archive_mib"] = JSON(
      Double(manifest.files.reduce(0) { $0 + $1.bytes }) / Double(1 << 20))
    if isHidden {
      let hard = (figures["hard_step_ms"]?.doubleValue ?? 0) / 1000
      figures["product_ms"] = JSON(median(products) * 1000)
      figures["ratio_with_product"] = JSON(median(times.others) / (hard + median(products)))
      figures["kl_mean"] = JSON(certificate.divergenceMean)
      figures["kl_max"] = JSON(certificate.divergenceMaximum)
    }
    return BenchResult(
      bench: isHidden ? "distil-hidden" : "distil-full", config: benchmark.name, figures: figures)
  }

  /// Reads and checks the labels of some samples, as a training does.
  private func read(
    _ positions: [Int], of reader: ArchiveReader, _ codec: any LabelCodec
  ) throws -> any TargetRows {
    let V = benchmark.configuration.vocabularySize
    let labels = try StoredLabels(reader: reader, codec: codec) { position, _ in
      positions.contains(position)
    }
    let found = try reader.map(at: positions, threads: threads) { place, sample in
      let (tokens, mask) = try TokenMembers.decode(
        tokens: sample[TokenMembers.tokensField] ?? [],
        mask: sample[TokenMembers.maskField] ?? [], vocabulary: V, sample: sample.id)
      let part = try labels.take(sample, at: positions[place], tokens: tokens, mask: mask)
      return (part: part, rows: tokens.count - 1)
    }
    let (memory, rows) = try labels.rows(
      of: zip(positions, found).map { ($0, $1.rows) }, buffer: codec.rows(0),
      threads: threads)
    return memory.targets(rows)
  }

  /// Measures labels held in memory.
  private func likeliest(_ samples: BenchSamples) throws -> BenchResult {
    let configuration = benchmark.configuration
    let stepper = try Stepper(benchmark, threads: threads)
    let pass = InferencePass(
      configuration: configuration, engine: benchmark.engine, parts: 2,
      maximumTokensPerPart: max(benchmark.length, 512))
    let targets: [TopTargets] = try samples.batches.map { batch in
      let rows = try pass.logProbabilities(parameters: samples.parameters, batch: batch)
      return TopTargets(Self.top(rows, vocabulary: configuration.vocabularySize))
    }
    var times = Times()
    for repetition in 0...repetitions {
      let number = repetition % samples.batches.count
      let hard = try seconds { try stepper.step(samples.batches[number], nil) }
      let soft = try seconds { try stepper.step(samples.batches[number], targets[number]) }
      times.add(hard: hard, other: soft, rate: stepper.products.measure())
    }
    return BenchResult(bench: "distil-topk", config: benchmark.name, figures: times.figures)
  }

  /// The k likeliest tokens of each row.
  private static func top(_ rows: [Float], vocabulary V: Int) -> TopRows {
    var ids: [Int32] = []
    var values: [Float] = []
    var tails: [Float] = []
    for start in stride(from: 0, to: rows.count, by: V) {
      let row = rows[start..<(start + V)]
      let head = row.indices.sorted { row[$0] > row[$1] }.prefix(k).sorted()
      ids += head.map { Int32($0 - start) }
      values += head.map { row[$0] }
      let chosen = Set(head)
      tails.append(row.indices.reduce(0) { chosen.contains($1) ? $0 : $0 + exp(row[$1]) })
    }
    return TopRows(k: k, ids: ids, logProbabilities: values, tails: tails)
  }
}

/// Times of alternating steps; the first of each kind is not counted.
private struct Times {
  private var seen = 0
  private var hards: [Double] = []
  private(set) var others: [Double] = []
  private var rates: [Double] = []

  mutating func add(hard: Double, other: Double, rate: Double) {
    seen += 1
    if seen == 1 { return }
    hards.append(hard)
    others.append(other)
    rates.append(rate)
  }

  var figures: JSONObject {
    let ratios = zip(others, hards).map { $0 / $1 }
    return [
      "ratio": JSON(median(ratios)), "ratio_best": JSON(ratios.min() ?? 0),
      "ratio_worst": JSON(ratios.max() ?? 0), "hard_step_ms": JSON(median(hards) * 1000),
      "distil_step_ms": JSON(median(others) * 1000), "sgemm_gflops": JSON(median(rates)),
      "peak_rss_mib": JSON(Machine.peakMemoryMiB),
    ]
  }
}

/// Whole steps of one student.
private struct Stepper {
  let products: ProductRate
  private let parameters: Parameters
  private let pass: TrainingPass
  private let optimizer: AdamWOptimizer
  private let threads: Int

  init(_ benchmark: TrainingBenchmark, threads: Int, targetWidth: Int = 0) throws {
    let count = benchmark.sequences * benchmark.length
    parameters = Parameters(drawn: benchmark.configuration, seed: Seed(1))
    pass = TrainingPass(
      configuration: benchmark.configuration, engine: benchmark.engine, parts: 2,
      maximumTokensPerPart: max(benchmark.length, count / 2), maximumTokens: count,
      targetWidth: targetWidth)
    optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
    products = ProductRate(threads: threads)
    self.threads = threads
  }

  /// One step towards the targets, or towards the next token if there are none.
  func step(_ batch: Batch, _ targets: (any TargetRows)?) throws {
    let loss: any RowLoss = targets == nil ? NextToken() : ForwardDivergence()
    _ = try pass.step(
      parameters: parameters, batch: batch, loss: loss, targets: targets, threads: threads)
    try optimizer.update(
      parameters, gradients: pass.gradients, learningRate: 1e-4, threads: threads)
  }
}

/// The product that rebuilds a batch's distributions from hidden states, measured alone: rows split
/// into as many parts as threads.
private struct HeadProduct {
  private let states, readout: Floats
  private let logits: [Floats]
  private let rows, V, C: Int
  private let engine: MatrixEngine
  private let pool: WorkerPool

  init(rows: Int, configuration: TransformerConfiguration, engine: MatrixEngine, threads: Int) {
    self.engine = engine
    C = configuration.hiddenSize
    V = configuration.vocabularySize
    self.rows = rows / threads
    states = Floats([Float](repeating: 0.5, count: rows * C))
    readout = Floats([Float](repeating: 0.5, count: V * C))
    let (each, V) = (self.rows, V)
    logits = (0..<threads).map { _ in Floats(zeros: each * V) }
    pool = WorkerPool(threads: threads)
  }

  func seconds() -> Double {
    let (logits, states, readout, rows, V, C) = (logits, states, readout, rows, V, C)
    let engine = engine
    return retort.seconds {
      pool.run(parts: logits.count) { part in
        engine.product(
          c: logits[part], a: states[(part * rows * C)..<((part + 1) * rows * C)], b: readout,
          .transposed, m: rows, n: V, k: C)
      }
    }
  }
}
