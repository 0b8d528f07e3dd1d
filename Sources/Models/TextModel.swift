internal import Checkpoints
internal import Files
internal import Tensors
public import Tokenization

/// A model that reads and writes text: its file, its tokenizer, and how it wraps a problem.
public struct TextModel: Sendable {
  /// The model; its weights are not read yet.
  public let file: ModelFile
  /// How a problem becomes a prompt: the named template, or the model's own.
  public let wrapping: Wrapping

  /// The model's own, read from its file or from the folder that it lies in.
  public var tokenizer: Tokenizer { wrapping.tokenizer }

  /// - Parameters:
  ///   - file: a model of any format; its tokenizer lies in the file or beside it.
  ///   - template: the name of a wrapping; without it, the model's own.
  /// - Throws: what opening a tokenizer throws; `DoesNotRun` where the two do not belong together.
  public init(_ file: ModelFile, template: String? = nil) throws {
    self.file = file
    let opened = file.checkpoint.checkpoint.path
    // A .safetensors file's tokenizer lies beside it.
    let holder =
      file.checkpoint.checkpoint.gguf != nil || Folder.isFolder(opened)
      ? opened : Paths.parent(of: opened)
    let tokenizer = try ModelSoundness.require(file.checkpoint).tokenizer ?? Tokenizer(of: holder)
    wrapping = try Wrapping(tokenizer, template: template)
  }

  /// Rows of the vocabulary that stand for no token; they are never drawn.
  public var deadRows: Int {
    max(0, file.configuration.vocabularySize - tokenizer.liveTokenCount)
  }

  /// Encodes text unchanged, with the tokens that the tokenizer puts around it.
  public func raw(_ text: [UInt8]) -> [Int32] { tokenizer.encode(text, addingSpecials: true) }
}
