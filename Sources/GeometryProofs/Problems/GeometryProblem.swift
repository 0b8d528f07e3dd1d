/// New points and the one or two constructions that place them.
public struct Clause: Hashable, Sendable {
  /// The points it makes: indices into the problem's names.
  public var points: [Int]
  /// Coordinates that the file gives a point (`name@x_y`), in the order of `points`.
  public var coordinates: [Position<Double>?]
  /// One construction, or two loci whose common point it is.
  public var constructions: [Construction]
  /// Whether a solution may use it but the goal does not need it (after `|` in a file).
  public var isAuxiliary: Bool

  /// A clause; without `coordinates` the file gives none.
  public init(
    points: [Int], coordinates: [Position<Double>?]? = nil, constructions: [Construction],
    isAuxiliary: Bool = false
  ) {
    self.points = points
    self.coordinates = coordinates ?? points.map { _ in nil }
    self.constructions = constructions
    self.isAuxiliary = isAuxiliary
  }
}

/// A geometry problem: points made one clause after the other, and goals.
public struct GeometryProblem: Hashable, Sendable {
  /// As the file calls it.
  public var name: String
  /// Every point's name; statements and clauses hold indices into it.
  public var points: [String]
  /// In order; a clause uses only points of earlier clauses.
  public var clauses: [Clause]
  /// What is to be shown.
  public var goals: [Statement]

  /// The most points of one problem with its auxiliary points.
  public static let mostPoints = 128

  /// A problem of these parts; nothing is checked.
  public init(name: String, points: [String], clauses: [Clause], goals: [Statement]) {
    self.name = name
    self.points = points
    self.clauses = clauses
    self.goals = goals
  }

  /// The text of a clause, every argument written out: `o = circle o a b c`.
  public func text(_ clause: Clause) -> String {
    let constructions = clause.constructions.map { construction in
      let words = zip(construction.arguments, construction.entry.parameters).map {
        argument, parameter in
        switch (argument, parameter) {
        case (.point(let point), _): points[point]
        case (.number(let number), .number(let kind)): NumberText.text(number, kind)
        case (.number(let number), _): "\(number)"
        }
      }
      return ([construction.name] + words).joined(separator: " ")
    }
    let names = clause.points.map { points[$0] }.joined(separator: " ")
    return names + " = " + constructions.joined(separator: ", ")
  }

  /// The problem in one line, as a problem file holds it (coordinates left out).
  public var text: String {
    let setup = clauses.filter { !$0.isAuxiliary }.map(text).joined(separator: "; ")
    let extra = clauses.filter(\.isAuxiliary).map(text).joined(separator: "; ")
    let goal = goals.map { $0.text(points) }.joined(separator: "; ")
    return setup + (extra.isEmpty ? "" : " | " + extra) + (goal.isEmpty ? "" : " ? " + goal)
  }
}
