public import Files
public import Stages

extension GenerateStage {
  /// The families, levels, split and seed of the records, all of which follow from settings.
  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    var cells: [String] = []
    for member in settings["families"]?.objectValue?.members ?? [] {
      guard let text = member.value["levels"]?.stringValue, let range = try? LevelRange(text)
      else { continue }
      cells += range.levels.map { "\(member.key)/\($0)" }
    }
    let split = settings["split"]?.stringValue
    outlook.sources = [
      Outlook.Source(
        stage: name, kind: Self.kind, settings: settings, cells: cells,
        split: split == "any" ? nil : split, seed: settings["seed"]?.intValue)
    ]
    outlook.mostRecords = settings["count"]?.intValue
    outlook.isVerified = true
    outlook.hasPrompts = false
    return outlook
  }
}
