internal import Foundation

/// Carries a teacher's distribution over its own tokens to a student's.
///
/// At a byte where both tokenisations have a boundary the teacher says how the text goes on. Its
/// token v begins, in the student's tokens, with f(v), so that
///
///     q[u] = sum of p[v] over all v with f(v) = u
///
/// This is exact where f(v) is what the student's tokenizer makes of the text that follows. Where
/// the student's token u* is longer than the teacher's v*, it is not: the text that was written
/// shows that after v* there may come what makes u* of it. The chain of the teacher's own
/// probabilities over the bytes of u* says how likely that is, and its mass goes where it belongs:
///
///     m = p[v*] p[v2*] … p[vn*],   q[f(v*)] -= m,   q[u*] += m
///
/// What is left of the error is the mass of other continuations whose student tokens are longer
/// than the teacher's. Mass of tokens that go nowhere is left out, and the rest is renormalised.
///
/// Related: Minixhofer, Vulic and Ponti 2025 ("Universal cross-tokenizer distillation via
/// approximate likelihood matching") compare the likelihoods of aligned chunks; Phan et al. 2024
/// ("Exact byte-level probabilities from tokenized language models") have the exact sum over
/// continuations, which takes the teacher one pass for each of them.
public struct CarriedRow: Sendable {
  /// `(V)` of the student: probabilities that sum to 1.
  public private(set) var probabilities: [Float]
  /// Mass of the teacher's tokens that go nowhere.
  public let lost: Double
  /// Mass that the chain moved.
  public let moved: Double

  /// - Parameters:
  ///   - row: logarithms of the teacher's probabilities where the student's token begins, `(V)` of
  ///     the teacher.
  ///   - first: the student's token for each of the teacher's; -1: none.
  ///   - chain: the tokens of the teacher that spell the student's token, with the logarithms of
  ///     their probabilities, the first one's from `row`; `nil`: no such tokens, and `token` must be
  ///     `first` of the teacher's token for the row to say anything.
  ///   - token: the student's own next token.
  /// - Returns: `nil` where the row says nothing that could be learnt: half of the mass or more
  ///   goes nowhere, or the student's token gets none.
  public init?(
    row: Span<Float>, first: [Int32], vocabulary V: Int,
    chain: (token: Int32, logProbability: Double)?, token: Int32
  ) {
    precondition(first.count == row.count && token >= 0 && Int(token) < V)
    var sums = [Double](repeating: 0, count: V)
    var lost = 0.0
    for v in row.indices {
      let p = exp(Double(row[v]))
      let u = first[v]
      if u >= 0, Int(u) < V { sums[Int(u)] += p } else { lost += p }
    }
    guard lost < 0.5 else { return nil }
    var moved = 0.0
    if let chain, first[Int(chain.token)] != token {
      let from = first[Int(chain.token)]
      moved = exp(chain.logProbability)
      if from >= 0 {
        moved = min(moved, sums[Int(from)])
        sums[Int(from)] -= moved
      }
      sums[Int(token)] += moved
    }
    let whole = sums.reduce(0, +)
    guard whole.isFinite, whole > 0, sums[Int(token)] / whole > Self.leastShare else { return nil }
    probabilities = sums.map { Float($0 / whole) }
    self.lost = lost
    self.moved = moved
  }

  /// A next token less likely than this is no label: its logarithm would be rounding.
  private static let leastShare = 1e-9
}
