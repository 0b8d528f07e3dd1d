import Decoding
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Writing with a draft` {
  private static let prompts: [[Int32]] = [[1], [2, 3, 4], [5, 6]]

  private static func drafting(_ model: Parameters, stop: Set<Int32> = []) -> Drafting {
    Drafting(
      weights: DecoderWeights(model), sampling: .greedy, newTokens: 12, stop: stop, positions: 40,
      threads: 1)
  }

  private static var requests: [Drafting.Request] {
    prompts.indices.map {
      Drafting.Request(prompt: prompts[$0], stream: Seed(1).child($0).stream())
    }
  }

  /// A draft changes the time that a greedy text takes, never the text.
  @Test func `writes what the model writes alone`() throws {
    let model = Parameters(drawn: try smallConfiguration(), seed: Seed(8))
    for i in 0..<model.layout.matrixCount { model.values[i] *= 8 }
    let drafting = Self.drafting(model)
    let alone = try drafting.writeAlone(Self.requests)
    for seed in [8, 9] as [UInt64] {
      let draft = Parameters(drawn: try smallConfiguration(), seed: Seed(seed))
      let helped = try drafting.write(
        Self.requests, with: DecoderWeights(draft), ahead: 3)
      #expect(helped.texts.map(\.tokens) == alone.texts)
      let tally = helped.tally
      #expect(tally.tokens == 36 && tally.tokens == alone.tally.tokens)
      #expect(tally.proposed == helped.texts.reduce(0) { $0 + $1.proposed })
      #expect(tally.accepted == helped.texts.reduce(0) { $0 + $1.accepted })
      #expect(tally.steps == helped.texts.reduce(0) { $0 + $1.steps })
      #expect(tally.seconds > 0 && alone.tally.seconds > 0)
      #expect(tally.tokensPerStep == 36 / Double(tally.steps))
      #expect(tally.speedUp(over: alone.tally) > 0)
    }
    // Alone, nothing is proposed.
    #expect(alone.tally.acceptance == 0 && alone.tally.tokensPerStep == 0)
  }

  @Test func `of itself keeps every token`() throws {
    let model = Parameters(drawn: try smallConfiguration(), seed: Seed(8))
    let helped = try Self.drafting(model).write(
      Self.requests, with: DecoderWeights(model), ahead: 3)
    #expect(helped.tally.acceptance == 1)
    #expect(helped.tally.tokensPerStep == 4)
  }

  /// Ratios of nothing are 0, not NaN, which JSON does not have.
  @Test func `measures nothing where nothing was written`() {
    let tally = Drafting.Tally()
    #expect(tally.tokensPerSecond == 0 && tally.acceptance == 0 && tally.tokensPerStep == 0)
    #expect(tally.speedUp(over: tally) == 0)
  }
}
