public import Decoding
public import Kernels
public import Models
internal import Randomness

/// Writing speed of a model: prompts of one length, all continued to the same length.
public struct GenerationBenchmark: Sendable {
  /// Shape of the model.
  public var configuration: TransformerConfiguration
  /// Format of the random weights.
  public var format = WeightFormat.float32
  /// Weights to use instead of random ones; they set the format.
  public var weights: DecoderWeights?
  /// Texts written at once.
  public var prompts = 64
  /// Tokens of each prompt.
  public var promptTokens = 32
  /// Tokens written after each prompt; at least 2.
  public var newTokens = 128
  /// How tokens are drawn; by default among the 50 likeliest, at temperature 1.
  public var sampling = Sampling(temperature: 1, topK: 50)

  /// Seconds of one repetition.
  public struct Times: Sendable {
    /// Until every text had its first token.
    public var prefill: Double
    /// From then to the last token of each.
    public var decode: Double
  }

  /// A model of this shape with random weights.
  public init(configuration: TransformerConfiguration) {
    self.configuration = configuration
  }

  /// One decoder, all prompts at once, on random weights unless `weights` is set. A first round,
  /// which touches all memory for the first time, is not counted.
  ///
  /// - Parameter beside: called after each repetition.
  public func run(
    threads: Int, repetitions: Int = 3, beside: () -> Void = {}
  ) throws(ModelError) -> [Times] {
    precondition(newTokens > 1)
    var stream = Seed(1).child("prompts").stream()
    let texts = (0..<prompts).map { _ in
      (0..<promptTokens).map { _ in Int32(stream.uniform(configuration.vocabularySize)) }
    }
    let streams = texts.indices.map { Seed(1).child($0).stream() }
    let weights =
      weights
      ?? DecoderWeights(
        Parameters(drawn: configuration, seed: Seed(1), threads: threads), format: format,
        threads: threads)
    let decoder = Decoder(
      weights: weights, sequences: prompts, positions: promptTokens + newTokens, threads: threads)
    func seconds(_ newTokens: Int) throws(ModelError) -> Double {
      let clock = ContinuousClock()
      let start = clock.now
      _ = try decoder.generate(
        prompts: texts, newTokens: newTokens, stop: [], sampling: sampling, streams: streams)
      return (clock.now - start) / .seconds(1)
    }
    var times: [Times] = []
    for repetition in 0...repetitions {
      let prefill = try seconds(1)
      let whole = try seconds(newTokens)
      beside()
      if repetition > 0 { times.append(Times(prefill: prefill, decode: whole - prefill)) }
    }
    return times
  }
}
