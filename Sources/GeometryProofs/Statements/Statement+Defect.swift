public import Exact

/// One number that is 0 exactly if (a part of) a statement holds, and what to measure it by.
struct Defect<S: Scalar> {
  var value: S
  /// The square of the value's natural size: `value² / squaredScale` does not depend on the scale.
  var squaredScale: S
}

extension Statement {
  /// How far the statement is from true on a diagram: 0 if it holds, about 1 if nothing is right;
  /// independent of the diagram's scale. Not a number or infinite where it degenerates.
  ///
  /// - Precondition: the statement is a fact (no condition), its points are in the diagram.
  public func residual(on diagram: [Position<Double>]) -> Double { worst(defects(on: diagram)) }
  /// The same in about 100 bits.
  public func residual(on diagram: [Position<DoubleDouble>]) -> Double {
    worst(defects(on: diagram))
  }

  private func worst<S: Scalar>(_ defects: [Defect<S>]?) -> Double {
    guard let defects else { return .nan }
    var worst = 0.0
    for defect in defects {
      guard let size = (defect.value * defect.value / defect.squaredScale).approximation,
        size >= 0
      else { return .nan }
      worst = max(worst, size)
    }
    return worst.squareRoot()
  }

  /// The defects, all 0 exactly if the statement holds; nil where the field cannot say (lengths
  /// without roots, angles it lacks).
  ///
  /// Vectors multiply as complex numbers: an angle is an argument, so that an equality of full
  /// angles is "this product is real". Lengths enter by squares, so that no root is needed.
  func defects<S: Scalar>(on diagram: [Position<S>]) -> [Defect<S>]? {
    func at(_ k: Int) -> Position<S> { diagram[points[k]] }
    func vector(_ k: Int) -> Position<S> { at(2 * k + 1) - at(2 * k) }
    func isReal(_ z: Position<S>, _ squaredScale: S) -> Defect<S> {
      Defect(value: z.y, squaredScale: squaredScale)
    }
    /// a = b for numbers of one sign.
    func equal(_ a: S, _ b: S) -> Defect<S> {
      Defect(value: a - b, squaredScale: (a + b) * (a + b))
    }
    /// z = w for complex numbers.
    func equal(_ z: Position<S>, _ w: Position<S>) -> [Defect<S>] {
      let (difference, scale) = (z - w, z.square + w.square)
      return [
        Defect(value: difference.x, squaredScale: scale),
        Defect(value: difference.y, squaredScale: scale),
      ]
    }
    switch predicate {
    case .coll:
      let first = at(1) - at(0)
      return (2..<points.count).map { k in
        let other = at(k) - at(0)
        return isReal(first.conjugate * other, first.square * other.square)
      }
    case .cyclic:
      return (3..<points.count).map { k in
        // The cross-ratio of four concyclic points is real.
        let (a, b) = ((at(0) - at(2)) * (at(1) - at(k)), (at(0) - at(k)) * (at(1) - at(2)))
        return isReal(a * b.conjugate, a.square * b.square)
      }
    case .circle:
      let radius = (at(1) - at(0)).square
      return (2..<points.count).map { equal((at($0) - at(0)).square, radius) }
    case .para, .perp:
      let z = vector(0).conjugate * vector(1)
      return [
        Defect(value: predicate == .para ? z.y : z.x, squaredScale: z.square)
      ]
    case .cong: return [equal(vector(0).square, vector(1).square)]
    case .eqangle:
      let z = vector(0).conjugate * vector(1) * (vector(2) * vector(3).conjugate)
      return [isReal(z, z.square)]
    case .eqratio:
      return [
        equal(vector(0).square * vector(3).square, vector(1).square * vector(2).square)
      ]
    case .midp: return equal(S(2) * (at(0) - at(1)), at(2) - at(1))
    case .simtri, .contri, .simtrir, .contrir:
      let isMirrored = predicate == .simtrir || predicate == .contrir
      let (u, v) = (at(1) - at(0), at(2) - at(0))
      let (p, q) = (at(4) - at(3), at(5) - at(3))
      let (s, t) = isMirrored ? (p.conjugate, q.conjugate) : (p, q)
      let isCongruent = predicate == .contri || predicate == .contrir
      return equal(v * s, t * u) + (isCongruent ? [equal(u.square, p.square)] : [])
    case .aconst:
      guard let turn = S.cosineAndSine(numbers[0]) else { return nil }
      let z = vector(0).conjugate * vector(1) * Position(turn.cosine, -turn.sine)
      return [isReal(z, z.square)]
    case .rconst, .r2const:
      let (top, bottom) = (S(numbers[0]), vector(1).square)
      return [equal(vector(0).square, (predicate == .rconst ? top * top : top) * bottom)]
    case .lconst, .l2const:
      let size = S(numbers[0])
      return [equal(vector(0).square, predicate == .lconst ? size * size : size)]
    case .same:
      // Measured by the extent of the whole diagram.
      let difference = at(0) - at(1)
      var extent = S(0)
      for point in diagram { extent = extent + (point - diagram[0]).square }
      return [
        Defect(value: difference.x, squaredScale: extent),
        Defect(value: difference.y, squaredScale: extent),
      ]
    case .aequation: return directionSum(vector)
    case .lequation, .l2equation: return lengthSum(vector)
    case .requation: return lengthProduct(vector)
    case .diff, .ncoll, .ncyclic, .npara, .nperp, .sameclock, .sameside, .nsameside, .obtuseAngle,
      .longer:
      return nil
    }
  }

  private func directionSum<S: Scalar>(_ vector: (Int) -> Position<S>) -> [Defect<S>]? {
    guard let turn = S.cosineAndSine(numbers[numbers.count - 1]) else { return nil }
    var z = Position(turn.cosine, -turn.sine)
    for index in 0..<points.count / 2 {
      guard let count = numbers[index].integer, abs(count) <= 64 else { return nil }
      let side = count < 0 ? vector(index).conjugate : vector(index)
      for _ in 0..<abs(count) { z = z * side }
    }
    return [Defect(value: z.y, squaredScale: z.square)]
  }

  /// Squares of lengths need no root: a product of positive numbers is q if its square is q².
  private func lengthProduct<S: Scalar>(_ vector: (Int) -> Position<S>) -> [Defect<S>]? {
    guard let exponents, let value = numbers.last else { return nil }
    var (above, below) = (S(1), S(value) * S(value))
    for (index, exponent) in exponents.enumerated() {
      let square = vector(index).square
      for _ in 0..<abs(exponent) {
        if exponent > 0 { above = above * square } else { below = below * square }
      }
    }
    return [Defect(value: above - below, squaredScale: (above + below) * (above + below))]
  }

  private func lengthSum<S: Scalar>(_ vector: (Int) -> Position<S>) -> [Defect<S>]? {
    var sum = -S(numbers[numbers.count - 1])
    var scale = sum * sum
    for index in 0..<points.count / 2 {
      var length = vector(index).square
      if predicate == .lequation {
        // In a field without order the sign of a root means nothing.
        guard let root = length.root, root.approximation != nil else { return nil }
        length = root
      }
      let term = S(numbers[index]) * length
      sum = sum + term
      scale = scale + term * term
    }
    return [Defect(value: sum, squaredScale: scale)]
  }
}
