import Foundation
import SoftLabels
import Tensors
import Testing

struct `Full labels` {
  @Test(arguments: [1, 2, 15, 16, 17, 300])
  func `come back within half precision and sum to one`(vocabulary: Int) throws {
    let rows = randomRows(5, vocabulary)
    let bytes = try FullLabels.encode(
      logProbabilities: rows, rowCount: 5, vocabulary: vocabulary)
    let decoded = try FullLabels.decode(bytes, rowCount: 5, vocabulary: vocabulary)
    for row in 0..<5 {
      let range = (row * vocabulary)..<((row + 1) * vocabulary)
      let sum = decoded[range].reduce(0.0) { $0 + exp(Double($1)) }
      #expect(abs(sum - 1) < 1e-6)
      for v in range {
        // Half a last place of a half, and the shift of the normaliser, which is at most
        // 2^-11 sum p |log p| <= 2^-11 log V.
        let bound = 0x1p-11 * (abs(Double(rows[v])) + log(Double(max(2, vocabulary)))) + 1e-6
        #expect(abs(Double(decoded[v]) - Double(rows[v])) <= bound)
      }
    }
  }

  /// Zero is not a small number: a rule that forbids a token must come back as forbidding it.
  @Test func `keep an exact zero`() throws {
    let rows: [Float] = [-.infinity, Float(log(0.25)), Float(log(0.75))]
    let bytes = try FullLabels.encode(logProbabilities: rows, rowCount: 1, vocabulary: 3)
    let decoded = try FullLabels.decode(bytes, rowCount: 1, vocabulary: 3)
    #expect(decoded[0] == -.infinity)
    #expect(abs(exp(decoded[2]) - 0.75) < 1e-3)
  }

  @Test func `are a npy file of halves`() throws {
    let bytes = try FullLabels.encode(
      logProbabilities: randomRows(4, 6), rowCount: 4, vocabulary: 6)
    let tensor = try NPY.decode(bytes, named: "logp.npy")
    #expect(tensor.shape == [4, 6])
    #expect(tensor.type == .float16)
  }

  @Test(arguments: [Float.nan, .infinity, 0.001])
  func `refuse a value that is no logarithm of a probability`(value: Float) throws {
    var rows = randomRows(3, 8)
    rows[13] = value
    #expect(
      throws: SoftLabelError.value(sample: "s", row: 1, token: 5, found: "\(value)")
    ) {
      _ = try FullLabels.encode(logProbabilities: rows, rowCount: 3, vocabulary: 8, sample: "s")
    }
  }

  @Test func `take what rounding carries above zero as zero`() throws {
    let rows: [Float] = [-.infinity, 1e-6]
    let bytes = try FullLabels.encode(logProbabilities: rows, rowCount: 1, vocabulary: 2)
    #expect(try FullLabels.decode(bytes, rowCount: 1, vocabulary: 2) == [-.infinity, 0])
  }

  @Test(arguments: [Float(0.0011), -0.0011])
  func `refuse a row that does not sum to one`(shift: Float) throws {
    let rows = randomRows(2, 50).enumerated().map {
      $0.offset < 50 ? $0.element : $0.element + shift
    }
    #expect {
      _ = try FullLabels.encode(logProbabilities: rows, rowCount: 2, vocabulary: 50)
    } throws: {
      if case SoftLabelError.mass(_, 1, _) = $0 { true } else { false }
    }
  }

  /// A teacher's logits passed for logarithms of probabilities are the likeliest mistake.
  @Test func `refuse logits`() throws {
    let logits = randomRows(2, 50).map { $0 - 1 }
    #expect(throws: SoftLabelError.self) {
      _ = try FullLabels.encode(logProbabilities: logits, rowCount: 2, vocabulary: 50)
    }
  }

  @Test func `refuse another shape or type on reading`() throws {
    let bytes = try FullLabels.encode(
      logProbabilities: randomRows(4, 6), rowCount: 4, vocabulary: 6)
    for (rowCount, vocabulary) in [(3, 8), (8, 3), (5, 6), (4, 5)] {
      #expect(throws: SoftLabelError.self) {
        _ = try FullLabels.decode(bytes, rowCount: rowCount, vocabulary: vocabulary)
      }
    }
    let floats = NPY.encode(Tensor(shape: [4, 6], elements: .float32(randomRows(4, 6))))
    #expect(throws: SoftLabelError.self) {
      _ = try FullLabels.decode(floats, rowCount: 4, vocabulary: 6)
    }
    #expect(throws: SoftLabelError.self) {
      _ = try FullLabels.decode(Array(bytes.dropLast()), rowCount: 4, vocabulary: 6)
    }
  }

  @Test func `refuse a stored row that is no distribution`() throws {
    let bits = Float16Bits.encode([Float](repeating: -1, count: 6))
    let bytes = NPY.encode(Tensor(shape: [1, 6], elements: .float16bits(bits)))
    #expect(throws: SoftLabelError.self) {
      _ = try FullLabels.decode(bytes, rowCount: 1, vocabulary: 6)
    }
  }
}
