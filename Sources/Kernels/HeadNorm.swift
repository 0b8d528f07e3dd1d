internal import CKernels

/// Root-mean-square norm of each head, in place.
///
///     x[r,h] *= weight / sqrt(mean_i x[r,h,i]^2 + epsilon)
///
/// - Parameters:
///   - x: rows `stride` floats apart, each starting with `heads` heads.
///   - weight: `(D)`, the width of a head.
public func normalizeHeads(
  _ x: Floats, heads: Int, stride: Int, rows R: Int, weight: Floats, epsilon: Float
) {
  let D = weight.count
  if R == 0 { return }
  precondition(D > 0 && heads * D <= stride && x.count >= (R - 1) * stride + heads * D)
  withUnsafeTemporaryAllocation(of: Float.self, capacity: heads) { inverse in
    guard let unused = inverse.baseAddress else { return }
    for r in 0..<R {
      let row = x.pointer + r * stride
      ck_rms_norm_forward(heads, D, row, weight.pointer, row, unused, epsilon)
    }
  }
}
