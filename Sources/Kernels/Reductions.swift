internal import CKernels

/// Sum of squares, in double: not finite exactly if some element is not finite, since no square of
/// a finite float overflows a double.
public func sumOfSquares(_ x: Floats) -> Double { ck_sum_of_squares(x.count, x.pointer) }

/// `y += x`, element by element.
public func add(_ x: Floats, to y: Floats) {
  precondition(x.count == y.count)
  ck_add(x.count, x.pointer, y.pointer)
}

/// `y += x`, element by element, and the sum of squares of the new y, in one pass over memory:
/// equal to `add` followed by `sumOfSquares`, to the last bit.
public func addAndSumOfSquares(_ x: Floats, to y: Floats) -> Double {
  precondition(x.count == y.count)
  return ck_add_and_sum_of_squares(x.count, x.pointer, y.pointer)
}

/// Gradient factor that clips to a largest norm: 1, or `largest / norm` when `norm` is larger.
public func clipScale(norm: Double, largest: Double) -> Float {
  norm > largest ? Float(largest / norm) : 1
}
