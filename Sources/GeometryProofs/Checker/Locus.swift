/// Where a point may lie with one degree of freedom.
enum Locus<S: Scalar> {
  /// The line through a point in a direction.
  case line(through: Position<S>, along: Position<S>)
  /// A circle; `on` is a point known to be on it, where there is one.
  case circle(centre: Position<S>, squaredRadius: S, on: Position<S>?)
}

/// Draws numbers for a diagram and says what is too small to divide by.
struct DiagramPen<S: Scalar> {
  /// A random number, of size at most 1 where there is an order.
  var random: () -> S
  /// One of two with equal chance.
  var coin: () -> Bool

  /// Whether a number is 0, or as good as 0 beside `scale`.
  func vanishes(_ value: S, beside scale: S) -> Bool {
    guard let size = value.approximation, let full = scale.approximation else {
      return value == S(0)
    }
    return !(abs(size) > 1e-6 * abs(full))
  }

  /// A quotient, nil where the divisor is too small.
  func divide(_ a: S, by b: S, beside scale: S) -> S? { vanishes(b, beside: scale) ? nil : a / b }

  func randomPoint() -> Position<S> { Position(random(), random()) }

  /// A random factor that is as often above 1 as below, in size: no side is always the longer one.
  func ratio() -> S {
    let factor = random()
    guard coin(), let size = factor.approximation, abs(size) > 0.2 else { return factor }
    return S(1) / factor
  }

  /// A random complex number of absolute value 1, by the rational parametrisation of the circle.
  func randomTurn() -> Position<S> {
    let t = random()
    let size = S(1) + t * t
    let turn = Position((S(1) - t * t) / size, (t + t) / size)
    return coin() ? turn : Position(-turn.x, -turn.y)
  }

  /// A random point of a locus; nil where a circle without known point has no root for its radius.
  func point(on locus: Locus<S>) -> Position<S>? {
    switch locus {
    case .line(let through, let along):
      return through + (random() + random()) * along
    case .circle(let centre, let squaredRadius, let on):
      if let on { return centre + randomTurn() * (on - centre) }
      guard let radius = squaredRadius.root else { return nil }
      return centre + radius * randomTurn()
    }
  }

  /// The common points of two loci: none where they miss, are parallel or too close to it.
  func meets(_ a: Locus<S>, _ b: Locus<S>) -> [Position<S>] {
    switch (a, b) {
    case (.line(let p, let u), .line(let q, let v)):
      let cross = u.cross(v)
      // |u x v| beside |u||v|, both squared.
      guard !vanishes(cross * cross, beside: u.square * v.square)
      else { return [] }
      return [p + ((q - p).cross(v) / cross) * u]
    case (.line(let p, let u), .circle(let centre, let squaredRadius, _)):
      return meets(through: p, along: u, centre, squaredRadius)
    case (.circle, .line): return meets(b, a)
    case (.circle(let o, let r, _), .circle(let w, let s, _)):
      // The points of the radical line: 2 (w - o)·x = r - s + |w|² - |o|².
      let axis = w - o
      let distance = axis.square
      guard !vanishes(distance, beside: r + s) else { return [] }
      let share = (r - s + distance) / (distance + distance)
      return meets(through: o + share * axis, along: axis.turned, o, r)
    }
  }

  private func meets(
    through p: Position<S>, along u: Position<S>, _ centre: Position<S>, _ squaredRadius: S
  ) -> [Position<S>] {
    let size = u.square
    guard size != S(0) else { return [] }
    // The foot of the centre, and the half chord as a multiple of u.
    let foot = p + ((centre - p).dot(u) / size) * u
    let squaredHalf = (squaredRadius - (foot - centre).square) / size
    if let value = squaredHalf.approximation, let radius = (squaredRadius / size).approximation,
      abs(value) < 1e-20 * abs(radius)
    {
      return [foot]
    }
    guard let half = squaredHalf.root else { return [] }
    return half == S(0) ? [foot] : [foot + half * u, foot - half * u]
  }
}
