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

/// Gradient of `normalizeHeads`.
///
/// - Parameters:
///   - d: as `x`: the gradient of the normed heads, overwritten by that of `x`.
///   - dWeight: `(D)`, accumulated, row by row, head by head.
///   - x: what was normed.
///   - scratch: at least `heads` (D + 1) floats.
public func normalizeHeadsBackward(
  _ d: Floats, dWeight: Floats, x: Floats, heads: Int, stride: Int, rows R: Int, weight: Floats,
  epsilon: Float, scratch: Floats
) {
  let D = weight.count
  if R == 0 { return }
  let width = heads * D
  precondition(D > 0 && width <= stride && x.count >= (R - 1) * stride + width)
  precondition(d.count >= (R - 1) * stride + width && dWeight.count == D)
  precondition(scratch.count >= width + heads)
  let dY = scratch[0..<width]
  let inverse = scratch.pointer + width
  for r in 0..<R {
    let input = x.pointer + r * stride
    let row = d[(r * stride)..<(r * stride + width)]
    // The forward kernel also computes the inverses; the norms themselves are not needed.
    ck_rms_norm_forward(heads, D, input, weight.pointer, dY.pointer, inverse, epsilon)
    dY.copy(from: row)
    row.zero()
    ck_rms_norm_backward(
      heads, D, input, weight.pointer, inverse, dY.pointer, row.pointer, dWeight.pointer)
  }
}
