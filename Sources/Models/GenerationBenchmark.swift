import Kernels
import Randomness
import Synchronization

/// How fast a model writes: prompts of one length, all continued to the same length.
public struct GenerationBenchmark: Sendable {
  public var configuration: TransformerConfiguration
  public var prompts = 64
  public var promptTokens = 32
  public var newTokens = 128
  public var sampling = Sampling(temperature: 1, topK: 50)

  public init(configuration: TransformerConfiguration) {
    self.configuration = configuration
  }

  /// New tokens a second, median over the repetitions; the prompts are shared among the threads.
  public func run(threads: Int, repetitions: Int = 3) throws(ModelError) -> Double {
    let parameters = Parameters(drawn: configuration, seed: Seed(1), threads: threads)
    var stream = Seed(1).child("prompts").stream()
    let texts = (0..<prompts).map { _ in
      (0..<promptTokens).map { _ in Int32(stream.uniform(configuration.vocabularySize)) }
    }
    let share = (prompts + threads - 1) / threads
    let decoders = (0..<threads).map { _ in
      Decoder(parameters: parameters, sequences: share, positions: promptTokens + newTokens)
    }
    let failure = Mutex<ModelError?>(nil)
    let pool = WorkerPool(threads: threads)
    var rates: [Double] = []
    for _ in 0..<repetitions {
      let clock = ContinuousClock()
      let start = clock.now
      pool.run(parts: threads) { part in
        let range = min(part * share, prompts)..<min((part + 1) * share, prompts)
        do throws(ModelError) {
          _ = try decoders[part].generate(
            prompts: Array(texts[range]), newTokens: newTokens, stop: [], sampling: sampling,
            streams: range.map { Seed(1).child($0).stream() })
        } catch {
          failure.withLock { $0 = error }
        }
      }
      if let error = failure.withLock({ $0 }) { throw error }
      let seconds = (clock.now - start) / .seconds(1)
      rates.append(Double(prompts * newTokens) / seconds)
    }
    return rates.sorted()[rates.count / 2]
  }
}
