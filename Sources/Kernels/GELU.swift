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
