import Archives
import Files
import Foundation
import Generation
import Records
import Stages
import Testing

struct `The generate stage` {
  static func stage(_ json: JSONObject) throws -> (GenerateStage, JSONObject) {
    var settings = Settings(json, pipelineSeed: 3)
    let stage = try GenerateStage(&settings, inputs: [])
    try settings.finish()
    return (stage, settings.resolved)
  }

  @Test func `writes a set that verifies, whatever the threads`() throws {
    var digests: Set<String> = []
    for threads in [1, 2, 3] {
      let folder = NSTemporaryDirectory() + "retort-generate-\(UUID().uuidString)"
      defer { try? Folder.remove(folder) }
      try Folder.make(folder)
      let (stage, _) = try Self.stage([
        "families": ["sum-reduce": ["levels": "1..2"], "box-tracking": [:]], "count": 150,
      ])
      let context = StageContext(folder: folder, scratch: folder + "/scratch", threads: threads)
      let result = try stage.run(context)
      let files = try result.files.map { try Manifest.entry($0, in: folder) }
      digests.insert(files.map(\.sha256).joined())
      try Manifest(
        kind: "generate", content: result.content ?? "", files: files,
        archive: result.archive, details: result.details
      ).write(to: folder)
      try ArchiveReader.verify(directory: folder)
      let reader = try ArchiveReader(directory: folder)
      #expect(reader.count == 150)
      let records = try reader.samples(in: 0..<150).map { try $0.record() }
      #expect(records.allSatisfy { $0.checker?.verdict == .accepted })
      #expect(result.details["counts"]?["records"] == 150)
      #expect(result.details["split"] == "any")
    }
    #expect(digests.count == 1)
  }

  @Test func `resolves every default`() throws {
    let (_, resolved) = try Self.stage(["families": ["sum-reduce": [:]], "count": 5])
    #expect(
      JSON.object(resolved).text
        == #"{"families":{"sum-reduce":{"levels":"1..10"}},"count":5,"split":"any","seed":3,"allow_fewer":false,"redistribute":false}"#
    )
  }

  @Test func `fails where a level holds fewer records, unless fewer are allowed`() throws {
    func run(_ allowed: Bool) throws -> StageResult {
      let folder = NSTemporaryDirectory() + "retort-generate-\(UUID().uuidString)"
      defer { try? Folder.remove(folder) }
      try Folder.make(folder)
      let (stage, _) = try Self.stage([
        "families": ["sum-reduce": ["levels": 1]], "count": 2500, "allow_fewer": JSON(allowed),
      ])
      return try stage.run(
        StageContext(folder: folder, scratch: folder + "/scratch", threads: 2))
    }
    // So small a level is counted while planning; `Generator` tells what larger ones come to.
    let error = #expect(throws: ConfigurationError.self) { try run(false) }
    #expect(error?.description.contains("sum-reduce level 1, which has 1900 distinct") == true)
    #expect(error?.description.contains("allow_fewer: true") == true)
    let result = try run(true)
    #expect(result.details["counts"]?["wanted"] == 2500)
    #expect(result.details["counts"]?["exhausted"] == ["sum-reduce/1"])
    #expect(result.summary.contains("of 2500 asked for"))
  }

  @Test func `takes more of other levels where one holds no more, if it may`() throws {
    let folder = NSTemporaryDirectory() + "retort-generate-\(UUID().uuidString)"
    defer { try? Folder.remove(folder) }
    try Folder.make(folder)
    let (stage, _) = try Self.stage([
      "families": ["sum-reduce": ["levels": "1..3"]], "count": 7000, "redistribute": true,
    ])
    let result = try stage.run(
      StageContext(folder: folder, scratch: folder + "/scratch", threads: 2))
    #expect(result.details["counts"]?["records"] == 7000)
    #expect(
      result.details["counts"]?["by_family"]?["sum-reduce"]
        == ["1": 1900, "2": 2550, "3": 2550])
    #expect(result.summary.contains("level 1: its space is exhausted"))
    #expect(!result.summary.contains("asked for"))
  }

  @Test(arguments: [
    (#"{"count":5}"#, "families"), (#"{"families":{"sums":{}},"count":5}"#, "sum-reduce"),
    (#"{"families":{"sum-reduce":{"levels":"4..2"}},"count":5}"#, "levels"),
    (#"{"families":{"sum-reduce":{"levels":"1..11"}},"count":5}"#, "1..10"),
    (#"{"families":{"sum-reduce":{}},"count":0}"#, "count"),
    (#"{"families":{"sum-reduce":{}},"count":1,"splitt":"any"}"#, "did you mean split"),
    (#"{"families":{"sum-reduce":{"level":"1"}},"count":1}"#, "did you mean levels"),
    (#"{"families":{"sum-reduce":"2..4"},"count":4}"#, "families.sum-reduce: expected a block"),
    (
      #"{"families":{"sum-reduce":3},"count":4}"#,
      "such as {levels: 2..4}, or {} for all levels, found 3"
    ),
    (#"{"families":{"sum-reduce":[2,3]},"count":4}"#, "families.sum-reduce"),
    (#"{"families":{"sum-reduce":true},"count":4}"#, "families.sum-reduce"),
    (#"{"families":{"sum-reduce":2.5},"count":4}"#, "families.sum-reduce"),
    (#"{"families":"sum-reduce","count":4}"#, "families: expected a block"),
    (#"{"families":["sum-reduce"],"count":4}"#, "families: expected a block"),
    (#"{"families":{},"count":4}"#, "families: expected a block"),
    (#"{"families":{"sum-reduce":{"levels":true}},"count":4}"#, "families.sum-reduce.levels"),
    (#"{"families":{"sum-reduce":{"levels":[2,3]}},"count":4}"#, "families.sum-reduce.levels"),
    (#"{"families":{"sum-reduce":{"levels":2.5}},"count":4}"#, "families.sum-reduce.levels"),
    (#"{"families":{"sum-reduce":{"levels":{}}},"count":4}"#, "families.sum-reduce.levels"),
    (#"{"families":{"sum-reduce":{}},"count":4,"allow_fewer":1}"#, "allow_fewer"),
    (
      #"{"families":{"sum-reduce":{"levels":1}},"count":1001,"split":"test"}"#,
      "which has 1000 problems in all splits"
    ),
    (
      #"{"families":{"sum-reduce":{"levels":1}},"count":1901}"#,
      "which has 1900 distinct records -- ask"
    ),
    (
      #"{"families":{"sum-reduce":{"levels":1}},"count":1900,"split":"train"}"#,
      "distinct records in the split train -- ask"
    ),
  ])
  func `names what is wrong in its settings`(text: String, word: String) throws {
    let object = try JSON.parse(text).objectValue ?? [:]
    let error = #expect(throws: (any Error).self) { try Self.stage(object) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(word))
  }
}
