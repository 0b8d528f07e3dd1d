internal import CKernels

/// Matrix product by Retort's own kernels, row-major, as `matrixProduct` has it.
///
///     c = op(a) op(b)          or, accumulating,      c += op(a) op(b)
///
/// An element depends on its row of `op(a)`, its column of `op(b)`, `k` and the instruction set:
/// splitting `m` or `n`, on however many threads, gives the same bits. For `bfloat16` every operand
/// is first rounded to it (to nearest even, denormals to zero), and sums are float32, so that
///
///     |c - exact| <= (2^-7 + 2^-16) sum_p |a_ip b_pj|  + what float32 sums lose
///
/// `MatrixEngine` offers it where it is fast; it is right on every processor. A thread's first
/// product allocates 0.7 MiB of scratch, later ones nothing.
package func nativeMatrixProduct(
  _ precision: MatrixEngine.Precision, c: Floats, a: Floats, _ aForm: Transposition = .asIs,
  b: Floats, _ bForm: Transposition = .asIs, m: Int, n: Int, k: Int, accumulate: Bool = false,
  aStride: Int? = nil, bStride: Int? = nil, cStride: Int? = nil
) {
  if m == 0 || n == 0 { return }
  let strides = ProductStrides(
    c: c, a: a, aForm, b: b, bForm, m: m, n: n, k: k, aStride: aStride, bStride: bStride,
    cStride: cStride)
  ck_matrix_product(
    precision.isBFloat16, aForm == .asIs ? 0 : 1, bForm == .asIs ? 0 : 1, m, n, k, a.pointer,
    strides.a, b.pointer, strides.b, c.pointer, strides.c, accumulate ? 1 : 0)
}

/// A matrix packed once, to be the right operand of many products.
///
/// It takes `n` rounded up to 64, times `k`, elements of its precision.
public struct PackedMatrix: Sendable {
  public let precision: MatrixEngine.Precision
  /// Columns of the matrix and of every product.
  public let n: Int
  /// Rows of the matrix: what products sum over.
  public let k: Int
  private let panels: Floats

  /// Packs `op(b)`, `(k, n)`: `b` as it lies, or transposed `(n, k)`.
  public init(
    _ b: Floats, _ form: Transposition = .asIs, n: Int, k: Int, stride: Int? = nil,
    precision: MatrixEngine.Precision
  ) {
    let (rows, row) = form == .asIs ? (k, n) : (n, k)
    let stride = stride ?? row
    precondition(
      n > 0 && k > 0 && stride >= row && b.count >= (rows - 1) * stride + row,
      "the matrix is shorter than its shape")
    self.precision = precision
    self.n = n
    self.k = k
    panels = Floats(zeros: ck_panels_units(precision.isBFloat16, n, k))
    panels.pointer.withMemoryRebound(to: UInt32.self, capacity: panels.count) {
      ck_panels_pack(precision.isBFloat16, form == .asIs ? 0 : 1, n, k, b.pointer, stride, $0)
    }
  }

  /// `c = a op(b)` or `c += a op(b)` for the `m` rows of `a`, bit for bit as the native backend's
  /// product gives it.
  ///
  /// - Parameters:
  ///   - c: `(m, n)`, overwritten or accumulated.
  ///   - a: `(m, k)`.
  public func product(
    c: Floats, a: Floats, m: Int, accumulate: Bool = false, aStride: Int? = nil,
    cStride: Int? = nil
  ) {
    if m == 0 { return }
    let aStride = aStride ?? k
    let cStride = cStride ?? n
    precondition(m > 0 && aStride >= k && cStride >= n, "strides shorter than rows")
    precondition(
      a.count >= (m - 1) * aStride + k && c.count >= (m - 1) * cStride + n,
      "an operand is shorter than its shape")
    panels.pointer.withMemoryRebound(to: UInt32.self, capacity: panels.count) {
      ck_panels_product(
        precision.isBFloat16, m, n, k, a.pointer, aStride, $0, c.pointer, cStride,
        accumulate ? 1 : 0)
    }
  }
}

extension MatrixEngine.Precision {
  /// As the kernels take it.
  var isBFloat16: Int32 { self == .bfloat16 ? 1 : 0 }
}
