import Files
import Foundation
import Generation
import Stages
import Testing

/// The prompts that are committed.
struct `The corpora` {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Corpora").path

  /// Red after an edit: `python3 Scripts/goldens/prompts.py` writes the manifest anew.
  @Test func `are what their manifest says, each under our licence`() throws {
    let manifest = try JSON.parse(readFile(Self.root + "/manifest.json"))
    let files = try #require(manifest["files"]?.arrayValue)
    for file in files {
      let path = try #require(file["path"]?.stringValue)
      let bytes = try readFile(Self.root + "/" + path)
      #expect(file["sha256"]?.stringValue == SHA256.hash(bytes).hex, "\(path)")
      #expect(file["bytes"]?.intValue == bytes.count)
      #expect(file["licence"] == "Apache-2.0")
    }
    let listed = Set(files.compactMap { $0["path"]?.stringValue })
    for name in try Folder.names(in: Self.root + "/prompts") {
      #expect(listed.contains("prompts/" + name), "\(name)")
    }
  }

  @Test func `hold at least a thousand distinct prompts`() throws {
    var settings = Settings(["path": JSON(Self.root + "/prompts"), "count": 1000])
    _ = try PromptsStage(&settings, inputs: [])
    try settings.finish()
  }
}
