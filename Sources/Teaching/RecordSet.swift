internal import Archives
internal import Files
internal import Records
internal import Stages

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
  func records(in range: Range<Int>, threads: Int) throws -> [Record] {
    try reader.samples(in: range, threads: threads).map { sample in
      do throws(RecordError) {
        return try sample.record()
      } catch {
        throw TeachingError.record(set: name, sample: sample.id, error)
      }
    }
  }
}

/// Which of a stage's inputs are sets and which the teacher.
struct TeachingInputs: Sendable {
  /// In their order; never empty.
  let sets: [StageInput]
  let teacher: StageInput

  private static let trained = ["train", "distil", "import"]

  var set: StageInput { sets[0] }

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
