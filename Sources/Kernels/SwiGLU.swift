internal import CKernels

/// Gated feed-forward activation (Shazeer 2020).
///
///     y[r,j] = g s(g) u,   g = gateUp[r,j], u = gateUp[r,F+j], s(g) = 1 / (1 + e^-g)
///
/// - Parameters:
///   - y: `(R, F)`, overwritten.
///   - gateUp: `(R, 2F)`: gates, then ups.
public func swigluForward(y: Floats, gateUp: Floats, rows R: Int, width F: Int) {
  precondition(y.count >= R * F && gateUp.count >= 2 * R * F)
  ck_swiglu_forward(R, F, gateUp.pointer, y.pointer)
}

/// Gradient of `swigluForward`.
///
///     dG = dY u s (1 + g (1 - s)),   dU = dY g s
///
/// - Parameters:
///   - dGateUp: `(R, 2F)`, overwritten; may be `gateUp` itself.
public func swigluBackward(
  dGateUp: Floats, dY: Floats, gateUp: Floats, rows R: Int, width F: Int
) {
  precondition(dY.count >= R * F && gateUp.count >= 2 * R * F && dGateUp.count >= 2 * R * F)
  ck_swiglu_backward(R, F, gateUp.pointer, dY.pointer, dGateUp.pointer)
}
