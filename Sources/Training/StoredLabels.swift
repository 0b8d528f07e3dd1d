package import Archives
internal import Kernels
package import SoftLabels

/// The soft labels of a set's samples, in the form that is stored: all in memory where they fit,
/// else read anew from the archive for every step. Which of both changes no bit of a result.
package struct StoredLabels: Sendable {
  /// Sets with more bytes of labels are read step by step: 1 GiB.
  package static let mostBytes = 1 << 30

  package let labels: LabelReader
  private let reader: ArchiveReader
  /// Rows of the samples that are used, one sample after the other; `nil`: not in memory.
  package let held: LabelMemory?
  /// Rows in `held`, by position, of the samples that are used.
  private let heldRows: [Int: Range<Int>]

  /// Lays out what is to be read; `take` reads it.
  ///
  /// - Parameters:
  ///   - positions: of the samples that may be used, rising; `nil`: all.
  ///   - isUsed: whether a sample of so many rows at a position is in some batch.
  ///   - mostBytes: another limit, for tests.
  package init(
    reader: ArchiveReader, labels: LabelReader, mostBytes: Int = StoredLabels.mostBytes,
    among positions: [Int]? = nil, isUsed: (_ position: Int, _ rows: Int) -> Bool
  ) throws {
    self.reader = reader
    self.labels = labels
    var first = 0
    var heldRows: [Int: Range<Int>] = [:]
    for position in positions ?? Array(0..<reader.count) {
      let size = try reader.member(labels.encoding.field, at: position)?.length ?? 0
      let rows = LabelMemory.rowCount(ofBytes: size, labels)
      guard isUsed(position, rows) else { continue }
      heldRows[position] = first..<(first + rows)
      first += rows
    }
    self.heldRows = heldRows
    held =
      first <= mostBytes / LabelMemory.rowBytes(labels)
      ? LabelMemory(labels, rowCount: first) : nil
  }

  /// Checks one sample's rows, and keeps them when they are used and fit; may run on any thread.
  ///
  /// - Returns: what the alignment check counts.
  /// - Throws: `SoftLabelError` naming sample, row and token.
  package func take(
    _ sample: ArchiveSample, at position: Int, tokens: [Int32], mask: [UInt8]
  ) throws -> AlignmentCheck.Part {
    let count = tokens.count - 1
    let place = heldRows[position]
    let kept = count > 0 && place?.count == count ? held : nil
    let memory = kept ?? LabelMemory(labels, rowCount: max(0, count))
    let first = kept == nil ? 0 : place?.lowerBound ?? 0
    try memory.read(sample, at: first, count: count)
    return try memory.alignmentPart(
      from: first, at: position, tokens: tokens, mask: mask, sample: sample.id)
  }

  /// The rows of samples, one sample after the other.
  ///
  /// - Parameters:
  ///   - members: positions and numbers of rows.
  ///   - buffer: overwritten and handed back where the rows are read from the archive.
  /// - Returns: the memory they lie in, and for each row of the samples its place there.
  package func rows(
    of members: [(position: Int, rows: Int)], buffer: LabelMemory, threads: Int
  ) throws -> (memory: LabelMemory, rows: [Int32]) {
    var rows: [Int32] = []
    if let held {
      for member in members {
        let first = heldRows[member.position]?.lowerBound ?? 0
        for row in first..<(first + member.rows) { rows.append(Int32(row)) }
      }
      return (held, rows)
    }
    var starts: [Int] = []
    var count = 0
    for member in members {
      starts.append(count)
      count += member.rows
    }
    let places = starts
    _ = try reader.map(at: members.map(\.position), threads: threads) { place, sample in
      try buffer.read(sample, at: places[place], count: members[place].rows)
    }
    return (buffer, (0..<count).map { Int32($0) })
  }

  /// Numbers of a hidden state; `nil` for labels of another form.
  var stateWidth: Int? {
    if case .hidden(let readout, _) = labels.form { readout.width } else { nil }
  }

  /// Logarithms of the probabilities of one sample's rows, `(rows, V)`, renormalised.
  func logProbabilities(position: Int, rows: Int) throws -> [Float] {
    let sample = try reader.sample(at: position)
    return try labels.logProbabilities({ sample[$0] }, rowCount: rows, sample: sample.id)
  }
}
