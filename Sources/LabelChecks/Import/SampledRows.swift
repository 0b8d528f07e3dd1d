internal import Archives
internal import Files
internal import Records
internal import Sets
internal import Tokenization

/// The rows that a server gave with the texts of a set, each behind its prompt as a student reads
/// it.
///
/// A server names the tokens of its answer, and what else might have stood in their places. The
/// answer is a record's solution, whose prompt the wrapping makes tokens of. The tokens behind it
/// are the server's own: the tokenizer might cut the same text elsewhere, and the rows are of
/// these.
final class SampledRows: LabelSource {
  /// Beside the set's shards.
  static let file = "logprobs.jsonl"

  let format: String
  let scale: RowScale
  let precision: Double
  let isRanked: Bool
  let mayHaveLastRow = true
  let mayLackLastRow = true
  let vocabulary: Int?
  var facts: JSONObject { lines.facts }

  private let lines: LogprobLines
  private let set: RecordSet
  private let wrapping: Wrapping
  private let threads: Int

  /// Texts whose rows cannot be placed: tokens that nobody knows, or that spell another text.
  private(set) var unplaced: [String] = []

  /// - Throws: `LabelFileError` and `FileError` for the file beside the set.
  init(_ set: RecordSet, _ wrapping: Wrapping, _ given: GivenContext) throws {
    let path = set.reader.directory + "/" + Self.file
    lines = try LogprobLines(path, given)
    (format, scale, precision) = (lines.format, lines.scale, lines.precision)
    (isRanked, vocabulary) = (lines.isRanked, lines.vocabulary)
    self.set = set
    self.wrapping = wrapping
    threads = given.threads
  }

  /// Record by record; a text that cannot be placed is passed over, and counted.
  func forEach(_ body: (LabelSequence) throws -> Void) throws {
    unplaced = []
    var position = 0
    try lines.forEach { found in
      guard position < set.count else {
        throw LabelFileError.damaged(
          path: Self.file, reason: "\(found.name): there are only \(set.count) records")
      }
      let record = try set.records(in: position..<(position + 1), threads: threads)[0]
      let placed = try self.placed(
        found, record, isUnfinished: try set.isUnfinished(at: position))
      position += 1
      guard let placed else {
        unplaced.append(record.id)
        return
      }
      try body(placed)
    }
    guard position == set.count else {
      throw LabelFileError.damaged(
        path: Self.file, reason: "\(position) lines for \(set.count) records")
    }
  }

  /// Tokens of an answer's end that its text leaves out: a stop text, the end of a turn.
  private static let mostBehind = 16

  private func placed(
    _ found: LabelSequence, _ record: Record, isUnfinished: Bool
  ) throws -> LabelSequence? {
    guard let ids = found.tokens, found.firstTarget == 0, !ids.contains(-1) else { return nil }
    let due = try wrapping.sample(of: record, isUnfinished: isUnfinished, set: set.name)
    guard let first = due.mask.firstIndex(of: 1), let end = due.tokens.last else { return nil }
    let text = Array(record.solution.utf8)
    guard
      let count = (max(0, ids.count - Self.mostBehind)...ids.count).first(where: {
        wrapping.bytes(of: Array(ids[..<$0])) == text
      })
    else { return nil }
    // Text of another's making never becomes a special token.
    guard !ids[..<count].contains(where: wrapping.isSpecial) else { return nil }
    // A server that gives the end of the text too has a row for it.
    let hasEnd = !isUnfinished && count < ids.count && ids[count] == end
    let tokens =
      Array(due.tokens[..<first]) + ids[..<count] + (isUnfinished ? [] : [end])
    var sequence = LabelSequence(
      name: found.name, tokens: tokens,
      mask: tokens.indices.map { $0 < first ? 0 : 1 },
      rowCount: min(found.rowCount, count + (hasEnd ? 1 : 0)), firstTarget: first,
      row: found.row)
    sequence.isOwnSample = true
    sequence.prompt = first
    sequence.record = record
    sequence.isUnfinished = isUnfinished
    return sequence
  }
}
