internal import Archives
internal import Files
internal import Records
internal import Sets
internal import SoftLabels
internal import Scores
internal import Stages

/// A labelled set as an evaluation reads it, a few items at a time.
struct TestSet: Sendable {
  let name: String
  /// What the set's rows are: exact distributions, a teacher's, or none.
  let reference: TargetScores.Reference
  var vocabulary: Int { stored.vocabulary }
  /// Fingerprint of the tokenizer that wrote the tokens.
  let tokenizer: String
  /// Name of the wrapping that the tokens were written with; `nil`: the tokenizer's own.
  var template: String? { stored.manifest.wrappingName }
  /// 64 hex: the digest of the set's content.
  var content: String { stored.reader.manifest.content }
  let certificate: Certificate?
  /// How the rows are read; `nil` without labels.
  let labels: LabelReader?
  private let stored: TokenSet

  /// One item: a record, its tokens, and the sample that holds its rows.
  struct Item: Sendable {
    let record: Record
    let tokens: [Int32]
    let mask: [UInt8]
    /// Position in the set.
    let position: Int
    let sample: ArchiveSample
  }

  /// - Throws: `SetError`, `ArchiveError`, `SoftLabelError`, `StageError.notFinished`.
  init(_ input: StageInput) throws {
    let set = try TokenSet(input)
    stored = set
    name = input.name
    let manifest = set.manifest
    guard set.reader.fields.contains(ArchiveSample.recordField) else {
      throw SetError.noRecords(set: name, fields: set.reader.fields)
    }
    func wrong(_ key: String, _ expected: String) -> SetError {
      .manifest(input: input.name, key: key, expected: expected)
    }
    switch manifest.source {
    case .oracle: reference = .exact
    case .teacher: reference = .model
    case .none?: reference = .none
    case nil: throw wrong("source", "teacher, oracle or none")
    }
    guard let written = manifest.tokenizer else { throw wrong("tokenizer", "its fingerprint") }
    tokenizer = written
    labels = reference == .none ? nil : try set.labels()
    certificate = reference == .none ? nil : try set.certificate()
    guard certificate?.positions == nil else {
      throw InputError(input: name, reason: Self.labelsSome)
    }
  }

  /// Why a set of which only some targets hold a label is no test set.
  static let labelsSome =
    "only some of its targets hold a label, and a score counts every one -- label it with "
    + "positions: all"

  var count: Int { stored.count }

  /// The items of a range, in order.
  func items(in range: Range<Int>, threads: Int) throws -> [Item] {
    let set = stored
    return try set.reader.map(at: Array(range), threads: threads) { place, sample in
      let record = try RecordSet.record(of: sample, set: set.name)
      let (tokens, mask) = try set.tokens(of: sample)
      return Item(
        record: record, tokens: tokens, mask: mask, position: range.lowerBound + place,
        sample: sample)
    }
  }
}
