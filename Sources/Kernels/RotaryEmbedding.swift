internal import CKernels
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Cosines and sines of the rotary position embedding (Su et al. 2021), for every position.
public struct RotaryTable: Sendable {
  /// Width of a head, even.
  public let headWidth: Int
  /// Positions the table covers.
  public let positionCount: Int
  let cosines: Floats
  let sines: Floats

  /// Angle of position t and pair i: `t * base^(-2i / headWidth)`, computed in double.
  public init(headWidth: Int, base: Double, positionCount: Int) {
    precondition(headWidth > 0 && headWidth % 2 == 0, "rotary pairs need an even head width")
    self.headWidth = headWidth
    self.positionCount = positionCount
    let half = headWidth / 2
    cosines = Floats(zeros: positionCount * half)
    sines = Floats(zeros: positionCount * half)
    for i in 0..<half {
      let frequency = pow(base, -2 * Double(i) / Double(headWidth))
      for t in 0..<positionCount {
        cosines.pointer[t * half + i] = Float(cos(Double(t) * frequency))
        sines.pointer[t * half + i] = Float(sin(Double(t) * frequency))
      }
    }
  }
}

/// Rotates heads in place: coordinates i and i + D/2 of a head turn by the angle of the row's
/// position.
///
///     a' = a cos - b sin,   b' = b cos + a sin
///
/// - Parameters:
///   - x: rows `stride` floats apart, each starting with `heads` heads of the table's width.
///   - positions: `(T)`, each below the table's position count.
///   - inverse: turns the other way, which is the gradient of the turn.
public func rotate(
  _ x: Floats, heads: Int, stride: Int, positions: Span<Int32>, table: RotaryTable,
  inverse: Bool = false
) {
  let T = positions.count
  if T == 0 { return }
  let D = table.headWidth
  precondition(heads * D <= stride && x.count >= (T - 1) * stride + heads * D)
  for t in positions.indices {
    precondition(positions[t] >= 0 && Int(positions[t]) < table.positionCount)
  }
  positions.withUnsafeBufferPointer { positions in
    ck_rotary(
      T, heads, D, x.pointer, stride, positions.baseAddress, table.cosines.pointer,
      table.sines.pointer, inverse ? -1 : 1)
  }
}
