/// Whether an operand of a product is read as stored or transposed.
public enum Transposition: Sendable {
  case asIs
  case transposed
}

/// Matrix product, row-major.
///
///     c = op(a) op(b)          or, accumulating,      c += op(a) op(b)
///
/// - Parameters:
///   - m, n, k: `op(a)` is (m, k), `op(b)` is (k, n), `c` is (m, n).
///   - c: overwritten, or accumulated when `accumulate`; rows `cStride` floats apart.
///   - a, b: as stored: (m, k) or transposed (k, m); (k, n) or transposed (n, k).
public func matrixProduct(
  c: Floats, a: Floats, _ aForm: Transposition = .asIs, b: Floats,
  _ bForm: Transposition = .asIs, m: Int, n: Int, k: Int, accumulate: Bool = false,
  aStride: Int? = nil, bStride: Int? = nil, cStride: Int? = nil
) {
  if m == 0 || n == 0 { return }
  let strides = ProductStrides(
    c: c, a: a, aForm, b: b, bForm, m: m, n: n, k: k, aStride: aStride, bStride: bStride,
    cStride: cStride)
  BLAS.product(
    aForm, bForm, m: m, n: n, k: k, a: a.pointer, aStride: strides.a, b: b.pointer,
    bStride: strides.b, beta: accumulate ? 1 : 0, c: c.pointer, cStride: strides.c)
}

/// Row strides of a product, checked against its shape and its operands' lengths.
struct ProductStrides {
  let a: Int
  let b: Int
  let c: Int

  init(
    c: Floats, a: Floats, _ aForm: Transposition, b: Floats, _ bForm: Transposition, m: Int,
    n: Int, k: Int, aStride: Int?, bStride: Int?, cStride: Int?
  ) {
    precondition(m > 0 && n > 0 && k > 0, "an empty shape")
    let (aRows, aRow) = aForm == .asIs ? (m, k) : (k, m)
    let (bRows, bRow) = bForm == .asIs ? (k, n) : (n, k)
    self.a = aStride ?? aRow
    self.b = bStride ?? bRow
    self.c = cStride ?? n
    precondition(self.a >= aRow && self.b >= bRow && self.c >= n, "strides shorter than rows")
    precondition(
      a.count >= (aRows - 1) * self.a + aRow && b.count >= (bRows - 1) * self.b + bRow
        && c.count >= (m - 1) * self.c + n, "an operand is shorter than its shape")
  }
}
