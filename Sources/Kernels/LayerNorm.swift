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
