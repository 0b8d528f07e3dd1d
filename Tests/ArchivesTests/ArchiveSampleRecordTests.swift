import Archives
import Files
import Records
import Testing

struct `A record as a sample` {
  static let record = Record(
    family: "sum-reduce", level: 1, knobs: ["terms": 3], problem: "1+2+3",
    solution: "3+3\n6\nAnswer: 6", answer: "6", canonicalProblem: "1+2+3", origin: .reference,
    checker: nil)

  @Test func `comes back as it was`() throws {
    let sample = ArchiveSample(
      record: Self.record, fields: [("mask.npy", [1])], columns: ["teacher_ce": 0.5])
    #expect(try sample.record() == Self.record)
    #expect(sample.id == Self.record.id)
    #expect(sample["mask.npy"] == [1])
    #expect(sample["none"] == nil)
    #expect(sample.columns.keys == ["family", "level", "steps", "length", "content", "teacher_ce"])
  }

  @Test func `that lacks one says so`() {
    let sample = ArchiveSample(id: "a", fields: [("mask.npy", [])])
    #expect(throws: RecordError.missing(key: "json")) { try sample.record() }
  }
}
