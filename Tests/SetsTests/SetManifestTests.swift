import Files
import Sets
import SoftLabels
import StageSupport
import Testing

struct `What a set says of itself` {
  @Test func `is read back as it was written, beside what the stage adds`() throws {
    var manifest = SetManifest(isVerified: true)
    manifest.source = .teacher
    manifest.encoding = "hidden"
    manifest.encodingDetails = ["type": "float16", "width": 8]
    manifest.teacher = "ab"
    manifest.tokenizer = "cd"
    manifest.wrapping = ["name": "plain", "sha256": "ef"]
    manifest.vocabulary = 300
    manifest.split = "train"
    manifest.counts = ["records": 6]
    let made = try TinySet.plain(manifest)
    #expect(try SetManifest(made.manifest, name: "set") == manifest)
    #expect(manifest.wrappingName == "plain")
    #expect(made.details["extra"] == 5)
    #expect(
      made.details.keys.prefix(4) == ["verified", "source", "encoding", "teacher"])
  }

  /// A set that was never labelled says nothing of labels.
  @Test func `of a plain set is short`() throws {
    let details = SetManifest(isVerified: nil).details()
    #expect(details == ["verified": .null])
    #expect(try SetManifest(TinySet.plain().manifest, name: "set").certificate() == nil)
  }

  @Test(
    arguments: [
      ("verified", 5), ("source", "wind"), ("encoding", 1), ("vocab_size", 0),
      ("vocab_size", "many"), ("hidden", "x"), ("tokenizer", 1), ("counts", [1]),
    ] as [(String, JSON)])
  func `of another type is refused with input and key`(key: String, value: JSON) throws {
    var manifest = try TinySet.plain().manifest
    manifest.details["encoding"] = "hidden"
    manifest.details[key] = value
    let error = #expect(throws: SetError.self) { _ = try SetManifest(manifest, name: "mine") }
    #expect(error?.description.hasPrefix("mine: its manifest: \"\(key)\"") == true)
  }
}
