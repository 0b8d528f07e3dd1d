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

/// Which of a stage's inputs is the set and which the teacher.
struct TeachingInputs: Sendable {
  let set: StageInput
  let teacher: StageInput

  private static let trained = ["train", "distil", "import"]

  /// - Throws: `StageError.inputs` unless there is exactly one of each.
  init(_ inputs: [StageInput], stage: String) throws(StageError) {
    let teachers = inputs.filter { Self.trained.contains($0.kind) }
    let sets = inputs.filter { !Self.trained.contains($0.kind) }
    guard let set = sets.first, let teacher = teachers.first, inputs.count == 2 else {
      throw .inputs(
        stage: stage, expected: "a set of records and a trained model",
        found: inputs.map { "\($0.name) (\($0.kind))" })
    }
    self.set = set
    self.teacher = teacher
  }
}
