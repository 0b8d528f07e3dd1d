#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
public import Kernels

/// How well a model predicts text: every token that counts once, from the tokens before it.
public struct Perplexity: Sendable, Equatable {
  /// Tokens that were predicted and count.
  public var tokenCount = 0
  /// Sum of `-log q[token]` over them, in nats.
  public var nllSum = 0.0

  public init() {}

  /// Nats a token; NaN without tokens.
  public var meanNLL: Double { nllSum / Double(tokenCount) }
  /// `e^meanNLL`.
  public var perplexity: Double { exp(meanNLL) }

  public static func + (a: Perplexity, b: Perplexity) -> Perplexity {
    var sum = a
    sum.tokenCount += b.tokenCount
    sum.nllSum += b.nllSum
    return sum
  }
}

/// Measures perplexities of one model.
///
/// A text longer than the context is read in chunks. Each begins with the last token of the one
/// before, so that every token but the text's first is predicted once; what lies before a chunk is
/// not seen.
public final class PerplexityMeter: Sendable {
  private let parameters: Parameters
  private let pass: InferencePass
  private let threads: Int
  /// Tokens of a chunk.
  public let context: Int
  /// Rows of a batch, and how many passes share them. Constants, since the shape of a pass and the
  /// order of a sum show in low bits.
  private static let rows = 4096
  private static let parts = 4

  /// - Parameter context: at most what the model takes.
  public init(
    parameters: Parameters, engine: MatrixEngine = .openBLAS, context: Int, threads: Int = 1
  ) {
    precondition(context >= 1)
    self.parameters = parameters
    self.context = min(context, parameters.configuration.positionCount)
    self.threads = threads
    pass = InferencePass(
      configuration: parameters.configuration, engine: engine, parts: Self.parts,
      maximumTokensPerPart: max(self.context, min(TrainingPass.sliceRows, Self.rows)))
  }

  /// - Parameter texts: tokens, and 1 in the mask where one counts; the first of a text never does.
  /// - Throws: `ModelError.token` for an id that the model does not have, `.logits` where logits are
  ///   not finite.
  public func measure(
    _ texts: [(tokens: [Int32], mask: [UInt8])]
  ) throws(ModelError) -> Perplexity {
    var sum = Perplexity()
    var waiting: [(tokens: [Int32], mask: [UInt8])] = []
    var rows = 0
    for text in texts {
      for chunk in Self.chunks(of: text, context: context) {
        waiting.append(chunk)
        rows += chunk.tokens.count
        if rows < Self.rows { continue }
        sum = sum + (try measure(batch: Batch(samples: waiting)))
        waiting = []
        rows = 0
      }
    }
    return waiting.isEmpty ? sum : sum + (try measure(batch: Batch(samples: waiting)))
  }

  private func measure(batch: Batch) throws(ModelError) -> Perplexity {
    let nll = try pass.negativeLogLikelihoods(
      parameters: parameters, batch: batch, threads: threads)
    var sum = Perplexity()
    for (row, weight) in batch.weights.enumerated() where weight > 0 {
      sum.tokenCount += 1
      guard nll[row].isFinite else {
        throw .logits(sequence: batch.rowStarts.lastIndex { $0 <= row } ?? 0)
      }
      sum.nllSum += Double(nll[row])
    }
    return sum
  }

  /// Chunks of at most `context` inputs: the last token of a chunk is predicted only.
  static func chunks(
    of text: (tokens: [Int32], mask: [UInt8]), context: Int
  ) -> [(tokens: [Int32], mask: [UInt8])] {
    guard text.tokens.count > 1 else { return [] }
    return stride(from: 0, to: text.tokens.count - 1, by: context).map { start in
      let range = start..<min(start + context + 1, text.tokens.count)
      return (Array(text.tokens[range]), Array(text.mask[range]))
    }
  }
}
