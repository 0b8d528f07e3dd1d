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
  /// `(positionCount, headWidth / 2)`, times the amplitude.
  package let cosines: Floats
  /// `(positionCount, headWidth / 2)`, times the amplitude.
  package let sines: Floats

  /// Angle of position t and pair i: `t * base^(-2i / headWidth)`, computed in double.
  public init(headWidth: Int, base: Double, positionCount: Int) {
    precondition(headWidth > 0 && headWidth % 2 == 0, "rotary pairs need an even head width")
    self.init(
      frequencies: (0..<(headWidth / 2)).map { pow(base, -2 * Double($0) / Double(headWidth)) },
      positionCount: positionCount)
  }

  /// Angle of position t and pair i: `t * frequencies[i]`, computed in double.
  ///
  /// - Parameters:
  ///   - frequencies: radians per position, one for each pair of a head.
  ///   - amplitude: factor on cosines and sines, and so on every rotated coordinate.
  public init(frequencies: [Double], amplitude: Double = 1, positionCount: Int) {
    let half = frequencies.count
    precondition(half > 0 && positionCount >= 0)
    headWidth = 2 * half
    self.positionCount = positionCount
    cosines = Floats(zeros: positionCount * half)
    sines = Floats(zeros: positionCount * half)
    for (i, frequency) in frequencies.enumerated() {
      for t in 0..<positionCount {
        cosines.pointer[t * half + i] = Float(amplitude * cos(Double(t) * frequency))
        sines.pointer[t * half + i] = Float(amplitude * sin(Double(t) * frequency))
      }
    }
  }
}

/// Rotates heads in place: coordinates i and i + D/2 of a head turn by the angle of the row's
/// position.
///
///     a' = a cos - b sin,   b' = b cos + a sin      (both times the table's amplitude)
///
/// - Parameters:
///   - x: rows `stride` floats apart, each starting with `heads` heads of the table's width.
///   - positions: `(T)`, each below the table's position count.
///   - inverse: rotates the other way: the gradient of the rotation, amplitude included.
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
