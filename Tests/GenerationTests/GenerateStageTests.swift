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
      #expect(records.allSatisfy { $0.checker?.verdict == "accepted" })
      #expect(result.details["counts"]?["records"] == 150)
      #expect(result.details["split"] == "any")
    }
    #expect(digests.count == 1)
  }

  @Test func `resolves every default`() throws {
    let (_, resolved) = try Self.stage(["families": ["sum-reduce": [:]], "count": 5])
    #expect(
      JSON.object(resolved).text
        == #"{"families":{"sum-reduce":{"levels":"1..10"}},"count":5,"split":"any","seed":3}"#)
  }

  @Test(arguments: [
    (#"{"count":5}"#, "families"), (#"{"families":{"sums":{}},"count":5}"#, "sum-reduce"),
    (#"{"families":{"sum-reduce":{"levels":"4..2"}},"count":5}"#, "levels"),
    (#"{"families":{"sum-reduce":{"levels":"1..11"}},"count":5}"#, "1..10"),
    (#"{"families":{"sum-reduce":{}},"count":0}"#, "count"),
    (#"{"families":{"sum-reduce":{}},"count":1,"splitt":"any"}"#, "did you mean split"),
    (#"{"families":{"sum-reduce":{"level":"1"}},"count":1}"#, "did you mean levels"),
  ])
  func `names what is wrong in its settings`(text: String, word: String) throws {
    let object = try JSON.parse(text).objectValue ?? [:]
    let error = #expect(throws: (any Error).self) { try Self.stage(object) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(word))
  }
}
