import Sets
import Testing

struct `What a tokenizer learns from` {
  /// Small sets keep the bytes of their tokenizers.
  @Test func `is all of a set of 131 072`() {
    #expect(TextSample.positions(of: 1 << 17) == Array(0..<(1 << 17)))
    #expect(TextSample.positions(of: 0).isEmpty && TextSample.positions(of: 1) == [0])
  }

  @Test(arguments: [(1 << 17) + 1, 1_000_000, 10_000_001])
  func `is bounded, rising and spread over all of a larger one`(count: Int) {
    let positions = TextSample.positions(of: count)
    #expect(positions.count == 1 << 17)
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    #expect(positions[0] == 0 && positions[positions.count - 1] < count)
    // No gap is wider than a run and a step.
    let widest = zip(positions, positions.dropFirst()).map { $1 - $0 }.max() ?? 0
    #expect(widest <= count / 2048 + 1)
    #expect(count - positions[positions.count - 1] <= count / 2048 + 1)
  }
}
