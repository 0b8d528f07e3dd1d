internal import CKernels

/// Layer norm of rows (Ba et al. 2016).
///
///     y[r,j] = (x[r,j] - mean_j x[r]) / sqrt(variance_j x[r] + epsilon) weight[j] + bias[j]
///
/// - Parameters:
///   - y: `(R, C)`, overwritten; may be `x`.
///   - x: `(R, C)`.
///   - weight, bias: `(C)`.
public func layerNormForward(
  y: Floats, x: Floats, weight: Floats, bias: Floats, rows R: Int, epsilon: Float
) {
  let C = weight.count
  precondition(C > 0 && bias.count == C && y.count >= R * C && x.count >= R * C)
  ck_layer_norm_forward(R, C, x.pointer, weight.pointer, bias.pointer, y.pointer, epsilon)
}

/// Gradient of `layerNormForward`.
///
///     dX[r,j] += i (g[j] - mean_j g - h[j] mean_j(g h)),   g = w dY[r], h = (x[r] - mean) i
///     dWeight[j] += sum_r dY[r,j] h[r,j],   dBias[j] += sum_r dY[r,j]
///
/// - Parameters:
///   - dX: `(R, C)`, accumulated.
///   - dWeight, dBias: `(C)`, accumulated, row by row.
public func layerNormBackward(
  dX: Floats, dWeight: Floats, dBias: Floats, dY: Floats, x: Floats, weight: Floats, rows R: Int,
  epsilon: Float
) {
  let C = weight.count
  precondition(C > 0 && dX.count >= R * C && dY.count >= R * C && x.count >= R * C)
  precondition(dWeight.count == C && dBias.count == C)
  ck_layer_norm_backward(
    R, C, x.pointer, weight.pointer, dY.pointer, dX.pointer, dWeight.pointer, dBias.pointer,
    epsilon)
}
