/// Sequences of different lengths, one after the other without padding, and the target of each
/// position.
public struct Batch: Sendable {
  /// Inputs, concatenated.
  public let tokens: [Int32]
  /// First row of each sequence, then the number of rows.
  public let rowStarts: [Int]
  /// The token after each row.
  public let nextTokens: [Int32]
  /// Weight of each row's loss; 0 if the next token is no target.
  public let weights: [Float]
  /// Rows of weight other than 0.
  public let targetCount: Int
  /// Sum of the weights: the loss is divided by it.
  public let weightSum: Double

  /// - Throws: `ModelError.batch` when the lengths do not agree or a weight is not a finite number
  ///   of at least 0.
  public init(
    tokens: [Int32], rowStarts: [Int], nextTokens: [Int32], weights: [Float]
  ) throws(ModelError) {
    guard nextTokens.count == tokens.count, weights.count == tokens.count else {
      throw .batch(
        reason: "\(tokens.count) tokens, \(nextTokens.count) next tokens, \(weights.count) weights")
    }
    guard rowStarts.first == 0, rowStarts.last == tokens.count,
      zip(rowStarts, rowStarts.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .batch(reason: "row starts must rise from 0 to \(tokens.count)") }
    var targets = 0
    var sum = 0.0
    for weight in weights {
      guard weight >= 0, weight.isFinite else {
        throw .batch(reason: "a weight is \(weight); expected a finite number of at least 0")
      }
      if weight > 0 { targets += 1 }
      sum += Double(weight)
    }
    self.tokens = tokens
    self.rowStarts = rowStarts
    self.nextTokens = nextTokens
    self.weights = weights
    targetCount = targets
    weightSum = sum
  }

  /// Samples of L tokens and masks of L, mask 1 where a token is a target: L - 1 rows each, row t
  /// predicts token t + 1 with weight mask[t + 1]. A sample without two tokens has no rows.
  public init(samples: [(tokens: [Int32], mask: [UInt8])]) throws(ModelError) {
    var tokens: [Int32] = []
    var next: [Int32] = []
    var weights: [Float] = []
    var starts = [0]
    for (index, sample) in samples.enumerated() {
      guard sample.tokens.count == sample.mask.count else {
        throw .batch(
          reason:
            "sample \(index) has \(sample.tokens.count) tokens, \(sample.mask.count) mask bytes")
      }
      tokens += sample.tokens.dropLast()
      next += sample.tokens.dropFirst()
      weights += sample.mask.dropFirst().map { $0 == 0 ? 0 : 1 }
      starts.append(tokens.count)
    }
    try self.init(tokens: tokens, rowStarts: starts, nextTokens: next, weights: weights)
  }

  /// Sequences to read, without targets.
  public init(sequences: [[Int32]]) throws(ModelError) {
    let tokens = sequences.flatMap { $0 }
    try self.init(
      tokens: tokens,
      rowStarts: sequences.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) },
      nextTokens: tokens, weights: [Float](repeating: 0, count: tokens.count))
  }

  /// Sequences in the batch.
  public var sequenceCount: Int { rowStarts.count - 1 }

  /// - Throws: for a token or length that the model does not accept.
  package func check(_ configuration: TransformerConfiguration, longest: Int) throws(ModelError) {
    let V = Int32(configuration.vocabularySize)
    for (at, token) in tokens.enumerated() where token < 0 || token >= V {
      throw .token(at: at, token: token, vocabulary: Int(V))
    }
    for (at, token) in nextTokens.enumerated() where token < 0 || token >= V {
      throw .token(at: at + 1, token: token, vocabulary: Int(V))
    }
    let limit = min(longest, configuration.positionCount)
    for s in 0..<sequenceCount where rowStarts[s + 1] - rowStarts[s] > limit {
      throw .sequenceLength(sequence: s, length: rowStarts[s + 1] - rowStarts[s], limit: limit)
    }
  }
}
