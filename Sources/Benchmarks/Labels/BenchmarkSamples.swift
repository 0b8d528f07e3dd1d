internal import Archives
internal import Files
internal import Kernels
internal import Models
internal import Randomness
internal import Records
internal import SoftLabels
internal import Teaching
internal import Tokenization

/// Samples of random tokens for a benchmark's model, and a teacher whose distributions are as
/// peaked as a trained model's, since the storage cost of a label depends on that.
struct BenchmarkSamples {
  /// The teacher's weights.
  let parameters: Parameters
  let labeller: Labeller
  /// `sequences` times `batches` samples of `length` + 1 tokens, all but the first targets.
  let items: [Labeller.Tokenised]
  let batches: [Batch]

  init(
    _ benchmark: TrainingBenchmark, batches count: Int,
    encoding: any LabelEncoding = Full(),
    compression: LabelCompression = .zstd, model: Parameters? = nil
  ) throws {
    let V = benchmark.configuration.vocabularySize
    let parameters = model ?? Parameters(drawn: benchmark.configuration, seed: Seed(2))
    if model == nil, let norm = parameters["model.norm.weight"] {
      // The readout's rows have length 0.02 sqrt(C): logits with a deviation of about 2.5 nats.
      let deviation = benchmark.configuration.initializerRange
      let C = Double(benchmark.configuration.hiddenSize)
      for i in 0..<norm.count { norm[i] = Float(2.5 / (deviation * C.squareRoot())) }
    }
    self.parameters = parameters
    let teacher = try Teacher(
      name: "teacher", parameters: parameters,
      tokenizer: Tokenizer.train(
        on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
      ).tokenizer)
    labeller = Labeller(
      teacher: teacher, source: .teacher,
      codec: encoding.codec(
        writing: LabelledRows(
          vocabulary: V,
          readout: Readout(
            parameters.readout, vocabulary: V, width: benchmark.configuration.hiddenSize)))
        ?? FullCodec(vocabulary: V), compression: compression,
      limit: benchmark.length + 1, set: "bench", engine: benchmark.engine)
    var stream = Seed(3).child("samples").stream()
    var items: [Labeller.Tokenised] = []
    var batches: [Batch] = []
    for batch in 0..<count {
      var samples: [(tokens: [Int32], mask: [UInt8])] = []
      for sequence in 0..<benchmark.sequences {
        let tokens = (0...benchmark.length).map { _ in Int32(stream.uniform(V)) }
        let mask = tokens.indices.map { UInt8($0 == 0 ? 0 : 1) }
        samples.append((tokens, mask))
        let record = Record(
          family: "bench", level: 1, knobs: [:], problem: "\(batch)", solution: "\(sequence)",
          answer: nil, canonicalProblem: "\(batch)", origin: .reference, checker: nil)
        items.append(Labeller.Tokenised(record: record, tokens: tokens, mask: mask))
      }
      batches.append(try Batch(samples: samples))
    }
    self.items = items
    self.batches = batches
  }

  /// Labels all samples and writes them as stage `label` does.
  ///
  /// - Parameter side: number of samples labelled side by side on one thread.
  func write(to folder: String, threads: Int, side: Int) throws -> (Manifest, Certificate) {
    var writing = try LabelWriting(folder, labeller, threads: threads)
    for first in stride(from: 0, to: items.count, by: side * threads) {
      let last = min(first + side * threads, items.count)
      try writing.add(
        stride(from: first, to: last, by: side).map { items[$0..<min($0 + side, last)] })
    }
    let summary = try writing.writer.finish()
    return (summary.manifest(kind: "label"), writing.certificate.certificate)
  }
}
