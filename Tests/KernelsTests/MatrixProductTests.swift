import Kernels
import Testing

struct `Matrix product` {
  static let cases = edgeWidths.flatMap { m in [1, 17, 64].map { (m, $0) } }

  /// A sum of k products, each of size up to 9: k roundings of partial sums below 9 k.
  func tolerance(_ k: Int) -> Double { Double(k * k) * 9 * unitRoundoff }

  @Test(arguments: cases)
  func `agrees with the reference in every form`(m: Int, k: Int) {
    let n = 19
    let a = draw(m * k, seed: 1), b = draw(k * n, seed: 2)
    let expected = Reference.matrixProduct(doubles(a), doubles(b), m: m, n: n, k: k)
    func turned(_ x: [Float], _ rows: Int, _ columns: Int) -> Floats {
      Floats(Reference.transposed(doubles(x), rows: rows, columns: columns).map { Float($0) })
    }
    for aForm in [Transposition.asIs, .transposed] {
      for bForm in [Transposition.asIs, .transposed] {
        let c = Floats([Float](repeating: 7, count: m * n))
        let left = aForm == .asIs ? Floats(a) : turned(a, m, k)
        let right = bForm == .asIs ? Floats(b) : turned(b, k, n)
        matrixProduct(c: c, a: left, aForm, b: right, bForm, m: m, n: n, k: k)
        #expect(mismatch(c.array, expected, absolute: tolerance(k), relative: 0) == nil)
        matrixProduct(c: c, a: left, aForm, b: right, bForm, m: m, n: n, k: k, accumulate: true)
        let twice = expected.map { $0 * 2 }
        #expect(mismatch(c.array, twice, absolute: 3 * tolerance(k), relative: 0) == nil)
      }
    }
  }

  @Test func `agrees with PyTorch forward and backward, and a wrong form is seen`() throws {
    let golden = try Golden("matrix-product")
    let (m, n, k) = (golden.count("m"), golden.count("n"), golden.count("k"))
    let a = Floats(golden.floats("a")), b = Floats(golden.floats("b"))
    let d = Floats(golden.floats("dC"))
    let c = Floats(zeros: m * n), dA = Floats(zeros: m * k), dB = Floats(zeros: k * n)
    matrixProduct(c: c, a: a, b: b, m: m, n: n, k: k)
    matrixProduct(c: dA, a: d, b: b, .transposed, m: m, n: k, k: n)
    matrixProduct(c: dB, a: a, .transposed, b: d, m: k, n: n, k: m)
    #expect(mismatch(c.array, golden["c"], absolute: tolerance(k), relative: 0) == nil)
    #expect(mismatch(dA.array, golden["dA"], absolute: tolerance(n), relative: 0) == nil)
    #expect(mismatch(dB.array, golden["dB"], absolute: tolerance(m), relative: 0) == nil)
    matrixProduct(c: c, a: a, .transposed, b: b, m: m, n: n, k: k)
    #expect(mismatch(c.array, golden["c"], absolute: tolerance(k), relative: 0) != nil)
  }

  /// The product is a function whose gradient is its own two products: differences must agree.
  @Test func `backward forms agree with central differences`() {
    let (m, n, k) = (3, 4, 5)
    let a = draw(m * k, seed: 3), b = draw(k * n, seed: 4), d = draw(m * n, seed: 5)
    let dA = Floats(zeros: m * k)
    matrixProduct(c: dA, a: Floats(d), b: Floats(b), .transposed, m: m, n: k, k: n)
    let numeric = centralDifferences(doubles(a)) {
      dot(Reference.matrixProduct($0, doubles(b), m: m, n: n, k: k), doubles(d))
    }
    #expect(mismatch(dA.array, numeric, absolute: tolerance(n) + 1e-8, relative: 0) == nil)
  }

  @Test func `the library names its kernels`() {
    #expect(!BLAS.coreName.isEmpty)
    #expect(BLAS.configuration.contains("OpenBLAS"))
  }

  @Test func `a short operand traps`() async {
    await #expect(processExitsWith: .failure) {
      matrixProduct(
        c: Floats(zeros: 4), a: Floats(zeros: 3), b: Floats(zeros: 4), m: 2, n: 2, k: 2)
    }
  }
}
