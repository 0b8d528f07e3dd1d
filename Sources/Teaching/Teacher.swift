internal import Decoding
package import Models
internal import Sets
internal import SoftLabels
internal import Stages
package import Tokenization

/// A trained model with its tokenizer, from the folder of the stage that trained it.
package struct Teacher: Sendable {
  let name: String
  let parameters: Parameters
  /// How problems and solutions become ids.
  let wrapping: Wrapping
  /// 64 hex: SHA-256 of `model.safetensors`.
  let fingerprint: String

  /// A teacher already in memory.
  package init(
    name: String, parameters: Parameters, tokenizer: Tokenizer
  ) throws(TokenizerError) {
    self.name = name
    self.parameters = parameters
    wrapping = try Wrapping(tokenizer)
    fingerprint = ""
  }

  /// - Throws: `SetError.modelFile`, `TeachingError.vocabulary`, and what the readers of model and
  ///   tokenizer throw.
  init(_ input: StageInput, template: String? = nil) throws {
    let stored = try StoredModel(input)
    name = stored.name
    fingerprint = stored.fingerprint
    let place = ModelFolder.place(inStage: stored.folder, files: stored.files)
    parameters = try ModelFolder.load(place)
    wrapping = try Wrapping(Tokenizer(of: place), template: template)
    guard tokenizer.vocabularySize <= vocabulary else {
      throw TeachingError.vocabulary(
        teacher: name, tokenizer: tokenizer.vocabularySize, model: vocabulary)
    }
  }

  var tokenizer: Tokenizer { wrapping.tokenizer }
  /// V: the length of every row of labels, whether or not the tokenizer uses all ids.
  var vocabulary: Int { parameters.configuration.vocabularySize }
  /// Rows of the vocabulary that stand for no token.
  var deadRows: Int { vocabulary - min(vocabulary, tokenizer.liveTokenCount) }
  /// The same sampling restricted to rows that stand for tokens.
  func live(_ sampling: Sampling) -> Sampling {
    var sampling = sampling
    sampling.liveTokens = vocabulary - deadRows
    return sampling
  }
  /// Turns its final normed states into logits.
  var readout: Readout {
    Readout(
      parameters.readout, vocabulary: vocabulary, width: parameters.configuration.hiddenSize)
  }
  /// Most tokens of a sequence in front of the last one predicted.
  var positions: Int { parameters.configuration.positionCount }

  /// Floating-point operations of reading sequences of these lengths once, with the logits of every
  /// position: 2 for each weight of a matrix product and token, and 4 for each layer, head,
  /// dimension of a head and pair of positions (the causal half of both attention products). With
  /// the cache of keys and values, writing a sequence costs the same.
  func operations(sequenceLengths: [Int]) -> Double {
    let starts = sequenceLengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    // A training step is one forward pass and a backward pass of twice its cost.
    return parameters.configuration.trainingOperations(rowStarts: starts) / 3
  }
}
