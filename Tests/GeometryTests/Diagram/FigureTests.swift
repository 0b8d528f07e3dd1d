import Geometry
import Randomness
import Testing

struct `A figure` {
  private func figure(_ points: [(Double, Double)]) -> Figure {
    Figure(points.map { Vector(x: $0.0, y: $0.1) })
  }

  /// A unit square a b c d and its centre e.
  private let square: [(Double, Double)] = [(0, 0), (1, 0), (1, 1), (0, 1), (0.5, 0.5)]

  @Test func `finds lines, circles and centres`() {
    let figure = figure(square)
    #expect(figure.lineMask.filter { $0.nonzeroBitCount == 3 }.sorted() == [0b10101, 0b11010])
    #expect(figure.areCollinear(0, 4, 2) && figure.areCollinear(4, 3, 1))
    #expect(!figure.areCollinear(0, 1, 2))
    let whole = figure.circles.filter { $0.points == 0b1111 }
    #expect(whole.map(\.centerPoint) == [4])
    #expect(Figure.members(of: 0b10101) == [0, 2, 4])
  }

  @Test func `gives equal lengths one class and one value`() {
    let figure = figure(square)
    let sides = [(0, 1), (1, 2), (2, 3), (3, 0)].map { figure.pair($0.0, $0.1) }
    #expect(Set(sides.map { figure.lengthClass[$0] }).count == 1)
    #expect(figure.lengthClass[figure.pair(0, 2)] != figure.lengthClass[sides[0]])
    #expect(figure.areParallel(sides[0], sides[2]) && !figure.areParallel(sides[0], sides[1]))
    #expect(figure.arePerpendicular(sides[0], sides[1]))
    #expect(figure.arePerpendicular(figure.pair(0, 2), figure.pair(1, 3)))
    #expect(!figure.arePerpendicular(figure.pair(0, 2), sides[0]))
    #expect(figure.pair(3, 1) == figure.pair(1, 3))
    #expect(figure.pairCount == 10)
  }

  /// Rounding must not tell apart what is one: later comparisons are exact.
  @Test func `makes values that differ by rounding identical`() {
    let noisy = square.enumerated().map { index, point in
      (point.0 + 1e-13 * Double(index), point.1 - 1e-13 * Double(index))
    }
    let figure = figure(noisy)
    let sides = [(0, 1), (1, 2), (2, 3), (3, 0)].map { figure.pair($0.0, $0.1) }
    #expect(Set(sides.map { figure.length[$0] }).count == 1)
    #expect(figure.circles.contains { $0.points == 0b1111 && $0.centerPoint == 4 })
    #expect(!figure.isAmbiguous)
  }

  /// Directions are known modulo a half turn: a line that leans a little down is parallel to one
  /// that leans a little up.
  @Test func `joins directions across the half turn`() {
    let figure = figure([(0, 0), (1, 1e-13), (0.3, 1), (1.7, 1 - 1e-13)])
    #expect(figure.areParallel(figure.pair(0, 1), figure.pair(2, 3)))
    #expect(figure.direction[figure.pair(0, 1)] == figure.direction[figure.pair(2, 3)])
  }

  /// Too near to be surely two values, too far to be one: such a figure is drawn again.
  @Test func `says when values are nearly equal`() {
    #expect(figure([(0, 0), (1, 0), (0.2, 1), (0.2, 2 + 5e-9)]).isAmbiguous)
    #expect(!figure([(0, 0), (1, 0), (0.2, 1), (0.2, 2 + 1e-6)]).isAmbiguous)
  }

  @Test(arguments: 0..<10) func `finds nothing in random points`(trial: Int) {
    var random = Seed(8).child(trial).stream()
    let figure = figure((0..<9).map { _ in (random.unit(), random.unit()) })
    #expect(figure.lineMask.allSatisfy { $0.nonzeroBitCount == 2 })
    #expect(figure.circles.isEmpty)
    #expect(figure.lineMask.count == 36)
  }
}
