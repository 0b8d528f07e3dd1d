import Geometry
import GeometryProofs
import Testing

struct `The list of candidates` {
  private let triangle = [Vector(x: 0, y: 0), Vector(x: 1, y: 0), Vector(x: 0.35, y: 0.8)]

  private func candidates(_ points: [Vector]) -> [Candidate] {
    let figure = Figure(points)
    return CandidateList.candidates(for: figure, drawn: Set(figure.lineMask.indices))
  }

  /// A candidate's clause must make the point that it stands for: the closure takes the clause's
  /// statements as given.
  @Test func `puts each point where its constructions say`() {
    let all = candidates(triangle + [Vector(x: 0.45, y: 0.3)])
    #expect(all.count > 40)
    for candidate in all {
      let diagram = (triangle + [Vector(x: 0.45, y: 0.3), candidate.position]).map {
        Position($0.x, $0.y)
      }
      #expect((1...2).contains(candidate.constructions.count))
      for (name, points) in candidate.constructions {
        let construction = Construction(name, ([4] + points).map { .point($0) })
        for statement in construction.statements {
          #expect(statement.residual(on: diagram) < 1e-8, "\(name) \(points)")
        }
      }
    }
  }

  /// Ranks follow the ways that lead to a point; the best is tried first.
  @Test func `puts a point that many ways lead to above one of few`() throws {
    let height = 0.75.squareRoot()
    // The centre of an equilateral triangle is where three medians meet, once their feet are drawn.
    let feet = [
      Vector(x: 0.5, y: 0), Vector(x: 0.75, y: height / 2), Vector(x: 0.25, y: height / 2),
    ]
    let corners = [Vector(x: 0, y: 0), Vector(x: 1, y: 0), Vector(x: 0.5, y: height)]
    let all = candidates(corners + feet)
    let place = try #require(
      all.firstIndex {
        abs($0.position.x - 0.5) < 1e-9 && abs($0.position.y - height / 3) < 1e-9
      })
    #expect(place < all.count / 2 && all[place].score > (all.last?.score ?? 0))
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.score >= $1.score })
  }

  @Test func `offers each place once and none that is taken`() {
    let middle = Vector(x: 0.5, y: 0)
    let points = triangle + [middle]
    let all = candidates(points)
    for (index, candidate) in all.enumerated() {
      for point in points + all[..<index].map(\.position) {
        let (dx, dy) = (candidate.position.x - point.x, candidate.position.y - point.y)
        #expect((dx * dx + dy * dy).squareRoot() > 1e-9)
      }
    }
  }
}
