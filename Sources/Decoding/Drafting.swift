public import Randomness

/// Writes texts of one model with the help of a smaller one, one at a time, and measures the gain.
public struct Drafting: Sendable {
  private let weights: DecoderWeights
  private let sampling: Sampling
  private let newTokens: Int
  private let stop: Set<Int32>
  private let positions: Int
  private let threads: Int

  /// A text to write.
  public struct Request: Sendable {
    /// Token ids; not empty.
    public let prompt: [Int32]
    /// The draws of its tokens.
    public let stream: RandomStream

    /// - Parameter stream: the draws of its tokens.
    public init(prompt: [Int32], stream: RandomStream) {
      self.prompt = prompt
      self.stream = stream
    }
  }

  /// Totals over all texts.
  public struct Tally: Sendable, Equatable {
    /// Tokens written.
    public internal(set) var tokens = 0
    /// Tokens that the draft wrote ahead.
    public internal(set) var proposed = 0
    /// Proposed tokens that the model kept.
    public internal(set) var accepted = 0
    /// Steps of the large model, without the reading of prompts.
    public internal(set) var steps = 0
    /// Wall time of writing, prompts included.
    public internal(set) var seconds = 0.0

    /// Nothing written yet.
    public init() {}

    /// 0 if no time was measured.
    public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
    /// Share of the proposed tokens that were kept; 0 if none was proposed.
    public var acceptance: Double { proposed > 0 ? Double(accepted) / Double(proposed) : 0 }
    /// 0 without steps.
    public var tokensPerStep: Double { steps > 0 ? Double(tokens) / Double(steps) : 0 }

    /// How many times faster than `alone` the tokens were written; 0 if `alone` measured nothing.
    public func speedUp(over alone: Tally) -> Double {
      alone.tokensPerSecond > 0 ? tokensPerSecond / alone.tokensPerSecond : 0
    }
  }

  /// - Parameters:
  ///   - weights: of the model whose text is written.
  ///   - newTokens: most tokens of a text.
  ///   - stop: tokens that end a text.
  ///   - positions: room for the longest prompt and its continuation.
  public init(
    weights: DecoderWeights, sampling: Sampling, newTokens: Int, stop: Set<Int32>, positions: Int,
    threads: Int
  ) {
    self.weights = weights
    self.sampling = sampling
    self.newTokens = newTokens
    self.stop = stop
    self.positions = positions
    self.threads = threads
  }

  /// Writes all texts with a draft that writes `ahead` tokens ahead.
  ///
  /// - Throws: as `SpeculativeDecoder`.
  public func write(
    _ requests: [Request], with draft: DecoderWeights, ahead: Int
  ) throws -> (texts: [SpeculativeDecoder.Written], tally: Tally) {
    let decoder = try SpeculativeDecoder(
      model: weights, draft: draft, ahead: ahead, positions: positions, threads: threads)
    var tally = Tally()
    var texts: [SpeculativeDecoder.Written] = []
    for request in requests {
      var stream = request.stream
      let clock = ContinuousClock()
      let start = clock.now
      let text = try decoder.generate(
        prompt: request.prompt, newTokens: newTokens, stop: stop, sampling: sampling,
        stream: &stream)
      tally.seconds += (clock.now - start) / .seconds(1)
      tally.tokens += text.tokens.count
      tally.proposed += text.proposed
      tally.accepted += text.accepted
      tally.steps += text.steps
      texts.append(text)
    }
    return (texts, tally)
  }

  /// Writes all texts with the model alone, one at a time.
  ///
  /// - Throws: as `Decoder.generate`.
  public func writeAlone(_ requests: [Request]) throws -> (texts: [[Int32]], tally: Tally) {
    let decoder = Decoder(
      weights: weights, sequences: 1, positions: positions, threads: threads)
    var tally = Tally()
    var texts: [[Int32]] = []
    for request in requests {
      let clock = ContinuousClock()
      let start = clock.now
      texts += try decoder.generate(
        prompts: [request.prompt], newTokens: newTokens, stop: stop,
        sampling: sampling, streams: [request.stream])
      tally.seconds += (clock.now - start) / .seconds(1)
      tally.tokens += texts.last?.count ?? 0
    }
    return (texts, tally)
  }
}
