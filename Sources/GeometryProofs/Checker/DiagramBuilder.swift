internal import Exact
internal import Randomness

/// Draws a problem at random, clause by clause, over any scalars. The checker's own: it shares
/// nothing with the engine's.
struct DiagramBuilder<S: Scalar> {
  let problem: GeometryProblem
  /// For each point the representative of its names: two names of one point may coincide.
  let sames: [Int]
  let pen: DiagramPen<S>
  let pick: (Int) -> Int

  /// Adds the points of some clauses to a drawing; nil where a clause has no place for them.
  func drawing(_ clauses: [Clause], onto start: [Position<S>?]) -> [Position<S>?]? {
    let (places, placed) = placing(clauses, onto: start)
    return placed == clauses.count ? places : nil
  }

  /// Adds the points of the clauses up to the first that has no place for them.
  ///
  /// - Returns: the drawing, and how many of the clauses were placed.
  func placing(
    _ clauses: [Clause], onto start: [Position<S>?]
  ) -> (places: [Position<S>?], placed: Int) {
    var at = start
    for (index, clause) in clauses.enumerated() {
      var ways = places(clause, at)
      // A common point that is there already is not the one that is meant.
      ways.removeAll { way in zip(way, clause.points).contains { isTaken($0, by: $1, at) } }
      guard !ways.isEmpty else { return (at, index) }
      for (place, point) in zip(ways[pick(ways.count)], clause.points) { at[point] = place }
    }
    return (at, clauses.count)
  }

  private func places(_ clause: Clause, _ at: [Position<S>?]) -> [[Position<S>]] {
    let first = clause.constructions[0]
    guard first.isLocus else {
      // The table's order of the new points, in the clause's order.
      let order = zip(first.arguments, first.entry.parameters).compactMap { argument, parameter in
        if case .point(let point) = argument, parameter == .newPoint { point } else { Int?.none }
      }
      return first.places(at, pen).map { way in
        clause.points.compactMap { point in order.firstIndex(of: point).map { way[$0] } }
      }
    }
    guard let one = first.locus(at, pen) else { return [] }
    guard clause.constructions.count == 2 else { return pen.point(on: one).map { [[$0]] } ?? [] }
    guard let two = clause.constructions[1].locus(at, pen) else { return [] }
    return pen.meets(one, two).map { [$0] }
  }

  private func isTaken(_ place: Position<S>, by point: Int, _ at: [Position<S>?]) -> Bool {
    at.indices.contains { other in
      guard let there = at[other], sames[other] != sames[point] else { return false }
      guard let distance = (place - there).square.approximation else { return place == there }
      return !(distance > 1e-10)
    }
  }
}

extension RandomStream {
  /// Uniform in [-1, 1), to 106 bits.
  mutating func coordinate() -> DoubleDouble {
    let (high, low) = (unit(), unit())
    return DoubleDouble(2) * (DoubleDouble(high) + DoubleDouble(low * 0x1p-53)) - DoubleDouble(1)
  }
}

/// A stream that closures can share.
final class SharedStream {
  var stream: RandomStream
  init(_ stream: RandomStream) { self.stream = stream }
}
