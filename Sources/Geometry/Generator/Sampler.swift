internal import GeometryProofs
internal import Randomness

/// Draws random premises: a free shape, then clauses that build on it, each placed immediately.
///
/// Constructions are weighted as they occur in problems that people pose. Arguments are drawn with
/// a preference for points made recently, so that later clauses build on earlier ones.
struct Sampler {
  private var random: RandomStream
  private(set) var problem = GeometryProblem(name: "", points: [], clauses: [], goals: [])
  private(set) var positions: [Vector] = []
  private var isPlaced: [Bool] = []

  init(_ random: RandomStream) { self.random = random }

  /// A construction, how many old points it takes, how many it makes, and its weight.
  private typealias Entry = (name: String, old: Int, new: Int, weight: Int)

  private static let shapes: [Entry] = [
    ("triangle", 0, 3, 12), ("segment", 0, 2, 3), ("quadrangle", 0, 4, 2), ("r_triangle", 0, 3, 1),
    ("iso_triangle0", 0, 3, 1), ("trapezoid", 0, 4, 1),
  ]
  private static let loci: [Entry] = [
    ("on_line", 2, 1, 12), ("on_circle", 2, 1, 8), ("on_pline", 3, 1, 4), ("on_tline", 3, 1, 4),
    ("on_bline", 2, 1, 3), ("on_circum", 3, 1, 4), ("on_dia", 2, 1, 2), ("angle_bisector", 3, 1, 3),
    ("lc_tangent", 2, 1, 2),
  ]
  private static let fixed: [Entry] = [
    ("midpoint", 2, 1, 10), ("foot", 3, 1, 10), ("circumcenter", 3, 1, 7), ("mirror", 2, 1, 3),
    ("reflect", 3, 1, 3), ("orthocenter", 3, 1, 3), ("incenter", 3, 1, 2), ("excenter", 3, 1, 1),
    ("parallelogram", 3, 1, 2), ("intersection_ll", 4, 1, 6), ("eq_triangle", 2, 1, 1),
  ]

  /// Draws a shape and `count` clauses; false where the drawing got stuck.
  mutating func draw(clauses count: Int) -> Bool {
    guard add([pick(Self.shapes)]) else { return false }
    var made = 0
    var tries = 0
    while made < count {
      tries += 1
      if tries > 8 * count { return false }
      let entries: [Entry]
      switch random.uniform(10) {
      case 0..<4: entries = [pick(Self.loci), pick(Self.loci)]
      case 4: entries = [pick(Self.loci)]
      default: entries = [pick(Self.fixed)]
      }
      if add(entries) { made += 1 }
    }
    return true
  }

  private mutating func pick(_ entries: [Entry]) -> Entry {
    var rest = random.uniform(entries.reduce(0) { $0 + $1.weight })
    for entry in entries {
      rest -= entry.weight
      if rest < 0 { return entry }
    }
    return entries[0]
  }

  private mutating func add(_ entries: [Entry]) -> Bool {
    let start = problem.points.count
    let new = entries[0].new
    guard start + new <= 26 else { return false }
    let made = Array(start..<(start + new))
    var constructions: [Construction] = []
    for entry in entries {
      guard let old = draw(entry.old, below: start) else { return false }
      constructions.append(
        Construction(entry.name, (made + old).map { Construction.Argument.point($0) }))
    }
    if constructions.count == 2 && constructions[0] == constructions[1] { return false }
    let clause = Clause(points: made, constructions: constructions)
    var drawn = positions + [Vector](repeating: Vector(x: 0, y: 0), count: new)
    var placed = isPlaced + [Bool](repeating: false, count: new)
    guard DiagramBuilder.place(clause, &drawn, &placed, &random) else { return false }
    problem.points += made.map { Self.name($0) }
    problem.clauses.append(clause)
    positions = drawn
    isPlaced = placed
    return true
  }

  /// Distinct points below `count`, with a bias towards later ones.
  private mutating func draw(_ wanted: Int, below count: Int) -> [Int]? {
    guard wanted <= count else { return nil }
    var chosen: [Int] = []
    while chosen.count < wanted {
      let point = max(random.uniform(count), random.uniform(count))
      if !chosen.contains(point) { chosen.append(point) }
    }
    return chosen
  }

  static func name(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
  }
}
