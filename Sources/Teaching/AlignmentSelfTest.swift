package import Archives
internal import Kernels
package import SoftLabels

/// Reads a label set back from its archive, as a trainer will, and finds its certificate again.
///
/// This catches what no check of a row can: labels written beside other tokens than their own.
package enum AlignmentSelfTest {
  /// - Throws: `SoftLabelError.misaligned` and `.targets`; `ArchiveError` for what does not read
  ///   back.
  package static func run(
    _ reader: ArchiveReader, certificate: Certificate, labels: LabelReader, threads: Int,
    checkInterruption: () throws -> Void
  ) throws {
    let pool = WorkerPool(threads: threads)
    var check = AlignmentCheck()
    // A frame or two at a time: memory stays bounded.
    let step = 64 * max(1, threads)
    for first in stride(from: 0, to: reader.count, by: step) {
      try checkInterruption()
      let samples = try reader.samples(
        in: first..<min(first + step, reader.count), threads: threads)
      let parts = try pool.map(samples.count) { i in
        try part(of: samples[i], at: first + i, labels: labels)
      }
      for part in parts { check.add(part) }
    }
    try check.finish(against: certificate)
  }

  private static func part(
    of sample: ArchiveSample, at position: Int, labels: LabelReader
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    let (tokens, mask) = try TokenMembers.decode(
      tokens: sample[TokenMembers.tokensField] ?? [], mask: sample[TokenMembers.maskField] ?? [],
      vocabulary: labels.vocabulary, sample: sample.id)
    return try labels.alignmentPart(
      { sample[$0] }, at: position, tokens: tokens, mask: mask, sample: sample.id)
  }
}
