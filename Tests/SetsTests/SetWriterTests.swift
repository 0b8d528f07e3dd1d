import Archives
import Files
import Records
import Sets
import StageSupport
import Testing

struct `A writer of sets` {
  /// A run that was killed left its files; the folder has no manifest.
  @Test func `removes what an interrupted run left`() throws {
    let made = try MadeStage("set", kind: "generate") { folder in
      var first = try SetWriter(in: folder, threads: 1)
      try first.append(TinySet.records[0])
      _ = try first.finish()
      var second = try SetWriter(in: folder, threads: 1)
      try second.append(TinySet.records[1], columns: [RecordSet.unfinishedColumn: 1])
      return try second.finish().result(SetManifest(isVerified: false), summary: "")
    }
    let set = try RecordSet(made.input, acceptsUnverified: true)
    #expect(try set.records(in: 0..<set.count, threads: 1) == [TinySet.records[1]])
    #expect(try set.isUnfinished(at: 0))
  }
}
