internal import GeometryProofs
internal import Randomness

/// A picture of a problem: what its clauses speak of, with the goal marked.
struct Drawing: Sendable {
  let problem: GeometryProblem
  let points: [Vector]
  private var segments: [Edge: Style] = [:]
  private var circles: [(center: Vector, radius: Double, style: Style)] = []
  private var marks: [Mark] = []

  enum Style: Int, Comparable {
    case auxiliary, setup, goal
    static func < (a: Style, b: Style) -> Bool { a.rawValue < b.rawValue }
  }

  struct Edge: Hashable {
    let a: Int
    let b: Int
    init(_ a: Int, _ b: Int) { (self.a, self.b) = (min(a, b), max(a, b)) }
  }

  enum Mark {
    /// `count` strokes across the middle.
    case ticks(Edge, count: Int)
    /// `count` arcs at `o` from the direction of one point to that of another.
    case arcs(o: Int, from: Int, to: Int, count: Int)
    case rightAngle(at: Vector, Vector, Vector)
  }

  init(_ problem: GeometryProblem, _ points: [Vector]) {
    self.problem = problem
    self.points = points
    var tickCount = 1
    for clause in problem.clauses {
      let style: Style = clause.isAuxiliary ? .auxiliary : .setup
      if clause.constructions.first?.points.count ?? 0 <= 5,
        clause.points.count > 1 && clause.constructions.first?.points == clause.points
      {
        outline(clause.points, style)
      }
      for construction in clause.constructions {
        for statement in construction.statements where !statement.predicate.isCondition {
          draw(statement, style, ticks: 0)
        }
      }
    }
    for goal in problem.goals {
      draw(goal, .goal, ticks: tickCount)
      tickCount += 1
    }
  }

  private static func areCollinear(_ a: Vector, _ b: Vector, _ c: Vector) -> Bool {
    abs((b - a).cross(c - a)) < 1e-9 * (b - a).length * (c - a).length
  }

  /// The clearest of a few diagrams: the one whose closest points are furthest apart.
  static func clearest(_ problem: GeometryProblem, otherwise points: [Vector], _ seed: Seed)
    -> Drawing
  {
    var best = points
    var clearness = spread(points)
    for attempt in 0..<24 {
      guard let other = try? DiagramBuilder(problem: problem).build(seed.child(attempt)) else {
        continue
      }
      let found = spread(other)
      if found > clearness { (best, clearness) = (other, found) }
    }
    return Drawing(problem, best)
  }

  /// The least distance of two points as a part of the greatest.
  private static func spread(_ points: [Vector]) -> Double {
    var (least, greatest) = (Double.infinity, 0.0)
    for i in points.indices {
      for j in points.indices where j > i {
        let distance = (points[i] - points[j]).length
        (least, greatest) = (min(least, distance), max(greatest, distance))
      }
    }
    return least / greatest
  }

  private mutating func outline(_ shape: [Int], _ style: Style) {
    for index in shape.indices where shape.count > 2 || index == 0 {
      add(Edge(shape[index], shape[(index + 1) % shape.count]), style)
    }
  }

  private mutating func add(_ edge: Edge, _ style: Style) {
    guard edge.a != edge.b else { return }
    segments[edge] = max(segments[edge] ?? .auxiliary, style)
  }

  private mutating func draw(_ statement: Statement, _ style: Style, ticks: Int) {
    let p = statement.points
    switch statement.predicate {
    case .coll:
      let along = points[p[1]] - points[p[0]]
      let order = p.sorted { points[$0].dot(along) < points[$1].dot(along) }
      for (a, b) in zip(order, order.dropFirst()) { add(Edge(a, b), style) }
    case .cyclic:
      let center = Recipes.circumcenter(points[p[0]], points[p[1]], points[p[2]])
      addCircle(center, (points[p[0]] - center).length, style)
    case .circle:
      addCircle(points[p[0]], (points[p[1]] - points[p[0]]).length, style)
    case .cong
    where p[0] == p[2] && style != .goal
      && !Self.areCollinear(points[p[0]], points[p[1]], points[p[3]]):
      // Two radii: the circle says it.
      addCircle(points[p[0]], (points[p[1]] - points[p[0]]).length, style)
    case .midp:
      add(Edge(p[0], p[1]), style)
      add(Edge(p[0], p[2]), style)
      if ticks > 0 {
        marks += [.ticks(Edge(p[0], p[1]), count: ticks), .ticks(Edge(p[0], p[2]), count: ticks)]
      }
    case .perp:
      add(Edge(p[0], p[1]), style)
      add(Edge(p[2], p[3]), style)
      markRightAngle(p)
    default:
      let pairs = stride(from: 0, to: p.count - 1, by: 2).map { ($0, Edge(p[$0], p[$0 + 1])) }
      if statement.predicate == .simtri || statement.predicate == .simtrir
        || statement.predicate == .contri || statement.predicate == .contrir
      {
        outline(Array(p[0..<3]), style)
        outline(Array(p[3..<6]), style)
      } else {
        for (_, edge) in pairs { add(edge, style) }
      }
      guard ticks > 0 else { return }
      if statement.predicate == .cong {
        for (_, edge) in pairs { marks.append(.ticks(edge, count: ticks)) }
      } else if statement.predicate == .eqangle {
        for start in [0, 4] { markAngle(Array(p[start..<(start + 4)]), ticks) }
      }
    }
  }

  private mutating func addCircle(_ center: Vector, _ radius: Double, _ style: Style) {
    for index in circles.indices
    where (circles[index].center - center).length < 1e-6 * radius
      && abs(circles[index].radius - radius) < 1e-6 * radius
    {
      circles[index].style = max(circles[index].style, style)
      return
    }
    circles.append((center, radius, style))
  }

  private mutating func markRightAngle(_ p: [Int]) {
    guard
      let corner = Locus.meet(
        Recipes.line(points[p[0]], points[p[1]]), Recipes.line(points[p[2]], points[p[3]])
      ).first
    else { return }
    func far(_ a: Int, _ b: Int) -> Vector {
      (points[a] - corner).length > (points[b] - corner).length ? points[a] : points[b]
    }
    marks.append(.rightAngle(at: corner, far(p[0], p[1]), far(p[2], p[3])))
  }

  private mutating func markAngle(_ p: [Int], _ count: Int) {
    for (o, a) in [(0, 1), (1, 0)] {
      for (q, b) in [(2, 3), (3, 2)] where p[o] == p[q] {
        marks.append(.arcs(o: p[o], from: p[a], to: p[b], count: count))
        return
      }
    }
  }
}

extension Drawing {
  /// The SVG text.
  var svg: String {
    var canvas = Canvas(points, circles: circles.map { ($0.center, $0.radius) })
    for circle in circles { canvas.circle(circle.center, circle.radius, Self.color(circle.style)) }
    for style in [Style.auxiliary, .setup, .goal] {
      for (edge, own) in segments.sorted(by: { ($0.key.a, $0.key.b) < ($1.key.a, $1.key.b) })
      where own == style {
        canvas.segment(
          points[edge.a], points[edge.b], Self.color(style), dashed: style == .auxiliary)
      }
    }
    for mark in marks {
      switch mark {
      case .ticks(let edge, let count): canvas.ticks(points[edge.a], points[edge.b], count)
      case .arcs(let o, let from, let to, let count):
        canvas.arcs(points[o], points[from], points[to], count)
      case .rightAngle(let corner, let a, let b): canvas.rightAngle(corner, a, b)
      }
    }
    let auxiliary = Set(problem.clauses.filter(\.isAuxiliary).flatMap(\.points))
    for index in points.indices {
      canvas.point(
        points[index], problem.points[index],
        auxiliary.contains(index) ? Self.color(.auxiliary) : "#111111")
    }
    return canvas.text(title: problem.name)
  }

  private static func color(_ style: Style) -> String {
    switch style {
    case .setup: "#4a5568"
    case .auxiliary: "#c05621"
    case .goal: "#2b6cb0"
    }
  }
}
