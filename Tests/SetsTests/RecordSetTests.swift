import Archives
import Files
import Records
import Sets
import StageSupport
import Testing

struct `A set of records` {
  @Test func `hands out its records in order`() throws {
    let made = try TinySet.plain()
    let set = try RecordSet(made.input)
    #expect(set.count == 6 && set.isVerified == nil)
    for threads in [1, 2, 3] {
      #expect(try set.records(in: 1..<5, threads: threads) == Array(TinySet.records[1..<5]))
    }
    #expect(try !set.isUnfinished(at: 0))
  }

  @Test func `that nobody verified is read only where that was said`() throws {
    let made = try TinySet.plain(SetManifest(isVerified: false))
    #expect(throws: SetError.unverified(set: "set")) { _ = try RecordSet(made.input) }
    #expect(try RecordSet(made.input, acceptsUnverified: true).isVerified == false)
  }

  /// A claim that a record does not bear out.
  @Test func `that claims to be verified is held to it`() throws {
    let made = try TinySet.plain(SetManifest(isVerified: true))
    let set = try RecordSet(made.input)
    #expect(throws: SetError.unsupported(set: "set", sample: TinySet.records[0].id)) {
      _ = try set.records(in: 0..<2, threads: 1)
    }
  }

  @Test func `without records is refused`() throws {
    let made = try TinyInputs.archive(
      "other", kind: "generate", [ArchiveSample(id: "a", fields: [("txt", [1])])], [:])
    #expect(throws: SetError.noRecords(set: "other", fields: ["txt"])) {
      _ = try RecordSet(made.input)
    }
    let wrong = try TinyInputs.archive(
      "wrong", kind: "generate", [ArchiveSample(id: "a", fields: [("json", [0x31])])], [:])
    let error = #expect(throws: SetError.self) {
      _ = try RecordSet(wrong.input).records(in: 0..<1, threads: 1)
    }
    guard case .record(set: "wrong", sample: "a", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
