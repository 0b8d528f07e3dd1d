internal import CKernels

/// Root-mean-square norm of rows (Zhang and Sennrich 2019).
///
///     inverse[r] = 1 / sqrt(mean_j x[r,j]^2 + epsilon)
///     y[r,j]     = x[r,j] inverse[r] weight[j]
///
/// - Parameters:
///   - y: `(R, C)`, overwritten.
///   - inverse: `(R)`, overwritten; the backward needs it.
///   - x: `(R, C)`.
///   - weight: `(C)`.
public func rmsNormForward(
  y: Floats, inverse: Floats, x: Floats, weight: Floats, rows R: Int, epsilon: Float
) {
  let C = weight.count
  precondition(C > 0 && y.count >= R * C && x.count >= R * C && inverse.count >= R)
  ck_rms_norm_forward(R, C, x.pointer, weight.pointer, y.pointer, inverse.pointer, epsilon)
}

/// Gradient of `rmsNormForward`.
///
///     dX[r,j] += i w[j] dY[r,j] - i^3 x[r,j] mean_j(dY w x),   i = inverse[r]
///     dWeight[j] += sum_r dY[r,j] x[r,j] i
///
/// - Parameters:
///   - dX: `(R, C)`, accumulated.
///   - dWeight: `(C)`, accumulated, row by row.
public func rmsNormBackward(
  dX: Floats, dWeight: Floats, dY: Floats, x: Floats, weight: Floats, inverse: Floats,
  rows R: Int
) {
  let C = weight.count
  precondition(C > 0 && dX.count >= R * C && dY.count >= R * C && x.count >= R * C)
  precondition(inverse.count >= R && dWeight.count == C)
  ck_rms_norm_backward(
    R, C, x.pointer, weight.pointer, inverse.pointer, dY.pointer, dX.pointer, dWeight.pointer)
}
