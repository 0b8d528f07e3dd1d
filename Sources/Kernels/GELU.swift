internal import CKernels

/// Gaussian error linear unit (Hendrycks and Gimpel 2016), the form with a hyperbolic tangent.
///
///     gelu(x) = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
///
/// - Parameters:
///   - y: as many floats as `x`, overwritten; may be `x`.
public func geluForward(y: Floats, x: Floats) {
  precondition(y.count >= x.count)
  ck_gelu_forward(x.count, x.pointer, y.pointer)
}

/// Gated GELU (Shazeer 2020): `y[r,j] = gelu(gateUp[r,j]) gateUp[r,F+j]`.
///
/// - Parameters:
///   - y: `(R, F)`, overwritten.
///   - gateUp: `(R, 2F)`: gates, then ups.
public func gatedGELUForward(y: Floats, gateUp: Floats, rows R: Int, width F: Int) {
  precondition(y.count >= R * F && gateUp.count >= 2 * R * F)
  ck_gelu_gated_forward(R, F, gateUp.pointer, y.pointer)
}

/// Gradient of `geluForward`.
///
///     dX = dY gelu'(x),   gelu'(x) = s + 2 u' x s (1 - s),   s = 1 / (1 + e^(-2 u)),
///     u = sqrt(2 / pi) (x + 0.044715 x^3)
///
/// - Parameters:
///   - dX: as many floats as `x`, overwritten; may be `x` itself.
public func geluBackward(dX: Floats, dY: Floats, x: Floats) {
  precondition(dX.count >= x.count && dY.count >= x.count)
  ck_gelu_backward(x.count, x.pointer, dY.pointer, dX.pointer)
}

/// Gradient of `gatedGELUForward`.
///
///     dG = dY u gelu'(g),   dU = dY gelu(g)
///
/// - Parameters:
///   - dGateUp: `(R, 2F)`, overwritten; may be `gateUp` itself.
public func gatedGELUBackward(
  dGateUp: Floats, dY: Floats, gateUp: Floats, rows R: Int, width F: Int
) {
  precondition(dY.count >= R * F && gateUp.count >= 2 * R * F && dGateUp.count >= 2 * R * F)
  ck_gelu_gated_backward(R, F, gateUp.pointer, dY.pointer, dGateUp.pointer)
}
