public import Exact

extension Statement {
  /// How clearly a condition holds on a diagram: above 0 if it does, below if not; independent of
  /// scale (a sine, a cosine, a relative difference). 0 or not a number where it degenerates.
  ///
  /// - Precondition: the statement is a condition, its points are in the diagram.
  public func margin(on diagram: [Position<Double>]) -> Double { clearness(diagram) }
  /// The same from coordinates of about 100 bits.
  public func margin(on diagram: [Position<DoubleDouble>]) -> Double { clearness(diagram) }

  private func clearness<S: Scalar>(_ diagram: [Position<S>]) -> Double {
    func at(_ k: Int) -> Position<S> { diagram[points[k]] }
    func value(_ number: S) -> Double { number.approximation ?? .nan }
    /// Sine and cosine of the angle from u to v.
    func angle(_ u: Position<S>, _ v: Position<S>) -> (sine: Double, cosine: Double) {
      let size = (value(u.square) * value(v.square)).squareRoot()
      return (value(u.cross(v)) / size, value(u.dot(v)) / size)
    }
    func at(corner k: Int) -> (sine: Double, cosine: Double) {
      angle(at(k + 1) - at(k), at(k + 2) - at(k))
    }
    /// Positive if both have one sign; the smaller size of the two.
    func agreement(_ a: Double, _ b: Double) -> Double {
      min(abs(a), abs(b)) * (a * b > 0 ? 1 : -1)
    }
    switch predicate {
    case .diff:
      var (least, extent) = (Double.infinity, 0.0)
      for point in diagram { extent = max(extent, value((point - diagram[0]).square)) }
      for i in points.indices {
        for j in points.indices where j > i { least = min(least, value((at(i) - at(j)).square)) }
      }
      return (least / extent).squareRoot()
    case .ncoll:
      let first = at(1) - at(0)
      return (2..<points.count).map { abs(angle(first, at($0) - at(0)).sine) }.max() ?? .nan
    case .ncyclic:
      let (a, b) = ((at(0) - at(2)) * (at(1) - at(3)), (at(0) - at(3)) * (at(1) - at(2)))
      return abs(angle(a, b).sine)
    case .npara: return abs(angle(at(1) - at(0), at(3) - at(2)).sine)
    case .nperp: return abs(angle(at(1) - at(0), at(3) - at(2)).cosine)
    case .sameclock: return agreement(at(corner: 0).sine, at(corner: 3).sine)
    case .sameside: return agreement(at(corner: 0).cosine, at(corner: 3).cosine)
    case .nsameside: return agreement(at(corner: 0).cosine, -at(corner: 3).cosine)
    case .obtuseAngle: return -angle(at(0) - at(1), at(2) - at(1)).cosine
    case .longer:
      let (a, b) = (value((at(1) - at(0)).square), value((at(3) - at(2)).square))
      return (a - b) / (a + b)
    default: return .nan
    }
  }
}
