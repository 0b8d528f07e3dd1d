package import Archives
package import SoftLabels

/// The soft labels of a set's samples, as stored: all in memory if they fit, else read from the
/// archive at every step. Both give the same bits.
package struct StoredLabels: Sendable {
  /// Sets with more bytes of labels are read step by step: 1 GiB.
  package static let mostBytes = 1 << 30

  /// How the set is read.
  package let codec: any LabelCodec
  private let reader: ArchiveReader
  /// Rows of the samples that are used, one sample after the other; `nil`: not in memory.
  package let held: (any LabelRows)?
  /// Rows in `held` of each used sample, by its position.
  private let heldRows: [Int: Range<Int>]

  /// Plans what to read; `take` reads it.
  ///
  /// - Parameters:
  ///   - positions: of the samples that may be used, ascending; `nil`: all.
  ///   - isUsed: whether a sample with this number of rows at this position is in some batch.
  ///   - mostBytes: another limit, for tests.
  package init(
    reader: ArchiveReader, codec: any LabelCodec, mostBytes: Int = StoredLabels.mostBytes,
    among positions: [Int]? = nil, isUsed: (_ position: Int, _ rows: Int) -> Bool
  ) throws {
    self.reader = reader
    self.codec = codec
    var first = 0
    var heldRows: [Int: Range<Int>] = [:]
    for position in positions ?? Array(0..<reader.count) {
      let size = try reader.member(codec.encoding.field, at: position)?.length ?? 0
      let rows = codec.rowCount(ofBytes: size)
      guard isUsed(position, rows) else { continue }
      heldRows[position] = first..<(first + rows)
      first += rows
    }
    self.heldRows = heldRows
    held = first <= mostBytes / codec.rowBytes ? codec.rows(first) : nil
  }

  /// Bytes of the rows in memory, and of each row of a step where they are read step by step.
  package var bytes: (held: Int, row: Int) {
    if let held { return (held.count * codec.rowBytes, 0) }
    return (0, codec.rowBytes)
  }

  /// Checks one sample's rows and keeps them if they are used and fit; may run on any thread.
  ///
  /// - Returns: the sample's counts for the alignment check.
  /// - Throws: `SoftLabelError` naming sample, row and token.
  package func take(
    _ sample: ArchiveSample, at position: Int, tokens: [Int32], mask: [UInt8]
  ) throws -> AlignmentCheck.Part {
    let count = tokens.count - 1
    let place = heldRows[position]
    let kept = count > 0 && place?.count == count ? held : nil
    let memory = kept ?? codec.rows(max(0, count))
    let first = kept == nil ? 0 : place?.lowerBound ?? 0
    try memory.read({ sample[$0] }, at: first, count: count, sample: sample.id)
    return try memory.alignment(
      from: first, at: position, tokens: tokens, mask: mask, sample: sample.id)
  }

  /// The rows of the given samples, one sample after the other.
  ///
  /// - Parameters:
  ///   - members: positions and numbers of rows.
  ///   - buffer: overwritten and returned if the rows are read from the archive.
  /// - Returns: the memory that holds them, and the place there of each row of the samples.
  package func rows(
    of members: [(position: Int, rows: Int)], buffer: any LabelRows, threads: Int
  ) throws -> (memory: any LabelRows, rows: [Int32]) {
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
      try buffer.read(
        { sample[$0] }, at: places[place], count: members[place].rows, sample: sample.id)
    }
    return (buffer, (0..<count).map { Int32($0) })
  }

  /// Log-probabilities of one sample's rows, `(rows, V)`, renormalised: from memory if held, else
  /// from the archive.
  package func logProbabilities(position: Int, rows: Int) throws -> [Float] {
    if let held, let place = heldRows[position], place.count == rows {
      return try held.logProbabilities(place, sample: try reader.id(at: position))
    }
    let sample = try reader.sample(at: position)
    let memory = codec.rows(rows)
    try memory.read({ sample[$0] }, at: 0, count: rows, sample: sample.id)
    return try memory.logProbabilities(0..<rows, sample: sample.id)
  }
}
