import Arms
import Files
import Testing

/// Arms name settings of objectives in another module: these must be the same words.
struct `The settings of arms` {
  @Test func `are those of their objectives`() throws {
    let kinds = try #require(
      try JSON.parse(try Program.run(["stages", "--json"]).output).arrayValue)
    for arm in Arm.all {
      let kind = try #require(kinds.first { $0["kind"]?.stringValue == arm.stage })
      let settings = kind["settings"]?.arrayValue ?? []
      let names = settings.first { $0["name"] == "objective.name" }?["bounds"]?.arrayValue ?? []
      #expect(names.contains(JSON(arm.objective)), "\(arm.name)")
      let suffix = "only with objective: \(arm.objective)"
      let own = settings.compactMap { setting -> String? in
        guard let name = setting["name"]?.stringValue, name.hasPrefix("objective."),
          setting["meaning"]?.stringValue?.hasSuffix(suffix) == true
        else { return nil }
        return String(name.dropFirst("objective.".count))
      }
      // Beside its objective's, an arm that writes names the setting of its texts.
      let options = arm.options.filter { !(arm.writes && $0 == "texts") }
      #expect(own.sorted() == options.sorted(), "\(arm.name)")
      #expect(
        !arm.writes || settings.contains { $0["name"]?.stringValue == "texts.name" }, "\(arm.name)")
    }
  }
}
