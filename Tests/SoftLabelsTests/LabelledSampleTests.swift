import Foundation
import SoftLabels
import Tensors
import Testing

struct `A labelled sample` {
  private let vocabulary = 40

  /// The series in the fast measure is held against sums of logarithms in double precision.
  @Test func `measures what the definition says`() throws {
    let rows = randomRows(12, vocabulary, spread: 4)
    let tokens = drawnTokens(from: rows, vocabulary: vocabulary)
    let mask: [UInt8] = [0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]
    let (bytes, figures) = try FullLabels.encode(
      rows: rows, tokens: tokens, mask: mask, vocabulary: vocabulary, sample: "s")
    var accumulator = Certificate.Accumulator()
    accumulator.add(figures)
    let certificate = accumulator.certificate

    guard case .float16bits(let bits) = try NPY.decode(bytes, named: "logp.npy").elements else {
      Issue.record("not halves")
      return
    }
    let stored = Float16Bits.decode(bits)
    var divergences: [Double] = []
    var crossEntropy = 0.0
    var entropy = 0.0
    for t in 0..<12 where mask[t + 1] == 1 {
      let p = normalised(rows[(t * vocabulary)..<((t + 1) * vocabulary)])
      let q = normalised(stored[(t * vocabulary)..<((t + 1) * vocabulary)])
      divergences.append(zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) })
      entropy -= p.reduce(0) { $0 + exp($1) * $1 }
      crossEntropy -= p[Int(tokens[t + 1])]
    }
    let count = Double(divergences.count)
    #expect(certificate.targets == 9)
    #expect(abs(certificate.massKept - 1) < 1e-12)
    #expect(abs(certificate.teacherCrossEntropy - crossEntropy / count) < 1e-6)
    #expect(abs(certificate.meanEntropy - entropy / count) < 1e-6)
    let mean = divergences.reduce(0, +) / count
    // The plain sum cancels to about 1e-15 of values near 4; float32 exponentials add 1e-7 of KL.
    #expect(abs(certificate.divergenceMean - mean) <= 1e-5 * mean + 1e-13)
    let largest = divergences.max() ?? 0
    #expect(abs(certificate.divergenceMaximum - largest) <= 1e-5 * largest + 1e-13)
    #expect(mean > 1e-9 && mean < 1e-5, "half precision costs something, and little")
  }

  private func normalised(_ row: ArraySlice<Float>) -> [Double] {
    let logSum = log(row.reduce(0.0) { $0 + exp(Double($1)) })
    return row.map { Double($0) - logSum }
  }

  @Test func `needs exactly one row less than tokens`() throws {
    let rows = randomRows(5, vocabulary)
    for length in [4, 5, 7] {
      #expect(throws: SoftLabelError.self, "\(length) tokens for 5 rows") {
        _ = try FullLabels.encode(
          rows: rows, tokens: [Int32](repeating: 1, count: length),
          mask: [UInt8](repeating: 0, count: length), vocabulary: vocabulary, sample: "s")
      }
    }
    let mask: [UInt8] = [0, 0, 1, 1, 1, 1]
    _ = try FullLabels.encode(
      rows: rows, tokens: drawnTokens(from: rows, vocabulary: vocabulary), mask: mask,
      vocabulary: vocabulary, sample: "s")
  }

  @Test(arguments: [[1, 0, 1], [0, 2, 1], [0, 1]] as [[UInt8]])
  func `needs a mask of its tokens`(mask: [UInt8]) {
    let rows = randomRows(2, vocabulary)
    #expect(throws: SoftLabelError.self) {
      _ = try FullLabels.encode(
        rows: rows, tokens: [0, 1, 2], mask: mask, vocabulary: vocabulary, sample: "s")
    }
  }

  @Test(arguments: [-1, 40]) func `needs tokens of the vocabulary`(token: Int32) {
    let rows = randomRows(2, vocabulary)
    #expect(throws: SoftLabelError.self) {
      _ = try FullLabels.encode(
        rows: rows, tokens: [0, 1, token], mask: [0, 1, 1], vocabulary: vocabulary, sample: "s")
    }
  }

  @Test func `needs targets that can come`() {
    let rows: [Float] = [-.infinity, 0]
    #expect(throws: SoftLabelError.impossible(sample: "s", row: 0, token: 0)) {
      _ = try FullLabels.encode(
        rows: rows, tokens: [1, 0], mask: [0, 1], vocabulary: 2, sample: "s")
    }
  }
}
