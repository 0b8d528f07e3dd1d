public import Files
public import Stages

extension PromptsStage {
  /// Free prompts, which are never verified.
  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    let split = settings["split"]?.stringValue
    outlook.sources = [
      Outlook.Source(
        stage: name, kind: Self.kind, settings: settings, split: split == "any" ? nil : split)
    ]
    outlook.mostRecords = settings["count"]?.intValue
    outlook.isVerified = false
    outlook.hasPrompts = true
    return outlook
  }
}
