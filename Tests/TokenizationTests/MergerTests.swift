import Testing
import Tokenization

struct `The merger` {
  /// By the definition: the lowest rank, the leftmost of equals, one at a time.
  static func reference(_ symbols: [Int32], _ merges: [Merge]) -> [Int32] {
    var symbols = symbols
    while true {
      var best: (rank: Int, at: Int)?
      for at in symbols.indices.dropLast() {
        let rank = merges.firstIndex { $0.left == symbols[at] && $0.right == symbols[at + 1] }
        if let rank, rank < best?.rank ?? .max { best = (rank, at) }
      }
      guard let best else { return symbols }
      symbols.replaceSubrange(best.at...(best.at + 1), with: [merges[best.rank].result])
    }
  }

  /// Random merges, in no sensible order, over few symbols: ranks that fall after a merge, results
  /// that several merges share, pairs of equals. Lengths straddle the change from scan to heap.
  @Test func `does what its definition says, by scan and by heap`() {
    var numbers = Numbers(state: 5)
    for _ in 0..<300 {
      var merges: [Merge] = []
      for _ in 0..<12 {
        let left = Int32.random(in: 0..<6, using: &numbers)
        let right = Int32.random(in: 0..<6, using: &numbers)
        guard !merges.contains(where: { $0.left == left && $0.right == right }) else { continue }
        merges.append(
          Merge(left: left, right: right, result: Int32.random(in: 3..<9, using: &numbers)))
      }
      let merger = Merger(merges)
      for count in [0, 1, 2, 3, 31, 32, 33, 60] {
        let symbols = (0..<count).map { _ in Int32.random(in: 0..<4, using: &numbers) }
        let expected = Self.reference(symbols, merges)
        var values: [UInt64] = []
        var merged = symbols
        merger.merge(&merged, values: &values)
        #expect(merged == expected)
        merged = symbols
        merger.mergeByHeap(&merged)
        #expect(merged == expected)
      }
    }
  }

  /// A megabyte without a cut is legal input and must not cost quadratic time.
  @Test(.timeLimit(.minutes(4))) func `takes one piece of a megabyte in its stride`() throws {
    let tokenizer = try Golden.tokenizer()
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    let ids = tokenizer.encode(text)
    #expect(try tokenizer.decode(ids) == text)
  }
}
