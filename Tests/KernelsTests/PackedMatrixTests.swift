import Kernels
import Testing

struct `Packed matrix` {
  typealias Precision = MatrixEngine.Precision

  /// The product itself is tested against the reference: here, that both give the same bits.
  @Test(arguments: Dispatch.available, Precision.allCases)
  func `gives the bits of the product`(set: InstructionSet, precision: Precision) {
    for (m, n, k) in [(1, 65, 17), (6, 64, 1024), (510, 130, 1031), (64, 19, 513)] {
      let a = Floats(draw(m * k, seed: 1)), b = Floats(draw(k * n, seed: 2))
      for form in [Transposition.asIs, .transposed] {
        let whole = Floats(draw(m * n, seed: 3)), packed = Floats(draw(m * n, seed: 3))
        Dispatch.using(set) {
          let matrix = PackedMatrix(b, form, n: n, k: k, precision: precision)
          for accumulate in [false, true] {
            nativeMatrixProduct(
              precision, c: whole, a: a, b: b, form, m: m, n: n, k: k, accumulate: accumulate)
            matrix.product(c: packed, a: a, m: m, accumulate: accumulate)
            #expect(difference(packed, whole) == nil)
          }
        }
      }
    }
  }

  @Test(arguments: Precision.allCases)
  func `gives some columns as well as all`(precision: Precision) {
    let (m, n, k) = (9, 200, 33)
    let a = Floats(draw(m * k, seed: 4)), b = Floats(draw(k * n, seed: 5))
    let matrix = PackedMatrix(b, n: n, k: k, precision: precision)
    let whole = Floats(zeros: m * n), parts = Floats(zeros: m * n)
    matrix.product(c: whole, a: a, m: m)
    for columns in [0..<64, 64..<192, 192..<200] {
      matrix.product(
        c: parts[columns.lowerBound..<(m * n)], a: a, m: m, columns: columns, cStride: n)
    }
    #expect(difference(parts, whole) == nil)
  }

  @Test func `is overwritten by packing again, padding included`() {
    let (m, n, k) = (5, 70, 19)
    let a = Floats(draw(m * k, seed: 6)), b = Floats(draw(k * n, seed: 7))
    let matrix = PackedMatrix(
      Floats([Float](repeating: .nan, count: n * k)), n: n, k: k, precision: .bfloat16)
    matrix.pack(b)
    let found = Floats(zeros: m * n), expected = Floats(zeros: m * n)
    matrix.product(c: found, a: a, m: m)
    nativeMatrixProduct(.bfloat16, c: expected, a: a, b: b, m: m, n: n, k: k)
    #expect(difference(found, expected) == nil)
  }

  @Test func `columns within a group trap`() async {
    await #expect(processExitsWith: .failure) {
      PackedMatrix(n: 128, k: 4, precision: .float32).product(
        c: Floats(zeros: 128), a: Floats(zeros: 4), m: 1, columns: 32..<128)
    }
  }
}
