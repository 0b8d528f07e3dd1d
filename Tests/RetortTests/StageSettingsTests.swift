import Files
import Testing

/// What every stage declares, as the program shows it.
struct `The settings of every kind of stage` {
  private static func catalogue() throws -> [JSON] {
    try #require(try JSON.parse(try Program.run(["stages", "--json"]).output).arrayValue)
  }

  /// Written files go stale in silence: whoever changes a setting writes them again.
  @Test(arguments: [("--markdown", "Settings.md"), ("--schema", "pipeline.schema.json")])
  func `stand in the committed files as the program prints them`(option: String, file: String)
    throws
  {
    let bytes = try readFile("\(Program.root)/Pipelines/\(file)")
    #expect(
      try Program.run(["stages", option]).output == String(decoding: bytes, as: UTF8.self),
      "stale: retort stages \(option) > Pipelines/\(file)")
  }

  /// A comparison adds stages by what they make, so one kind that reads others, and no other, must
  /// make it.
  @Test(arguments: [["order"], ["set", "labels"], ["evaluation"], ["report"]])
  func `come from the one kind that makes what planning adds`(products: [String]) throws {
    let all = try Self.catalogue().filter {
      $0["makes"]?.arrayValue?.compactMap(\.stringValue) == products
    }
    // Where several do, those that can do without others stand back.
    let makers =
      all.count == 1
      ? all
      : all.filter {
        $0["needs"]?.arrayValue?.compactMap(\.stringValue).contains { need in
          let count = need.prefix { $0 != ":" }
          return !count.contains("if any") && !count.contains("any number")
        } == true
      }
    #expect(makers.count == 1)
  }

  @Test func `show families as the gallery does`() throws {
    let bytes = try readFile("\(Program.root)/Corpora/gallery.md")
    #expect(
      try Program.run(["families", "--gallery"]).output == String(decoding: bytes, as: UTF8.self),
      "stale: retort families --gallery > Corpora/gallery.md")
  }

  @Test func `each have a type, a default, bounds and a meaning`() throws {
    let kinds = try Self.catalogue()
    #expect(kinds.count == 14)
    for kind in kinds {
      #expect(kind.objectValue?.keys == ["kind", "about", "needs", "makes", "settings"])
      #expect(kind["makes"]?.arrayValue?.isEmpty == false)
      let settings = try #require(kind["settings"]?.arrayValue)
      #expect(!settings.isEmpty, "\(kind["kind"]?.text ?? "")")
      for setting in settings {
        #expect(
          setting.objectValue?.keys
            == ["name", "type", "required", "default", "bounds", "meaning"])
        #expect(setting["meaning"]?.stringValue?.isEmpty == false, "\(setting.text)")
      }
    }
  }

  /// A key that a stage resolves without having declared it is one that no documentation knows.
  static func requireDeclared(in run: String) throws {
    var declared: [String: Set<String>] = [:]
    for kind in try catalogue() {
      declared[kind["kind"]?.stringValue ?? ""] = Set(
        (kind["settings"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
    }
    let plan = try JSON.parse(try readFile(run + "/pipeline.json"))
    let stages = try #require(plan["stages"]?.arrayValue)
    try #require(!stages.isEmpty)
    for stage in stages {
      let kind = try #require(stage["kind"]?.stringValue)
      var resolved = try #require(stage["resolved"]?.objectValue)
      // The digests of files that a path names, in its place.
      if ["import", "import-labels", "prompts", "records"].contains(kind) {
        resolved["files"] = nil
      }
      for key in keys(resolved, under: "") {
        #expect(declared[kind]?.contains(key) == true, "\(kind): \(key) is not declared")
      }
    }
  }

  private static func keys(_ object: JSONObject, under prefix: String) -> [String] {
    object.members.flatMap { member -> [String] in
      let name = prefix + (prefix == "families." ? "<family>" : member.key)
      guard let inner = member.value.objectValue else { return [name] }
      return keys(inner, under: name + ".")
    }
  }

  @Test func `are shown by kind, and named in the help of the commands that take them`() throws {
    for kind in ["train", "distil", "label", "sample", "curriculum"] {
      let shown = try Program.run(["stages", kind])
      #expect(shown.status == 0 && shown.output.hasPrefix("\(kind): "), "\(shown)")
      let help = try Program.run([kind, "--help"])
      #expect(help.output.contains("retort stages \(kind)"), "\(help.output)")
    }
    let unknown = try Program.run(["stages", "trian"])
    #expect(unknown.status == 2 && unknown.errors.contains("train"), "\(unknown)")
    #expect(try Program.run(["stages", "--json", "--schema"]).status == 2)
  }
}
