package import Archives
internal import Kernels
internal import Parallel
package import SoftLabels
internal import Synchronization

/// Labels batches and writes the samples: the state so far, and its figures.
///
/// Both the teacher's passes and the making of frames run on all threads.
package struct LabelWriting {
  /// Of the set's archive; samples are appended in order.
  package var writer: ArchiveWriter
  /// Figures of all samples written so far.
  package private(set) var certificate: Certificate.Accumulator
  var tally = Tally()
  private let labeller: Labeller
  private let pool: WorkerPool
  /// One for each thread.
  private let lanes: [Labeller.Lane]

  struct Tally {
    var read = 0
    var kept = 0
    var tooLong = 0
    var tokens = 0
    var targets = 0
    var operations = 0.0
    /// Samples that nothing could be learnt from.
    var unaligned = 0
    var spans: SpanTally?
  }

  static let archive = "data"

  /// - Parameter threads: that compress frames.
  /// - Throws: `ArchiveError` for a folder that cannot be written.
  package init(_ folder: String, _ labeller: Labeller, threads: Int) throws {
    writer = try ArchiveWriter(
      directory: folder, name: Self.archive,
      options: .init(
        level: labeller.compression.level(for: labeller.codec.encoding), threads: threads))
    certificate = Certificate.Accumulator(
      probed: labeller.codec.probeEvery)
    self.labeller = labeller
    pool = WorkerPool(threads: max(1, threads))
    lanes = (0..<max(1, threads)).map { _ in labeller.makeLane() }
  }

  /// Labels whole batches and writes them in order.
  ///
  /// Threads process some runs together with the frames of the previous runs, and so on: a round
  /// bounds the memory, and no thread waits for long.
  package mutating func add(_ batches: [ArraySlice<Labeller.Tokenised>]) throws {
    let (labeller, lanes) = (labeller, lanes)
    let runs = batches.flatMap { labeller.runs(of: $0) }
    let free = Mutex(Array(lanes.indices))
    for first in stride(from: 0, to: runs.count, by: Self.runsInRound * lanes.count) {
      let some = runs[first..<min(first + Self.runsInRound * lanes.count, runs.count)]
      let frames = try writer.takeFrames()
      let done = try pool.map(some.count + frames.count) { part -> [Labeller.Labelled] in
        guard part < some.count else {
          try frames.make(part - some.count)
          return []
        }
        // There are as many lanes as threads, so one is free.
        let lane = free.withLock { $0.removeLast() }
        defer { free.withLock { $0.append(lane) } }
        return try labeller.label(some[first + part], in: lanes[lane])
      }
      for (run, made) in zip(some, done) {
        tally.unaligned += run.count - made.count
        for labelled in made { try take(labelled) }
      }
    }
  }

  /// Runs per thread in a round. More take more memory; fewer make threads wait longer for one
  /// another.
  private static let runsInRound = 4

  private mutating func take(_ labelled: Labeller.Labelled) throws {
    try writer.append(labelled.sample)
    if let figures = labelled.figures { certificate.add(figures) }
    tally.kept += 1
    tally.tokens += labelled.tokens
    tally.targets += labelled.targets
    if labeller.source == .teacher {
      tally.operations +=
        labelled.operations
        ?? labeller.teacher.operations(sequenceLengths: [labelled.tokens - 1])
      if let spans = labelled.spans { tally.spans = (tally.spans ?? SpanTally()) + spans }
    }
  }
}
