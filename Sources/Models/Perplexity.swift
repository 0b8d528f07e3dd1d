#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
public import Kernels

/// How well a model predicts text: each counted token once, from the tokens before it.
public struct Perplexity: Sendable, Equatable {
  /// Number of predicted tokens that count.
  public var tokenCount = 0
  /// Sum of `-log q[token]` over them, in nats.
  public var nllSum = 0.0

  /// No token yet.
  public init() {}

  /// Nats per token; NaN without tokens.
  public var meanNLL: Double { nllSum / Double(tokenCount) }
  /// `e^meanNLL`.
  public var perplexity: Double { exp(meanNLL) }

  /// Both texts together: token counts and nats are added.
  public static func + (a: Perplexity, b: Perplexity) -> Perplexity {
    var sum = a
    sum.tokenCount += b.tokenCount
    sum.nllSum += b.nllSum
    return sum
  }
}

/// Measures perplexities of one model.
public final class PerplexityMeter: Sendable {
  private let parameters: Parameters
  private let pass: InferencePass
  private let threads: Int
  /// Most input tokens of a window.
  public let context: Int
  private let convention: PerplexityConvention
  private let beginning: Int32?
  /// Rows of a batch, and number of passes that share them. Constants, because the shape of a pass
  /// and the order of a sum affect low bits.
  private static let rows = 4096
  private static let parts = 4

  /// - Parameters:
  ///   - context: at most what the model takes.
  ///   - beginning: the tokenizer's beginning-of-text token; `nil` if it adds none.
  public init(
    parameters: Parameters, engine: MatrixEngine = .openBLAS, context: Int,
    convention: PerplexityConvention = .blocks, beginning: Int32? = nil, threads: Int = 1
  ) {
    precondition(context >= 1)
    self.parameters = parameters
    self.context = min(context, parameters.configuration.positionCount)
    self.convention = convention
    self.beginning = beginning
    self.threads = threads
    pass = InferencePass(
      configuration: parameters.configuration, engine: engine, parts: Self.parts,
      maximumTokensPerPart: max(self.context, min(TrainingPass.sliceRows, Self.rows)))
  }

  /// - Parameter texts: tokens, and a mask that is 1 where a token counts; the first of a text
  ///   never does.
  /// - Throws: `ModelError.token` for an id that the model does not have, `.logits` for logits that
  ///   are not finite, `.batch` for a text that is too short for the convention.
  public func measure(
    _ texts: [(tokens: [Int32], mask: [UInt8])]
  ) throws(ModelError) -> Perplexity {
    var sum = Perplexity()
    var waiting: [PerplexityWindow] = []
    var rows = 0
    for text in texts {
      guard
        let windows = convention.windows(of: text, context: context, beginning: beginning)
      else {
        throw .batch(
          reason: "\(text.tokens.count) tokens, but this convention needs a context of at least 4 "
            + "tokens and two of them: \(2 * context) tokens")
      }
      for window in windows {
        waiting.append(window)
        rows += window.tokens.count
        if rows < Self.rows { continue }
        sum = sum + (try measure(waiting))
        waiting = []
        rows = 0
      }
    }
    return waiting.isEmpty ? sum : sum + (try measure(waiting))
  }

  private func measure(_ windows: [PerplexityWindow]) throws(ModelError) -> Perplexity {
    let batch = try Batch(samples: windows.map { ($0.tokens, $0.mask) })
    let nll = try pass.negativeLogLikelihoods(
      parameters: parameters, batch: batch, threads: threads)
    var sum = Perplexity()
    for (index, window) in windows.enumerated() {
      var own = Perplexity()
      for row in batch.rowStarts[index]..<batch.rowStarts[index + 1] where batch.weights[row] > 0 {
        guard nll[row].isFinite else { throw .logits(sequence: index) }
        own.tokenCount += 1
        own.nllSum += Double(nll[row])
      }
      if let weight = window.weight, weight != own.tokenCount {
        own.nllSum = own.tokenCount == 0 ? 0 : own.meanNLL * Double(weight)
        own.tokenCount = own.tokenCount == 0 ? 0 : weight
      }
      sum = sum + own
    }
    return sum
  }
}
