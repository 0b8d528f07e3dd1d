/// How far a state is from the one that it should be.
public enum StateMeasure: String, Sendable, CaseIterable {
  /// `sum_j (y[j] - t[j])^2 / C`.
  case meanSquares = "mse"
  /// `1 - y t / (|y| |t|)`: the direction alone; 1 where one of the two is 0.
  case cosine
}

/// Distances of rows of states from other ones, and their gradient.
///
///     mse:    dY[r,j] = scale w[r] 2 (y[j] - t[j]) / C
///     cosine: dY[r,j] = scale w[r] (y[j] (y t) / |y|^2 - t[j]) / (|y| |t|)
///
/// - Parameters:
///   - y: `(R, C)`, overwritten with the gradient.
///   - target: `(R, C)`.
///   - weights: `(R)`; a row of weight 0 is not read, and its gradient is 0.
/// - Returns: the sum of the rows' distances times their weights.
public func stateLoss(
  _ measure: StateMeasure, y: Floats, target: Floats, weights: ArraySlice<Float>, width C: Int,
  scale: Float
) -> Double {
  precondition(C > 0 && y.count >= weights.count * C && target.count >= weights.count * C)
  var sum = 0.0
  for (r, weight) in weights.enumerated() {
    let (y, t) = (y.pointer + r * C, target.pointer + r * C)
    if weight == 0 {
      for j in 0..<C { y[j] = 0 }
      continue
    }
    let factor = Double(scale) * Double(weight)
    switch measure {
    case .meanSquares:
      var squares = 0.0
      for j in 0..<C {
        let difference = Double(y[j]) - Double(t[j])
        squares += difference * difference
        y[j] = Float(factor * 2 * difference / Double(C))
      }
      sum += Double(weight) * squares / Double(C)
    case .cosine:
      var (yy, tt, yt) = (0.0, 0.0, 0.0)
      for j in 0..<C {
        yy += Double(y[j]) * Double(y[j])
        tt += Double(t[j]) * Double(t[j])
        yt += Double(y[j]) * Double(t[j])
      }
      // A state of no length has no direction to turn.
      if yy == 0 || tt == 0 {
        for j in 0..<C { y[j] = 0 }
        sum += Double(weight)
        continue
      }
      let lengths = (yy * tt).squareRoot()
      sum += Double(weight) * (1 - yt / lengths)
      for j in 0..<C {
        y[j] = Float(factor * (Double(y[j]) * yt / yy - Double(t[j])) / lengths)
      }
    }
  }
  return sum
}
