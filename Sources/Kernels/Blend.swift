/// `y[i] += share (x[i] - y[i])`: moves a buffer towards another, for running means of weights.
///
/// - Parameters:
///   - y: overwritten.
///   - x: as long as `y`.
///   - share: 1 copies x.
public func blend(_ y: Floats, towards x: Floats, share: Float) {
  precondition(x.count == y.count, "buffers of two lengths")
  // y + (x - y) need not be x.
  if share == 1 {
    y.copy(from: x)
    return
  }
  let (to, from) = (y.pointer, x.pointer)
  for i in 0..<y.count { to[i] += share * (from[i] - to[i]) }
}
