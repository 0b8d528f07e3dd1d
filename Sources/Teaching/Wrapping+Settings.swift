internal import Files
internal import Stages
internal import Tokenization

extension Settings {
  /// The name of a wrapping; `nil`: the one that the tokenizer brings.
  mutating func template() throws(ConfigurationError) -> String? {
    guard
      let raw = takeRaw(
        "template", .choice(Wrapping.names),
        "how a problem is put to the model; none: as its tokenizer says")
    else {
      resolve("template", .null)
      return nil
    }
    guard let name = raw.stringValue, Wrapping.names.contains(name) else {
      throw error(
        "template",
        "expected one of \(Wrapping.names.joined(separator: ", ")); found \(raw.text.prefix(60))")
    }
    resolve("template", JSON(name))
    return name
  }
}

extension Wrapping {
  /// The wrapping's entry in manifests.
  var json: JSON { ["name": JSON(name), "sha256": JSON(sha256)] }
}
