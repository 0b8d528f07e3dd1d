internal import Files
internal import Models
internal import Stages

extension FrozenParts {
  /// Reads `freeze`, which is not in the key where it is left out.
  init(_ settings: inout Settings) throws(ConfigurationError) {
    let pattern = #"^(embeddings|readout|norm|layers\.[0-9]{1,6}(\.\.[0-9]{1,6})?)$"#
    let raw = settings.takeRaw(
      "freeze",
      .other(
        "list of parts",
        schema: ["type": "array", "items": ["type": "string", "pattern": JSON(pattern)]]),
      "parts of the model that stay as they are: embeddings, readout, norm, layers.3, layers.0..3")
    guard let raw else {
      self.init([])
      return
    }
    guard let list = raw.arrayValue else {
      throw settings.error("freeze", "expected a list of parts, found \(raw.text.prefix(60))")
    }
    var parts: [Part] = []
    for item in list {
      guard let part = item.stringValue.flatMap(Part.init) else {
        throw settings.error(
          "freeze",
          "expected embeddings, readout, norm, layers.3 or layers.0..3, found "
            + "\(item.text.prefix(60))")
      }
      parts.append(part)
    }
    if !list.isEmpty { settings.resolve("freeze", raw) }
    self.init(parts)
  }
}
