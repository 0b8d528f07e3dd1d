package import Archives
internal import Kernels
package import SoftLabels

/// Labels batches and writes the samples: what has been written so far, and its figures.
///
/// Both halves of the work, the teacher's passes and the making of frames, run on all threads.
package struct LabelWriting {
  package var writer: ArchiveWriter
  package private(set) var certificate: Certificate.Accumulator
  var tally = Tally()
  private let labeller: Labeller
  private let pool: WorkerPool
  /// One for each batch of a round.
  private let lanes: [Labeller.Lane]

  struct Tally {
    var read = 0
    var kept = 0
    var tooLong = 0
    var tokens = 0
    var targets = 0
    var operations = 0.0
  }

  static let archive = "data"

  package init(_ folder: String, _ labeller: Labeller, threads: Int) throws {
    writer = try ArchiveWriter(
      directory: folder, name: Self.archive,
      options: .init(level: labeller.encoding.compressionLevel, threads: threads))
    certificate = Certificate.Accumulator(
      probed: labeller.storesStates ? AlignmentCheck.probeEvery : nil)
    self.labeller = labeller
    pool = WorkerPool(threads: max(1, threads))
    lanes = (0..<max(1, threads)).map { _ in labeller.makeLane() }
  }

  /// Labels whole batches, at most one for each thread, side by side, and writes them in order.
  package mutating func add(_ batches: [ArraySlice<Labeller.Tokenised>]) throws {
    let (labeller, lanes) = (labeller, lanes)
    let done = try pool.map(batches.count) { try labeller.label(batches[$0], in: lanes[$0]) }
    for labelled in done.joined() {
      try writer.append(labelled.sample)
      if let figures = labelled.figures { certificate.add(figures) }
      tally.kept += 1
      tally.tokens += labelled.tokens
      tally.targets += labelled.targets
      if labeller.source == .teacher {
        tally.operations += labeller.teacher.operations(sequenceLengths: [labelled.tokens - 1])
      }
    }
  }
}
