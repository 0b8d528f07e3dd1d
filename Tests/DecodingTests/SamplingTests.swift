import Decoding
import Foundation
import ModelSupport
import Models
import Randomness
import Testing

struct `Choice of tokens` {
  static let logits: [Float] = [1, 3, 3, -1, 2]

  func shares(_ sampling: Sampling, draws: Int = 20_000) -> [Double] {
    var stream = Seed(6).stream()
    var counts = [Double](repeating: 0, count: 5)
    for _ in 0..<draws {
      if let token = sampling.choose(from: Self.logits.span, using: &stream) {
        counts[Int(token)] += 1
      }
    }
    return counts.map { $0 / Double(draws) }
  }

  func expected(_ kept: Set<Int>, temperature: Double) -> [Double] {
    let weights = Self.logits.enumerated().map {
      kept.contains($0.offset) ? exp(Double($0.element) / temperature) : 0
    }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  static let cases: [(Sampling, Set<Int>, Double)] = [
    (Sampling(), [0, 1, 2, 3, 4], 1.0), (Sampling(temperature: 2), [0, 1, 2, 3, 4], 2.0),
    (Sampling(topK: 3), [1, 2, 4], 1.0), (Sampling(topK: 9), [0, 1, 2, 3, 4], 1.0),
    (Sampling(topP: 0.5), [1, 2], 1.0), (Sampling(topP: 0.9), [1, 2, 4], 1.0),
    (Sampling(temperature: 0.5, topK: 2, topP: 0.9), [1, 2], 0.5),
    (Sampling(topK: 1), [1], 1.0), (Sampling(topP: 0.01), [1], 1.0),
    (Sampling(liveTokens: 4), [0, 1, 2, 3], 1.0),
    (Sampling(topK: 3, liveTokens: 4), [0, 1, 2], 1.0),
    (Sampling(topP: 0.99, liveTokens: 2), [0, 1], 1.0),
    (Sampling(liveTokens: 9), [0, 1, 2, 3, 4], 1.0),
  ]

  /// Five standard deviations of a share over 20 000 draws are at most 0.018.
  @Test(arguments: cases)
  func `shares are those of the kept tokens`(_ c: (Sampling, Set<Int>, Double)) {
    for (found, wanted) in zip(shares(c.0), expected(c.1, temperature: c.2)) {
      #expect(abs(found - wanted) < 0.018)
      #expect(wanted > 0 || found == 0)
    }
  }

  @Test func `greedy takes the first of the likeliest and draws nothing`() {
    var stream = Seed(1).stream()
    let before = stream
    #expect(Sampling.greedy.choose(from: Self.logits.span, using: &stream) == 1)
    #expect(stream == before)
  }

  @Test func `nothing is drawn from what is not finite`() {
    var stream = Seed(1).stream()
    #expect(Sampling.greedy.choose(from: [Float(1), .nan].span, using: &stream) == nil)
    #expect(Sampling().choose(from: [Float.infinity, 1].span, using: &stream) == nil)
  }

  /// Rows that only fill a table up stand for no token: no text holds one, drawn or greedy.
  @Test(arguments: [0, 2.0]) func `of a padded vocabulary leaves its padding out`(
    temperature: Double
  ) throws {
    let decoder = Decoder(
      parameters: try GoldenArchitecture("llama-linear").load(), sequences: 3, positions: 40)
    let texts = try decoder.generate(
      prompts: [[1, 2], [3], [4, 28]], newTokens: 30, stop: [],
      sampling: Sampling(temperature: temperature, liveTokens: 5),
      streams: (0..<3).map { Seed(9).child($0).stream() })
    #expect(texts.allSatisfy { $0.count == 30 && $0.allSatisfy { (0..<5).contains($0) } })
  }
}
