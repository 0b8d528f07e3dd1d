internal import Files
public import Models
internal import Stages
internal import Tokenization

/// The settings of a model that starts from a checkpoint: `model: {from: …}`.
public struct StudentStart: Sendable, Equatable {
  /// The input that holds the checkpoint.
  public var input: String
  /// Name of the wrapping for sets without tokens; `nil`: as the checkpoint's tokenizer says.
  public var template: String?
  /// What it is cut to before the training; `nil`: it is taken as it is.
  public var shape: Shape?

  /// A shape that the checkpoint is pruned to.
  public struct Shape: Sendable, Equatable {
    /// Layers, channels, neurons and heads that stay; `nil` for one that keeps its number.
    public var sizes: PrunedShape
    /// Most samples of the set that its parts are weighed on.
    public var samples: Int
  }

  static let key = "from"
  /// Where it stands in the settings of a training.
  static let path = ["model", key]
  private static let templateKey = "template"
  /// Keys that say nothing about the shape, which is the checkpoint's.
  private static let ownKeys = [key, templateKey, pruneKey]
  private static let pruneKey = "prune"

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
    shape = try block.optionalBlock(Self.pruneKey) { block throws(ConfigurationError) in
      try Self.shape(&block)
    }
    guard let from else {
      // A reader that only describes reads every block.
      guard shape == nil || block.isDescription else {
        throw block.error(
          Self.pruneKey, "belongs to a model that starts from a checkpoint -- name it with from")
      }
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

  /// The sizes that a checkpoint is cut to, in the words of a model's shape.
  private static func shape(_ block: inout Settings) throws(ConfigurationError) -> Shape {
    let layers = try block.unnotedInt(
      "num_hidden_layers", in: 1...1024,
      "layers that stay: those that change what goes through them most; none: all")
    let hidden = try block.unnotedInt(
      "hidden_size", in: 1...65_536, "channels that stay; none: all")
    let inner = try block.unnotedInt(
      "intermediate_size", in: 1...1_048_576, "neurons of each layer that stay; none: all")
    let heads = try block.unnotedInt(
      "num_attention_heads", in: 1...1024, "heads of each layer that stay; none: all")
    let shared = try block.unnotedInt(
      "num_key_value_heads", in: 1...1024,
      "heads of keys and values that stay; none: as many as leave the groups of heads whole")
    let width = try block.unnotedInt(
      "head_dim", in: 2...1024, "the width of a head, which pruning keeps: a check, nothing else")
    let samples = try block.int(
      "samples", default: 128, in: 1...65_536,
      "samples of the set, its first ones, that each part's share is measured on")
    return Shape(
      sizes: PrunedShape(
        layerCount: layers, hiddenSize: hidden, intermediateSize: inner, headCount: heads,
        keyValueHeadCount: shared, headWidth: width),
      samples: samples)
  }
}
