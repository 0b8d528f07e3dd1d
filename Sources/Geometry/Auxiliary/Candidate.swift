internal import GeometryProofs

/// A point that the search might add: its place, its construction, and its score.
package struct Candidate {
  /// One construction or two loci; argument 0, the new point, is `newPoint`.
  package var constructions: [(name: String, points: [Int])]
  /// Where the point lies in the figure, in the figure's own units.
  package var position: Vector
  /// How many ways lead to this point: lines and circles through it, midpoints, feet, reflections.
  package var score: Double

  /// The clause that makes the point number `index`.
  func clause(_ index: Int) -> Clause {
    Clause(
      points: [index],
      constructions: constructions.map { construction in
        Construction(
          construction.name, [.point(index)] + construction.points.map { .point($0) })
      }, isAuxiliary: true)
  }
}

/// Lists the points that a diagram suggests.
///
/// After HAGeo (2025): midpoints, feet, reflections, meets of lines and circles. A point that
/// several constructions lead to is a coincidence of the diagram, and coincidences are what
/// theorems are about; so candidates are ranked by the ways that lead to them.
package struct CandidateList {
  private let figure: Figure
  private var found: [Candidate] = []
  /// Cells of the plane to the candidates in them.
  private var cells: [SIMD2<Int32>: [Int]] = [:]
  private let scale: Double
  private let middle: Vector

  /// A line or circle that is there already.
  private struct Curve {
    var locus: Locus
    var construction: (name: String, points: [Int])
    /// The points of the figure on it.
    var mask: UInt64
    var weight: Double
  }

  /// The candidates of a figure, best first.
  ///
  /// - Parameter drawn: lines of the figure (indices of `lineMask`) that premises or goal speak of.
  package static func candidates(for figure: Figure, drawn: Set<Int>) -> [Candidate] {
    var list = CandidateList(figure)
    list.addCentral()
    list.addFeet(drawn)
    list.addMeets(drawn)
    return list.found.sorted { $0.score > $1.score }
  }

  private init(_ figure: Figure) {
    self.figure = figure
    var sum = Vector(x: 0, y: 0)
    for point in figure.points { sum = sum + point }
    middle = (1 / Double(max(figure.count, 1))) * sum
    var spread = 0.0
    for point in figure.points { spread = max(spread, (point - middle).length) }
    scale = spread
  }

  private mutating func add(
    _ position: Vector, _ constructions: [(name: String, points: [Int])], _ weight: Double
  ) {
    guard position.x.isFinite, position.y.isFinite, (position - middle).length < 6 * scale else {
      return
    }
    for point in figure.points where (point - position).length < 1e-5 * scale { return }
    let cell = SIMD2<Int32>(
      Int32((position.x / scale * 1e6).rounded()), Int32((position.y / scale * 1e6).rounded()))
    for dx in Int32(-1)...1 {
      for dy in Int32(-1)...1 {
        for index in cells[SIMD2(cell.x + dx, cell.y + dy)] ?? []
        where (found[index].position - position).length < 1e-8 * scale {
          found[index].score += weight
          if constructions.count < found[index].constructions.count {
            found[index].constructions = constructions
          }
          return
        }
      }
    }
    cells[cell, default: []].append(found.count)
    found.append(Candidate(constructions: constructions, position: position, score: weight))
  }

  private mutating func addCentral() {
    for p in 0..<figure.pairCount {
      let (a, b) = (Int(figure.first[p]), Int(figure.second[p]))
      add(0.5 * (figure.points[a] + figure.points[b]), [("midpoint", [a, b])], 1.5)
      add(2 * figure.points[b] - figure.points[a], [("mirror", [a, b])], 1)
      add(2 * figure.points[a] - figure.points[b], [("mirror", [b, a])], 1)
    }
    for circle in figure.circles where circle.centerPoint == nil {
      let members = Figure.members(of: circle.points)
      add(
        circle.center, [("circumcenter", [members[0], members[1], members[2]])],
        Double(members.count) - 1.5)
    }
  }

  private mutating func addFeet(_ drawn: Set<Int>) {
    for line in figure.lineMask.indices where drawn.contains(line) {
      let members = Figure.members(of: figure.lineMask[line])
      let (a, b) = (members[0], members[1])
      for p in 0..<figure.count where figure.lineMask[line] >> UInt64(p) & 1 == 0 {
        let foot = Recipes.foot(figure.points[p], figure.points[a], figure.points[b])
        add(foot, [("foot", [p, a, b])], 1.2)
        add(2 * foot - figure.points[p], [("reflect", [p, a, b])], 1)
      }
    }
  }

  private mutating func addMeets(_ drawn: Set<Int>) {
    var curves: [Curve] = []
    for line in figure.lineMask.indices {
      let mask = figure.lineMask[line]
      let members = Figure.members(of: mask)
      guard drawn.contains(line) || members.count > 2 || figure.count <= 14 else { continue }
      curves.append(
        Curve(
          locus: Recipes.line(figure.points[members[0]], figure.points[members[1]]),
          construction: ("on_line", [members[0], members[1]]), mask: mask,
          weight: drawn.contains(line) || members.count > 2 ? 0.6 : 0.4))
    }
    for circle in figure.circles {
      let members = Figure.members(of: circle.points)
      let construction =
        circle.centerPoint.map { ("on_circle", [$0, members[0]]) }
        ?? ("on_circum", Array(members.prefix(3)))
      curves.append(
        Curve(
          locus: .circle(center: circle.center, radius: circle.radius), construction: construction,
          mask: circle.points, weight: 0.8))
    }
    for i in curves.indices {
      for j in curves.indices where j > i {
        for meet in Locus.meet(curves[i].locus, curves[j].locus) {
          add(
            meet, [curves[i].construction, curves[j].construction],
            (curves[i].weight + curves[j].weight) / 2)
        }
      }
    }
  }
}
