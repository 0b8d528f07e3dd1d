internal import Files
internal import Stages
internal import Tokenization

/// The settings of a model that starts from a checkpoint: `model: {from: …}`.
public struct StudentStart: Sendable, Equatable {
  /// The input that holds the checkpoint.
  public var input: String
  /// Name of the wrapping for sets without tokens; `nil`: as the checkpoint's tokenizer says.
  public var template: String?

  static let key = "from"
  /// Where it stands in the settings of a training.
  static let path = ["model", key]
  private static let templateKey = "template"
  /// Keys that say nothing about the shape, which is the checkpoint's.
  private static let ownKeys = [key, templateKey]

  /// - Parameter models: names of the inputs that hold a model.
  /// - Returns: `nil` where the block names no checkpoint.
  init?(_ block: inout Settings, models: [String]) throws(ConfigurationError) {
    let from = block.takeRaw(
      Self.key, .path,
      "a checkpoint that the model starts from, in the place of a shape: a stage that makes a model, "
        + "a Hugging Face folder or a GGUF file")
    let wrapping = block.takeRaw(
      Self.templateKey, .choice(Wrapping.names),
      "with from, and a set without tokens: how a problem is put to the model; none: as its "
        + "tokenizer says")
    guard let from else {
      guard wrapping == nil else {
        throw block.error(
          Self.templateKey, "belongs to a model that starts from a checkpoint -- name it with from")
      }
      return nil
    }
    guard let name = from.stringValue, !name.isEmpty else {
      throw block.error(
        Self.key, "expected a stage, a folder or a .gguf file, found \(from.text.prefix(60))")
    }
    if let other = block.firstKey(except: Self.ownKeys) {
      throw block.error(
        other, "the model starts from \(name) and keeps its shape -- leave out one of the two")
    }
    // Names of stages are not part of the key: the place among the models is.
    guard let place = models.firstIndex(of: name) else {
      throw block.error(
        Self.key, "\(name) is none of the inputs that hold a model -- name it among them")
    }
    block.resolve(Self.key, JSON(place + 1))
    input = name
    guard let wrapping else { return }
    guard let template = wrapping.stringValue, Wrapping.names.contains(template) else {
      throw block.error(
        Self.templateKey,
        "expected one of \(Wrapping.names.joined(separator: ", ")); found "
          + wrapping.text.prefix(60))
    }
    block.resolve(Self.templateKey, JSON(template))
    self.template = template
  }
}
