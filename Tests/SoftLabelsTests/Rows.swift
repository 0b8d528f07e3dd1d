import Foundation
import Randomness

/// Log-softmax rows of normal logits: `(rowCount, vocabulary)`.
func randomRows(_ rowCount: Int, _ vocabulary: Int, seed: UInt64 = 1, spread: Double = 3) -> [Float]
{
  var stream = Seed(seed).child("rows").stream()
  var rows: [Float] = []
  for _ in 0..<rowCount {
    let logits = (0..<vocabulary).map { _ in spread * stream.normal() }
    let top = logits.max() ?? 0
    let logSum = top + log(logits.reduce(0) { $0 + exp($1 - top) })
    rows += logits.map { Float($0 - logSum) }
  }
  return rows
}

/// Tokens drawn from the rows: token t+1 from row t, so that the cross-entropy on the next token is
/// about the entropy.
func drawnTokens(from rows: [Float], vocabulary: Int, seed: UInt64 = 2) -> [Int32] {
  var stream = Seed(seed).child("tokens").stream()
  var tokens: [Int32] = [0]
  for row in 0..<(rows.count / vocabulary) {
    var left = stream.unit()
    var token = 0
    while token < vocabulary - 1 {
      left -= Double(exp(rows[row * vocabulary + token]))
      if left < 0 { break }
      token += 1
    }
    tokens.append(Int32(token))
  }
  return tokens
}
