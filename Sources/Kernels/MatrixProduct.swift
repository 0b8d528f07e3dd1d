internal import COpenBLAS

/// Whether an operand of a product is read as it lies or transposed.
public enum Transposition: Sendable {
  case asIs
  case transposed

  var cblas: CBLAS_TRANSPOSE { self == .asIs ? CblasNoTrans : CblasTrans }
}

/// Matrix product, row-major.
///
///     c = op(a) op(b)          or, accumulating,      c += op(a) op(b)
///
/// - Parameters:
///   - m, n, k: `op(a)` is (m, k), `op(b)` is (k, n), `c` is (m, n).
///   - c: overwritten, or accumulated when `accumulate`; rows `cStride` floats apart.
///   - a, b: as they lie: (m, k) or transposed (k, m); (k, n) or transposed (n, k).
public func matrixProduct(
  c: Floats, a: Floats, _ aForm: Transposition = .asIs, b: Floats,
  _ bForm: Transposition = .asIs, m: Int, n: Int, k: Int, accumulate: Bool = false,
  aStride: Int? = nil, bStride: Int? = nil, cStride: Int? = nil
) {
  if m == 0 || n == 0 { return }
  let aRow = aForm == .asIs ? k : m
  let bRow = bForm == .asIs ? n : k
  let lda = aStride ?? aRow
  let ldb = bStride ?? bRow
  let ldc = cStride ?? n
  let aRows = aForm == .asIs ? m : k
  let bRows = bForm == .asIs ? k : n
  precondition(k > 0 && lda >= aRow && ldb >= bRow && ldc >= n, "strides shorter than rows")
  precondition(
    a.count >= (aRows - 1) * lda + aRow && b.count >= (bRows - 1) * ldb + bRow
      && c.count >= (m - 1) * ldc + n, "an operand is shorter than its shape")
  _ = BLAS.ready
  cblas_sgemm(
    CblasRowMajor, aForm.cblas, bForm.cblas, Int32(m), Int32(n), Int32(k), 1, a.pointer,
    Int32(lda), b.pointer, Int32(ldb), accumulate ? 1 : 0, c.pointer, Int32(ldc))
}
