import Foundation
import SoftLabels
import Testing

struct `A carried row` {
  private func carried(
    _ p: [Double], _ first: [Int32], V: Int, chain: (Int32, Double)? = nil, token: Int32
  ) -> CarriedRow? {
    let row = p.map { Float(log($0)) }
    return CarriedRow(
      row: row.span, first: first, vocabulary: V, chain: chain.map { ($0.0, log($0.1)) },
      token: token)
  }

  private func close(_ row: CarriedRow?, _ expected: [Double]) -> Bool {
    guard let row else { return false }
    return zip(row.probabilities, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }
      && row.probabilities.count == expected.count
  }

  @Test func `sums what begins with the same token`() {
    let row = carried([0.1, 0.2, 0.3, 0.4], [1, 1, 0, 2], V: 4, token: 1)
    #expect(close(row, [0.3, 0.3, 0.4, 0]) && row?.lost == 0 && row?.moved == 0)
  }

  /// Bytes a, b, c, and a student with the token ab. After a comes b with probability 1/4. The text
  /// is what a teacher of bytes writes, so the student's next token is ab with 0.5 / 4, a without b
  /// with 0.5 * 3 / 4: that is what the chain gives.
  @Test func `of a teacher of bytes is exact`() {
    let p = [0.5, 0.3, 0.2]
    let chain: (Int32, Double) = (0, 0.5 * 0.25)
    #expect(
      close(
        carried(p, [0, 1, 2], V: 4, chain: chain, token: 3), [0.375, 0.3, 0.2, 0.125]))
    // Where the text goes on otherwise, the student's token is the byte: nothing is moved.
    #expect(
      close(carried(p, [0, 1, 2], V: 4, chain: (1, 0.3), token: 1), [0.5, 0.3, 0.2, 0]))
  }

  /// A token that goes nowhere may begin the chain; rounding may make the chain larger than its
  /// head.
  @Test func `moves no more than there is, and never makes a probability negative`() {
    let nowhere = carried([0.2, 0.8], [-1, 1], V: 3, chain: (0, 0.1), token: 2)
    #expect(close(nowhere, [0, 0.8 / 0.9, 0.1 / 0.9]))
    let all = carried([0.5, 0.5], [0, 1], V: 3, chain: (0, 0.6), token: 2)
    #expect(close(all, [0, 0.5, 0.5]))
  }

  @Test func `leaves out mass that goes nowhere, and says how much`() {
    let row = carried([0.25, 0.75], [-1, 0], V: 2, token: 0)
    #expect(close(row, [1, 0]) && abs((row?.lost ?? 0) - 0.25) < 1e-6)
    #expect(carried([0.6, 0.4], [-1, 0], V: 2, token: 0) == nil, "most of it went nowhere")
  }

  @Test func `that says nothing of the next token, or is no distribution, is none`() {
    #expect(carried([0.5, 0.5], [0, 1], V: 3, token: 2) == nil)
    #expect(carried([0.5, .nan], [0, 1], V: 3, token: 0) == nil)
    #expect(carried([0, 0], [0, 1], V: 3, token: 0) == nil)
    #expect(carried([1e-12, 1], [0, 1], V: 2, token: 0) == nil)
    // An id beyond the student's rows is nowhere.
    #expect(carried([0.7, 0.3], [0, 9], V: 2, token: 0).map { $0.probabilities[0] == 1 } == true)
  }
}
