internal import Archives
internal import Files
internal import Generation
internal import Kernels
internal import Models
internal import Parallel
internal import Randomness
internal import Records
internal import Tasks
internal import Tensors
internal import Tokenization

/// Speed of writing sets of soft labels, and of reading them with every digest checked.
package struct ShardBenchmarks {
  private static let archive = "labels"
  /// Rows per sample and log-probabilities per row: 64 KiB of halves.
  private static let rows = 128
  private static let vocabulary = 256

  private let threads: Int
  private let repetitions: Int
  private let sampleCount: Int

  /// - Parameter sampleCount: samples of the set, 64 KiB of labels each.
  package init(threads: Int, repetitions: Int, sampleCount: Int) {
    self.threads = threads
    self.repetitions = repetitions
    self.sampleCount = sampleCount
  }

  /// Megabytes a second of the tar inside, for one thread and for `threads`.
  ///
  /// - Parameter folder: where to leave the archive for other programs to read; nil leaves none.
  package func run(keeping folder: String?) throws -> [BenchmarkResult] {
    let home = folder ?? Self.temporaryFolder
    try Folder.make(home)
    defer { if folder == nil { try? Folder.remove(home) } }
    let samples = try samples()
    let counts = Array(Set([1, threads])).sorted()
    var results: [BenchmarkResult] = []
    for count in counts {
      var bytes = 0
      let spread = try Spread(repetitions: min(repetitions, 5)) {
        bytes = try write(samples, to: home + "/set", threads: count)
      }
      results.append(result("write", count, bytes, spread))
    }
    for count in counts {
      var bytes = 0
      let spread = try Spread(repetitions: repetitions) {
        bytes = try read(home + "/set", threads: count)
      }
      results.append(result("read", count, bytes, spread))
    }
    return results
  }

  private static var temporaryFolder: String { "retort-bench-shards.tmp" }

  private func result(_ work: String, _ count: Int, _ bytes: Int, _ spread: Spread)
    -> BenchmarkResult
  {
    BenchmarkResult(
      bench: "shards", config: work,
      figures: [
        "shard_threads": JSON(count), "mb_per_s": JSON(Double(bytes) / spread.median / 1e6),
        "mb_per_s_best": JSON(Double(bytes) / spread.best / 1e6),
        "samples_per_s": JSON(Double(sampleCount) / spread.median), "raw_bytes": JSON(bytes),
        "ms": JSON(spread.median * 1000),
      ])
  }

  /// Records with tokens, mask and whole distributions, as a label stage writes them; logits are
  /// normal with deviation 3.
  private func samples() throws -> [ArchiveSample] {
    let families = Tasks.Families.all.filter { $0 is any WalkFamily }.map(\.name).sorted()
    let plan = try GenerationPlan(
      cells: families.map { .init(family: $0, level: 5) }, count: sampleCount, split: nil, seed: 1)
    var records: [(id: String, line: [UInt8])] = []
    _ = try Generator(plan).run(threads: threads) { found, _ in
      for record in found { records.append((record.id, record.line)) }
    }
    let lines = records
    let (T, V) = (Self.rows, Self.vocabulary)
    return WorkerPool(threads: threads).map(lines.count) { i in
      var stream = Seed(1).child("shards").child(i).stream()
      let logits = Floats((0..<(T * V)).map { _ in Float(3 * stream.normal()) })
      logSoftmax(y: logits, x: logits, rows: T, vocabulary: V)
      let tokens = (0...T).map { _ in UInt16(stream.uniform(V)) }
      let mask = (0...T).map { UInt8($0 == 0 ? 0 : 1) }
      return ArchiveSample(
        id: lines[i].id,
        fields: [
          ("json", lines[i].line),
          ("tokens.npy", NPY.encode(Tensor(shape: [T + 1], elements: .uint16(tokens)))),
          ("mask.npy", NPY.encode(Tensor(shape: [T + 1], elements: .uint8(mask)))),
          (
            "logp.npy",
            NPY.encode(
              Tensor(
                shape: [T, V], elements: .float16bits(Float16Bits.encode(logits.array))))
          ),
        ])
    }
  }

  /// - Returns: number of raw bytes, those of the tar.
  private func write(_ samples: [ArchiveSample], to folder: String, threads: Int) throws -> Int {
    try Folder.remove(folder)
    try Folder.make(folder)
    var writer = try ArchiveWriter(
      directory: folder, name: Self.archive,
      options: .init(level: 3, rawBytesPerShard: 1 << 40, threads: threads))
    for sample in samples { try writer.append(sample) }
    let summary = try writer.finish()
    try summary.manifest(kind: "label").write(to: folder)
    return summary.archive.shards.reduce(0) { $0 + $1.rawBytes }
  }

  private func read(_ folder: String, threads: Int) throws -> Int {
    let reader = try ArchiveReader(directory: folder)
    var (count, bytes) = (0, 0)
    // Reads the bytes of every member, as its users do.
    try reader.forEachSample(
      threads: threads,
      reading: { _, sample in sample.fields }
    ) { _, fields in
      count += fields.count
      bytes += fields.reduce(0) { $0 + $1.bytes.count }
    }
    precondition(count == sampleCount * reader.fields.count)
    precondition(bytes > sampleCount * Self.rows * Self.vocabulary * 2)
    return reader.archive.shards.reduce(0) { $0 + $1.rawBytes }
  }
}
