import Kernels
import Testing

struct `Packed weights` {
  static let cases: [(InstructionSet, WeightFormat)] = Dispatch.available.flatMap { set in
    WeightFormat.allCases.map { (set, $0) }
  }
  /// Rows of W around a panel's 64, and k around blocks of 32 and chains of 512.
  static let shapes = [
    (1, 1), (15, 31), (16, 32), (17, 33), (63, 64), (64, 65), (65, 17), (130, 96), (64, 513),
    (65, 1030),
  ]

  /// `x W^T` of rounded operands, and the sum of the magnitudes of its products.
  func reference(
    _ x: [Double], _ w: [Double], m: Int, n: Int, k: Int
  ) -> (y: [Double], magnitude: [Double]) {
    var y = [Double](repeating: 0, count: m * n), magnitude = y
    for i in 0..<m {
      for j in 0..<n {
        for p in 0..<k {
          let product = x[i * k + p] * w[j * k + p]
          y[i * n + j] += product
          magnitude[i * n + j] += abs(product)
        }
      }
    }
    return (y, magnitude)
  }

  /// Against products of operands rounded by the reference: only float32 sums are between them, at
  /// most k + 4 roundings of partial sums, each at most the sum of magnitudes (q8_0: three for each
  /// of k / 32 blocks, each block's sum being exact).
  @Test(arguments: cases)
  func `products are those of the rounded operands`(
    set: InstructionSet, format: WeightFormat
  ) {
    Dispatch.using(set) {
      for (n, k) in Self.shapes {
        let m = 7
        let x = draw(m * k, seed: 1, scale: 2), w = draw(n * k, seed: 2, scale: 0.1)
        let packed = PackedWeights(Floats(w), format: format, rows: n, columns: k)
        let (y, magnitude) = reference(
          Reference.rounded(x, columns: k, as: format, weights: false),
          Reference.rounded(w, columns: k, as: format, weights: true), m: m, n: n, k: k)
        let found = Floats([Float](repeating: 7, count: m * n))
        packed.product(y: found, x: Floats(x), m: m)
        for i in 0..<(m * n) {
          let bound = Double(k + 4) * unitRoundoff * magnitude[i]
          #expect(abs(Double(found[i]) - y[i]) <= bound, "\(format) \(n) \(k) [\(i)]")
        }
        let once = found.array
        packed.product(y: found, x: Floats(x), m: m, accumulate: true)
        for i in 0..<(m * n) {
          let bound = Double(2 * k + 10) * unitRoundoff * magnitude[i]
          #expect(abs(Double(found[i]) - 2 * Double(once[i])) <= bound)
        }
      }
    }
  }

  /// The loss that the format states: bfloat16 2^-8 of each operand; q8_0 1/254 of a block's
  /// largest magnitude of each operand, and 2^-11 of a weight for its scale.
  @Test(arguments: cases)
  func `products are as near to the exact ones as the format states`(
    set: InstructionSet, format: WeightFormat
  ) {
    Dispatch.using(set) {
      let (m, n, k) = (3, 70, 100)
      let x = draw(m * k, seed: 3), w = draw(n * k, seed: 4, scale: 0.05)
      let packed = PackedWeights(Floats(w), format: format, rows: n, columns: k)
      let found = Floats(zeros: m * n)
      packed.product(y: found, x: Floats(x), m: m)
      func error(_ values: [Float], _ at: Int, weights: Bool) -> Double {
        switch format {
        case .float32: return 0
        case .bfloat16: return Double(values[at].magnitude) * 0x1p-8
        case .q8_0:
          let row = at / k * k, first = row + (at - row) / 32 * 32
          let top = values[first..<min(first + 32, row + k)].reduce(0) { max($0, $1.magnitude) }
          let quant = Double(top) / 254 * (1 + 0x1p-20)
          return quant + (weights ? Double(values[at].magnitude) * 0x1p-11 + quant * 0x1p-11 : 0)
        }
      }
      for i in 0..<m {
        for j in 0..<n {
          var exact = 0.0, bound = 0.0
          for p in 0..<k {
            let a = Double(x[i * k + p]), b = Double(w[j * k + p])
            let da = error(x, i * k + p, weights: false), db = error(w, j * k + p, weights: true)
            exact += a * b
            bound += abs(a) * db + abs(b) * da + da * db
            bound += Double(k + 4) * unitRoundoff * (abs(a) + da) * (abs(b) + db)
          }
          #expect(abs(Double(found[i * n + j]) - exact) <= bound)
        }
      }
    }
  }

  @Test(arguments: cases)
  func `a row's product does not depend on the rows beside it`(
    set: InstructionSet, format: WeightFormat
  ) {
    Dispatch.using(set) {
      let (n, k) = (130, 70)
      let x = draw(70 * k, seed: 5)
      let packed = PackedWeights(
        Floats(draw(n * k, seed: 6)), format: format, rows: n, columns: k)
      let rows = (0..<70).flatMap { r in
        let y = Floats(zeros: n)
        packed.product(y: y, x: Floats(Array(x[(r * k)..<((r + 1) * k)])), m: 1)
        return y.array
      }
      for m in 1...70 {
        let y = Floats(zeros: m * n)
        packed.product(y: y, x: Floats(Array(x.prefix(m * k))), m: m)
        #expect(y.array == Array(rows.prefix(m * n)), "\(m) rows")
      }
    }
  }

  @Test(arguments: cases)
  func `rows are read back as they were rounded`(set: InstructionSet, format: WeightFormat) {
    Dispatch.using(set) {
      for (n, k) in Self.shapes {
        // The second scale gives q8_0 subnormal half scales.
        for scale in [Float(1), 1e-4] {
          let w = draw(n * k, seed: 7, scale: scale)
          let packed = PackedWeights(Floats(w), format: format, rows: n, columns: k)
          let expected = Reference.rounded(w, columns: k, as: format, weights: true)
          let row = Floats(zeros: k)
          for r in 0..<n {
            packed.read(row: r, into: row)
            #expect(row.array.map(Double.init) == Array(expected[(r * k)..<((r + 1) * k)]))
          }
        }
      }
    }
  }

  /// What is not finite must reach the logits, where it is refused.
  @Test(arguments: cases)
  func `what is not finite stays visible`(set: InstructionSet, format: WeightFormat) {
    Dispatch.using(set) {
      for damage in [Float.nan, .infinity] {
        var w = draw(64 * 64, seed: 8), x = draw(64, seed: 9)
        w[5 * 64 + 40] = damage
        let y = Floats(zeros: 64)
        PackedWeights(Floats(w), format: format, rows: 64, columns: 64)
          .product(y: y, x: Floats(x), m: 1)
        #expect(!y[5].isFinite && y[4].isFinite)
        x[3] = damage
        PackedWeights(
          Floats(draw(64 * 64, seed: 8)), format: format, rows: 64, columns: 64
        ).product(y: y, x: Floats(x), m: 1)
        #expect(y.array.allSatisfy { !$0.isFinite })
      }
    }
  }

  @Test func `a short operand traps`() async {
    await #expect(processExitsWith: .failure) {
      PackedWeights(Floats(zeros: 4), format: .float32, rows: 2, columns: 2)
        .product(y: Floats(zeros: 2), x: Floats(zeros: 3), m: 2)
    }
  }
}
