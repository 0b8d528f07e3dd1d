internal import Archives
internal import Files
internal import Records
internal import SoftLabels
internal import Scores
internal import Stages

/// A labelled set as an evaluation reads it, a few items at a time.
struct TestSet: Sendable {
  let name: String
  /// What the set's rows are to the question: the truth, a teacher's view, or absent.
  let reference: TargetScores.Reference
  let vocabulary: Int
  /// Fingerprint of the tokenizer that wrote the tokens.
  let tokenizer: String
  /// Name of the wrapping that they were written with; `nil`: the tokenizer's own.
  let template: String?
  /// 64 hex: what is in the set.
  let content: String
  let certificate: Certificate?
  /// How the rows are read; `nil` without labels.
  let labels: LabelReader?
  private let reader: ArchiveReader

  /// One item: a record, its tokens, and the sample that holds its rows.
  struct Item: Sendable {
    let record: Record
    let tokens: [Int32]
    let mask: [UInt8]
    /// In the set.
    let position: Int
    let sample: ArchiveSample
  }

  /// - Throws: `EvaluationError`, `ArchiveError`, `StageError.notFinished`.
  init(_ input: StageInput) throws {
    name = input.name
    reader = try ArchiveReader(directory: try input.require().folder)
    let name = input.name
    let details = reader.manifest.details
    func wrong(_ reason: String) -> EvaluationError { .manifest(set: name, reason: reason) }
    guard reader.count > 0 else { throw EvaluationError.empty(set: name) }
    let fields = reader.fields
    guard
      [ArchiveSample.recordField, TokenMembers.tokensField, TokenMembers.maskField]
        .allSatisfy(fields.contains)
    else { throw EvaluationError.notLabelled(set: name, fields: fields) }
    switch details["source"]?.stringValue {
    case "oracle": reference = .exact
    case "teacher": reference = .model
    case "none": reference = .none
    default: throw wrong("\"source\" is none of oracle, teacher, none")
    }
    let isLabelled = Encodings.areStored(in: fields)
    guard reference == .none || isLabelled else {
      throw wrong("names a source of labels, and the set has no \(FullLabels.field)")
    }
    guard let size = details["vocab_size"]?.intValue, (1...(1 << 24)).contains(size) else {
      throw wrong("\"vocab_size\" is missing or no size")
    }
    vocabulary = size
    guard let written = details["tokenizer"]?.stringValue else {
      throw wrong("\"tokenizer\" is missing")
    }
    tokenizer = written
    template = details["wrapping"]?["name"]?.stringValue
    content = reader.manifest.content
    labels =
      reference == .none
      ? nil
      : try LabelReader(
        manifest: reader.manifest, folder: reader.directory, fields: fields, vocabulary: size,
        set: name)
    certificate =
      reference == .none ? nil : try Certificate(json: details["certificate"])
  }

  var count: Int { reader.count }

  /// The items of a range, in order.
  func items(in range: Range<Int>, threads: Int) throws -> [Item] {
    try reader.samples(in: range, threads: threads).enumerated().map { place, sample in
      let record: Record
      do throws(RecordError) {
        record = try sample.record()
      } catch {
        throw EvaluationError.record(set: name, sample: sample.id, error)
      }
      let (tokens, mask) = try TokenMembers.decode(
        tokens: sample[TokenMembers.tokensField] ?? [], mask: sample[TokenMembers.maskField] ?? [],
        vocabulary: vocabulary, sample: sample.id)
      return Item(
        record: record, tokens: tokens, mask: mask, position: range.lowerBound + place,
        sample: sample)
    }
  }
}
