internal import Models
internal import Sets
internal import Stages
internal import Tokenization

extension StudentTokens {
  /// Reads the tokenizer and the size of a finished stage's model, not its weights.
  ///
  /// - Throws: `SetError.modelFile`, `TeachingError.vocabulary`, and what the readers of model and
  ///   tokenizer throw.
  init(_ input: StageInput, template: String?) throws {
    let stored = try StoredModel(input)
    name = stored.name
    let place = ModelFolder.place(inStage: stored.folder, files: stored.files)
    let configuration = try ModelFile(place).configuration
    vocabulary = configuration.vocabularySize
    positions = configuration.positionCount
    wrapping = try Wrapping(Tokenizer(of: place), template: template)
    guard wrapping.tokenizer.vocabularySize <= vocabulary else {
      throw TeachingError.vocabulary(
        teacher: name, tokenizer: wrapping.tokenizer.vocabularySize, model: vocabulary)
    }
  }
}
