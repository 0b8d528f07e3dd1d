package import Archives
package import Kernels
package import SoftLabels

/// The soft labels of a set's samples, as the halves that are stored: all in memory where they fit,
/// else read anew from the archive for every step. Which of both changes no bit of a result.
package struct StoredLabels: Sendable {
  /// Sets with more bytes of labels are read step by step: 1 GiB.
  package static let mostBytes = 1 << 30

  let vocabulary: Int
  private let reader: ArchiveReader
  /// Rows of the samples that are used, one sample after the other; `nil`: not in memory.
  package let held: Halves?
  /// First row of each sample in `held`; 0 for those that are not there.
  private let firstRows: [Int]
  private let rowCounts: [Int]

  /// Lays out what is to be read; `take` reads it.
  ///
  /// - Parameters:
  ///   - isUsed: whether a sample of so many rows at a position is in some batch.
  ///   - mostBytes: another limit, for tests.
  package init(
    reader: ArchiveReader, vocabulary V: Int, mostBytes: Int = StoredLabels.mostBytes,
    isUsed: (_ position: Int, _ rows: Int) -> Bool
  ) {
    self.reader = reader
    vocabulary = V
    var first = 0
    var firstRows: [Int] = []
    var rowCounts: [Int] = []
    for position in 0..<reader.count {
      let size = reader.member(FullLabels.field, at: position)?.length ?? 0
      let rows = FullLabels.rowCount(ofBytes: size, vocabulary: V)
      let isKept = isUsed(position, rows)
      firstRows.append(isKept ? first : 0)
      rowCounts.append(isKept ? rows : 0)
      if isKept { first += rows }
    }
    self.firstRows = firstRows
    self.rowCounts = rowCounts
    held = first <= mostBytes / 2 / V ? Halves(count: first * V) : nil
  }

  /// Checks one sample's rows, and keeps them when they are used and fit; may run on any thread.
  ///
  /// - Returns: what the alignment check counts.
  /// - Throws: `SoftLabelError` naming sample, row and token.
  package func take(
    _ sample: ArchiveSample, at position: Int, tokens: [Int32], mask: [UInt8]
  ) throws -> AlignmentCheck.Part {
    let count = tokens.count - 1
    let isHeld = held != nil && count > 0 && rowCounts[position] == count
    let halves = isHeld ? held : nil
    let rows = halves ?? Halves(count: max(0, count) * vocabulary)
    let first = isHeld ? firstRows[position] : 0
    try FullLabels.readHalves(
      sample[FullLabels.field] ?? [], into: rows, at: first, rowCount: count,
      vocabulary: vocabulary, sample: sample.id)
    return try rows.withSpan((first * vocabulary)..<((first + count) * vocabulary)) { span in
      try AlignmentCheck.part(
        halves: span, tokens: tokens, mask: mask, vocabulary: vocabulary, sample: sample.id)
    }
  }

  /// The rows of samples, one sample after the other.
  ///
  /// - Parameters:
  ///   - members: positions and numbers of rows.
  ///   - buffer: overwritten and handed back where the rows are read from the archive.
  /// - Returns: halves, and for each row of the samples its place among them.
  package func rows(
    of members: [(position: Int, rows: Int)], buffer: Halves, threads: Int
  ) throws -> (halves: Halves, rows: [Int32]) {
    var rows: [Int32] = []
    if let held {
      for member in members {
        let first = firstRows[member.position]
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
    let V = vocabulary
    _ = try reader.map(at: members.map(\.position), threads: threads) { place, sample in
      try FullLabels.readHalves(
        sample[FullLabels.field] ?? [], into: buffer, at: places[place],
        rowCount: members[place].rows, vocabulary: V, sample: sample.id)
    }
    return (buffer, (0..<count).map { Int32($0) })
  }

  /// The bits of one sample's rows.
  func bits(position: Int, rows: Int) throws -> [UInt16] {
    if let held {
      let first = firstRows[position] * vocabulary
      return held.bits(first..<(first + rows * vocabulary))
    }
    let sample = try reader.sample(at: position)
    return try FullLabels.readHalves(
      sample[FullLabels.field] ?? [], rowCount: rows, vocabulary: vocabulary, sample: sample.id)
  }
}
