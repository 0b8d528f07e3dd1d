internal import Archives
package import Kernels
package import SoftLabels

/// Rows of soft labels in memory, in the form in which they are stored: what the loss reads.
package enum LabelMemory: Sendable {
  case full(Halves, vocabulary: Int)
  case hidden(HiddenStates, Readout)

  /// Room for so many rows of a set; they hold anything until they are read.
  package init(_ labels: LabelReader, rowCount: Int) {
    switch labels.form {
    case .full:
      self = .full(
        Halves(count: rowCount * labels.vocabulary), vocabulary: labels.vocabulary)
    case .hidden(let readout, let format):
      self = .hidden(HiddenStates(format, rowCount: rowCount, width: readout.width), readout)
    }
  }

  package var rowCount: Int {
    switch self {
    case .full(let halves, let vocabulary): halves.count / vocabulary
    case .hidden(let states, _): states.rowCount
    }
  }

  /// Bytes in memory of one row of a set.
  static func rowBytes(_ labels: LabelReader) -> Int {
    switch labels.form {
    case .full: 2 * labels.vocabulary
    case .hidden(let readout, let format):
      HiddenStates.rowBytes(format, width: readout.width)
    }
  }

  /// Rows that a sample's labels have, by the length of their member.
  static func rowCount(ofBytes size: Int, _ labels: LabelReader) -> Int {
    switch labels.form {
    case .full: FullLabels.rowCount(ofBytes: size, vocabulary: labels.vocabulary)
    case .hidden(let readout, let format):
      HiddenLabels.rowCount(ofBytes: size, format: format, width: readout.width)
    }
  }

  /// Copies the rows of one sample to rows `row ..< row + count`.
  func read(
    _ sample: ArchiveSample, at row: Int, count: Int
  ) throws(SoftLabelError) {
    switch self {
    case .full(let halves, let vocabulary):
      try FullLabels.readHalves(
        sample[FullLabels.field] ?? [], into: halves, at: row, rowCount: count,
        vocabulary: vocabulary, sample: sample.id)
    case .hidden(let states, _):
      try HiddenLabels.read(
        { sample[$0] }, into: states, at: row, rowCount: count, sample: sample.id)
    }
  }

  /// What the alignment check counts of a sample whose rows lie from `row` on.
  func alignmentPart(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    switch self {
    case .full(let halves, let V):
      let range = (row * V)..<((row + max(0, tokens.count - 1)) * V)
      return try halves.withSpan(range) { span in
        Result { () throws(SoftLabelError) in
          try AlignmentCheck.part(
            halves: span, tokens: tokens, mask: mask, vocabulary: V, sample: sample)
        }
      }.get()
    case .hidden(let states, let readout):
      return try AlignmentCheck.part(
        states: states, from: row, readout: readout, at: position, tokens: tokens, mask: mask,
        sample: sample)
    }
  }

  /// Targets of a batch whose row t is row `rows[t]` here.
  package func targets(_ rows: [Int32]) -> any TargetRows {
    switch self {
    case .full(let halves, _): HalfTargets(halves, rows: rows)
    case .hidden(let states, let readout):
      HiddenTargets(states, rows: rows, readout: readout.weights)
    }
  }
}
