package import Archives
package import SoftLabels

/// Reads a label set back from its archive, as a trainer will, and recomputes its certificate.
///
/// This catches what no per-row check can: labels written beside the wrong tokens.
package enum AlignmentSelfTest {
  /// - Throws: `SoftLabelError.misaligned` and `.targets`; `ArchiveError` for what cannot be read
  ///   back.
  package static func run(
    _ reader: ArchiveReader, certificate: Certificate, labels: LabelReader, threads: Int,
    checkInterruption: () throws -> Void
  ) throws {
    var check = AlignmentCheck()
    try reader.forEachSample(
      threads: threads, reading: { try part(of: $1, at: $0, labels: labels) },
      { position, part in
        if position % 64 == 0 { try checkInterruption() }
        check.add(part)
      })
    try check.finish(against: certificate)
  }

  private static func part(
    of sample: ArchiveSample, at position: Int, labels: LabelReader
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    let (tokens, mask) = try TokenMembers.decode(
      tokens: sample[TokenMembers.tokensField] ?? [], mask: sample[TokenMembers.maskField] ?? [],
      vocabulary: labels.vocabulary, sample: sample.id)
    return try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      .alignment(from: 0, at: position, tokens: tokens, mask: mask, sample: sample.id)
  }
}
