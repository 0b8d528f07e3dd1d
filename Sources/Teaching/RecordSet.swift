internal import Archives
internal import Files
internal import Records
internal import Stages
internal import Tokenization

/// A set of records as a stage reads it, a few at a time.
struct RecordSet: Sendable {
  let name: String
  private let reader: ArchiveReader

  /// - Parameter acceptsUnverified: whether a set that says `"verified": false` may be read.
  /// - Throws: `TeachingError`, `ArchiveError`, `StageError.notFinished`.
  init(_ input: StageInput, acceptsUnverified: Bool = false) throws {
    name = input.name
    reader = try ArchiveReader(directory: try input.require().folder)
    guard reader.count == 0 || reader.fields.contains(ArchiveSample.recordField) else {
      throw TeachingError.noRecords(set: name, fields: reader.fields)
    }
    if reader.manifest.details["verified"]?.boolValue == false, !acceptsUnverified {
      throw TeachingError.unverified(set: name)
    }
  }

  var count: Int { reader.count }

  /// The manifest's word on verification; `nil` where it says nothing.
  var isVerified: Bool? { reader.manifest.details["verified"]?.boolValue }

  /// The records of a range, in order.
  ///
  /// - Throws: `TeachingError.record`; `.unsupported` for a record that nobody accepted in a set
  ///   whose manifest says that all were.
  func records(in range: Range<Int>, threads: Int) throws -> [Record] {
    let claimsVerified = isVerified == true
    return try reader.samples(in: range, threads: threads).map { sample in
      let record: Record
      do throws(RecordError) {
        record = try sample.record()
      } catch {
        throw TeachingError.record(set: name, sample: sample.id, error)
      }
      guard !claimsVerified || record.checker?.verdict == .accepted else {
        throw TeachingError.unsupported(set: name, sample: sample.id)
      }
      return record
    }
  }

  /// The column of the index that marks a text which was cut before its end.
  static let unfinishedColumn = "unfinished"

  /// Whether the text of a sample was cut before its end: no end of text may follow it.
  func isUnfinished(at position: Int) -> Bool {
    reader.columns(at: position)[Self.unfinishedColumn]?.intValue == 1
  }
}

/// Which of a stage's inputs are sets and which the teacher.
struct TeachingInputs: Sendable {
  /// In their order; never empty.
  let sets: [StageInput]
  let teacher: StageInput

  private static let trained = ["train", "distil", "import"]

  var set: StageInput { sets[0] }

  /// What planning knows of the sets and of the teacher.
  func split(_ outlooks: [Outlook]) -> (sets: [Outlook], teacher: Outlook?) {
    (
      sets: sets.compactMap { set in outlooks.first { $0.name == set.name } },
      teacher: outlooks.first { $0.name == teacher.name }
    )
  }

  /// Refuses, for `label` and `sample` alike, what the outlooks of the inputs rule out.
  ///
  /// - Parameters:
  ///   - count: records or problems that are asked of each set; `nil`: all.
  ///   - template: the wrapping that the settings name.
  /// - Throws: `ConfigurationError`, `InputError`.
  func check(
    _ outlooks: [Outlook], count: Int?, allowsFewer: Bool, acceptsUnverified: Bool,
    template: String?
  ) throws {
    let (sets, teacher) = split(outlooks)
    for set in sets {
      if set.isVerified == false, !acceptsUnverified {
        throw InputError(
          input: set.name,
          reason:
            "its texts will not be verified -- set `unverified: true` to take them all the same")
      }
      if let count, let most = set.mostRecords, most < count, !allowsFewer {
        throw ConfigurationError(
          path: ["count"],
          reason: "expected at most \(most), which is all that \(set.name) will hold; found "
            + "\(count) -- lower it, or set allow_fewer: true")
      }
    }
    if template == nil, let digest = teacher?.unknownTemplate {
      throw ConfigurationError(
        path: ["template"],
        reason: "is missing, and nobody here knows the chat template that \(teacher?.name ?? "") "
          + "brings (SHA-256 \(digest.prefix(16))…) -- set template to one of "
          + Wrapping.names.joined(separator: ", "))
    }
  }

  /// - Parameter takesSeveral: whether there may be several sets.
  /// - Throws: `StageError.inputs` unless there is one teacher, and one set or several.
  init(
    _ inputs: [StageInput], stage: String, takesSeveral: Bool = false
  ) throws(StageError) {
    let teachers = inputs.filter { Self.trained.contains($0.kind) }
    let sets = inputs.filter { !Self.trained.contains($0.kind) }
    guard !sets.isEmpty, sets.count == 1 || takesSeveral, let teacher = teachers.first,
      teachers.count == 1
    else {
      throw .inputs(
        stage: stage,
        expected: (takesSeveral ? "one or more sets" : "a set")
          + " of records and a trained or imported model",
        found: inputs.map { "\($0.name) (\($0.kind))" })
    }
    self.sets = sets
    self.teacher = teacher
  }
}
