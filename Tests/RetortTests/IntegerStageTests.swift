import Files
import Testing

/// Stages that compute with integers alone give the same bytes on every machine. A digest that
/// changes while the code version does not would orphan nobody's key and change everybody's data.
struct `The integer-only stages` {
  /// Stage of the tiny pipeline, its code version, the content of its folder. When a change is
  /// meant, raise the stage's `codeVersion` and write the new line here.
  static let committed: [(stage: String, version: Int, content: String)] = [
    ("problems", 5, "805e5d891a2f87cf88e6537a694f8ce14daac50fd1ee1f43763cd488902e8252"),
    ("test", 5, "d75609c0caafb4156305eeece0790095c958493b8d435562a920546e0326bdc2"),
    ("teacher-order", 2, "fd19ea7b3516cb23dcf0d098247b4449679f432d7efee22883a0b071bc5761ce"),
    ("compare-order-s1", 2, "c5c1f54eaf1651ebf9d4f350f4c83284980c59ec1769587ca4ed43d8cf2abff0"),
    ("compare-order-s2", 2, "0350b3a47051625ad50ec9c5add259797562e853373e28b5d1062d599a708ebc"),
  ]

  @Test func `give the committed digests`() throws {
    try Program.withFolder { folder in
      let run = try Program.run(
        ["run", Program.pipeline("tiny"), "--into", folder, "--quiet", "--json"])
      try #require(run.status == 0, "\(run.errors)")
      let stages = try #require(try JSON.parse(run.output)["stages"]?.arrayValue)
      for (name, version, content) in Self.committed {
        let stage = try #require(stages.first { $0["name"]?.stringValue == name })
        let manifest = try Manifest.read(from: try #require(stage["folder"]?.stringValue))
        #expect(manifest.stage?["version"]?.intValue == version, "\(name)")
        #expect(manifest.content == content, "\(name)")
      }
    }
  }
}
