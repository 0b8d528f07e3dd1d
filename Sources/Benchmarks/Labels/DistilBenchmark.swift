internal import Archives
internal import Files
internal import Foundation
internal import Kernels
internal import Models
internal import SoftLabels
internal import Teaching
internal import Training

/// Steps towards soft labels, alternating with steps towards the next token.
///
/// Labels `full` and `hidden` come from an archive written by stage `label`'s writer. Every step
/// reads and checks its labels anew, as a training does once per set: the most expensive case, each
/// sample used once.
package struct DistilBenchmark {
  /// Label encoding under test.
  package enum Targets: String, CaseIterable, Sendable { case full, topk, hidden }

  private let benchmark: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int
  /// Batches of the set, taken in turn, so that a step does not find its data in the cache.
  private static let batchCount = 3
  private static let k = 64

  /// - Parameter repetitions: pairs of steps; the median of their ratios counts.
  package init(_ benchmark: TrainingBenchmark, threads: Int, repetitions: Int) {
    self.benchmark = benchmark
    self.threads = threads
    self.repetitions = repetitions
  }

  /// Milliseconds of a step towards the labels, of a step towards the next token, and their ratio.
  package func run(_ targets: Targets) throws -> BenchmarkResult {
    let samples = try BenchmarkSamples(
      benchmark, batches: Self.batchCount, encoding: targets == .hidden ? Hidden() : Full())
    return switch targets {
    case .full, .hidden: try withTemporaryFolder { try stored(samples, in: $0) }
    case .topk: try likeliest(samples)
    }
  }

  private func stored(_ samples: BenchmarkSamples, in folder: String) throws -> BenchmarkResult {
    let (manifest, certificate) = try samples.write(to: folder, threads: threads, side: 4)
    let reader = try ArchiveReader(directory: folder, manifest: manifest)
    let size = benchmark.sequences
    let configuration = benchmark.configuration
    let codec = samples.labeller.codec
    let isHidden = codec.targetWidth > 0
    let stepper = try StudentSteps(
      benchmark, threads: threads, targetWidth: codec.targetWidth)
    let product = HeadProduct(
      rows: samples.batches[0].tokens.count, configuration: configuration, engine: benchmark.engine,
      threads: threads)
    var times = AlternatingTimes()
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
    return BenchmarkResult(
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
  private func likeliest(_ samples: BenchmarkSamples) throws -> BenchmarkResult {
    let configuration = benchmark.configuration
    let stepper = try StudentSteps(benchmark, threads: threads)
    let pass = InferencePass(
      configuration: configuration, engine: benchmark.engine, parts: 2,
      maximumTokensPerPart: max(benchmark.length, 512))
    let targets: [TopTargets] = try samples.batches.map { batch in
      let rows = try pass.logProbabilities(parameters: samples.parameters, batch: batch)
      return TopTargets(Self.top(rows, vocabulary: configuration.vocabularySize))
    }
    var times = AlternatingTimes()
    for repetition in 0...repetitions {
      let number = repetition % samples.batches.count
      let hard = try seconds { try stepper.step(samples.batches[number], nil) }
      let soft = try seconds { try stepper.step(samples.batches[number], targets[number]) }
      times.add(hard: hard, other: soft, rate: stepper.products.measure())
    }
    return BenchmarkResult(bench: "distil-topk", config: benchmark.name, figures: times.figures)
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
