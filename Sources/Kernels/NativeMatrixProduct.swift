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
/// product allocates 1 MiB of scratch, later ones nothing.
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

extension MatrixEngine.Precision {
  /// As the kernels take it.
  var isBFloat16: Int32 { self == .bfloat16 ? 1 : 0 }
}
