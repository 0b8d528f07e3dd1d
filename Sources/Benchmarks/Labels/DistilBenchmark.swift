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
/// The labels come from an archive written by stage `label`'s writer. Every step reads and checks
/// its labels anew, as a training does once per set: the most expensive case, each sample used
/// once.
package struct DistilBenchmark {
  /// Label encoding under test.
  package enum Targets: String, CaseIterable, Sendable {
    case full, topk, hidden, sampled
    case topkSampled = "topk+sampled"

    /// With the settings that a pipeline has by default.
    var encoding: any LabelEncoding {
      switch self {
      case .full: Full()
      case .hidden: Hidden()
      case .topk: TopK(SparseForm(head: .init(count: 64, isDefault: true), draws: nil))
      case .sampled: Sampled(SparseForm(head: nil, draws: .init(count: 50)))
      case .topkSampled:
        TopKSampled(
          SparseForm(head: .init(count: 8, isDefault: true), draws: .init(count: 16)))
      }
    }
  }

  private let benchmark: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int
  /// Batches of the set, taken in turn, so that a step does not find its data in the cache.
  private static let batchCount = 3

  /// - Parameter repetitions: pairs of steps; the median of their ratios counts.
  package init(_ benchmark: TrainingBenchmark, threads: Int, repetitions: Int) {
    self.benchmark = benchmark
    self.threads = threads
    self.repetitions = repetitions
  }

  /// Milliseconds of a step towards the labels, of a step towards the next token, and their ratio.
  package func run(_ targets: Targets) throws -> BenchmarkResult {
    let samples = try BenchmarkSamples(
      benchmark, batches: Self.batchCount, encoding: targets.encoding)
    return try withTemporaryFolder { try stored(samples, targets, in: $0) }
  }

  private func stored(
    _ samples: BenchmarkSamples, _ labels: Targets, in folder: String
  ) throws -> BenchmarkResult {
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
    let members = try labelBytes(reader, codec)
    figures["label_bytes_per_token"] = JSON(
      Double(members) / Double(samples.batches.reduce(0) { $0 + $1.tokens.count }))
    if isHidden {
      let hard = (figures["hard_step_ms"]?.doubleValue ?? 0) / 1000
      figures["product_ms"] = JSON(median(products) * 1000)
      figures["ratio_with_product"] = JSON(median(times.others) / (hard + median(products)))
      figures["kl_mean"] = JSON(certificate.divergenceMean)
      figures["kl_max"] = JSON(certificate.divergenceMaximum)
    }
    return BenchmarkResult(
      bench: "distil-\(labels.rawValue)", config: benchmark.name, figures: figures)
  }

  /// Bytes of the labels' members, before the archive packs them.
  private func labelBytes(_ reader: ArchiveReader, _ codec: any LabelCodec) throws -> Int {
    var bytes = 0
    for position in 0..<reader.count {
      for field in codec.fields { bytes += try reader.member(field, at: position)?.length ?? 0 }
    }
    return bytes
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
}
