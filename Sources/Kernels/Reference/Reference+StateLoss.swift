#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// `stateLoss` of one row of weight 1 and its gradient, by the definitions.
  public static func stateLoss(
    _ measure: StateMeasure, y: [Double], target t: [Double]
  ) -> (loss: Double, gradient: [Double]) {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    switch measure {
    case .meanSquares:
      let d = zip(y, t).map { $0 - $1 }
      return (dot(d, d) / Double(y.count), d.map { 2 * $0 / Double(y.count) })
    case .cosine:
      let (ly, lt) = (sqrt(dot(y, y)), sqrt(dot(t, t)))
      guard ly > 0, lt > 0 else { return (1, y.map { _ in 0 }) }
      let cosine = dot(y, t) / (ly * lt)
      return (1 - cosine, zip(y, t).map { -($1 / (ly * lt) - cosine * $0 / (ly * ly)) })
    }
  }

  /// `relationLoss` of vectors `x[i]`, `y[i]` and its gradient, by the definitions.
  public static func relationLoss(
    x: [[Double]], y: [[Double]], weights: [Double]
  ) -> (loss: Double, gradient: [[Double]]) {
    func relations(_ v: [[Double]], _ i: Int) -> [Double] {
      logSoftmax(
        (0...i).map { j in
          zip(v[i], v[j]).reduce(0) { $0 + $1.0 * $1.1 } / Double(v[i].count).squareRoot()
        })
    }
    var gradient = x.map { $0.map { _ in 0.0 } }
    var loss = 0.0
    for i in x.indices where weights[i] != 0 {
      let (q, p) = (relations(x, i), relations(y, i))
      loss += weights[i] * divergence(p, q)
      let root = Double(x[i].count).squareRoot()
      for j in 0...i {
        let d = weights[i] * (exp(q[j]) - exp(p[j])) / root
        for c in x[i].indices {
          gradient[i][c] += d * x[j][c]
          gradient[j][c] += d * x[i][c]
        }
      }
    }
    return (loss, gradient)
  }
}
