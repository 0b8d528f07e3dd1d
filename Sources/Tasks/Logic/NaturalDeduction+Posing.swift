public import Randomness

extension NaturalDeduction {
  /// Draws premises and options of one shape until one option follows by a proof of the wanted
  /// length.
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let wanted = Self.lines(level: difficulty.level)
    let count = difficulty["options"] ?? 6
    while true {
      var problem = Problem()
      // Longer proofs need more to work with.
      let size = difficulty.level
      let atoms = min(Formulas.atomCount, 3 + (size + 1) / 3)
      for _ in 0..<2 + stream.uniform(2) + (size + 1) / 3 {
        let shape = Shape.premises[stream.uniform(Shape.premises.count)]
        let premise = shape.drawn(among: atoms, &problem.formulas, using: &stream)
        if !problem.premises.contains(premise) { problem.premises.append(premise) }
      }
      let models = problem.models
      if models == 0 { continue }
      for _ in 0..<4 {
        let shapes = size < 4 ? Shape.smallGoals : Shape.goals
        let shape = shapes[stream.uniform(shapes.count)]
        guard
          let options = Self.options(
            shape, count: count, atoms: atoms, models, &problem, using: &stream)
        else { continue }
        var candidate = problem
        candidate.options = options.all
        candidate.right = options.right
        guard candidate.prepare(), wanted.contains(candidate.plan.lineCount) else { continue }
        return posed(candidate, text: Self.text(candidate), at: difficulty)
      }
    }
  }

  /// As many formulas of a shape, one of which follows from the premises, none of them a premise.
  private static func options(
    _ shape: Shape, count: Int, atoms: Int, _ models: UInt64, _ problem: inout Problem,
    using stream: inout RandomStream
  ) -> (all: [Int], right: Int)? {
    var following: Int?
    var others: [Int] = []
    for _ in 0..<6 * count {
      let option = shape.drawn(among: atoms, &problem.formulas, using: &stream)
      let truth = problem.formulas.truth[option]
      // What holds or fails whatever the premises needs no look at them.
      if truth == 0 || truth == ~0 || problem.premises.contains(option) { continue }
      if models & ~truth == 0 {
        if following == nil { following = option }
      } else if others.count < count - 1, !others.contains(option) {
        others.append(option)
      }
      guard let following, others.count == count - 1 else { continue }
      let place = stream.uniform(count)
      others.insert(following, at: place)
      return (others, place)
    }
    return nil
  }

  /// A formula with literals to be filled in.
  indirect enum Shape: Sendable {
    case literal
    case not(Shape)
    case join(Formulas.Operator, Shape, Shape)

    static func pair(_ op: Formulas.Operator) -> Shape { .join(op, .literal, .literal) }

    static let premises: [Shape] = [
      .literal, pair(.implies), pair(.implies), pair(.implies), pair(.or), pair(.or), pair(.and),
      .not(pair(.and)), .not(pair(.or)), .join(.implies, pair(.and), .literal),
      .join(.implies, pair(.or), .literal), .join(.implies, .literal, pair(.and)),
      .join(.implies, .literal, pair(.or)), .join(.implies, .literal, pair(.implies)),
      .join(.implies, pair(.implies), .literal), .join(.or, .literal, pair(.and)),
    ]

    static let smallGoals: [Shape] = [
      .literal, pair(.and), pair(.or), pair(.implies), .not(pair(.and)),
    ]

    static let goals: [Shape] =
      smallGoals + [
        .not(pair(.or)), .join(.implies, pair(.and), .literal),
        .join(.implies, pair(.or), .literal), .join(.implies, .literal, pair(.and)),
        .join(.implies, .literal, pair(.or)), .join(.implies, .literal, pair(.implies)),
        .join(.and, pair(.implies), pair(.implies)), .join(.and, pair(.or), .literal),
        .join(.or, pair(.and), pair(.and)), .join(.or, .literal, pair(.and)),
      ]

    /// One literal in three is negated.
    func drawn(
      among atoms: Int, _ formulas: inout Formulas, using stream: inout RandomStream
    ) -> Int {
      switch self {
      case .literal:
        let atom = formulas.formula(.atom, stream.uniform(atoms))
        return stream.uniform(3) == 0 ? formulas.formula(.not, atom) : atom
      case .not(let inner):
        let inner = inner.drawn(among: atoms, &formulas, using: &stream)
        return formulas.formula(.not, inner)
      case .join(let op, let left, let right):
        let left = left.drawn(among: atoms, &formulas, using: &stream)
        // A formula joined with itself says nothing.
        while true {
          let right = right.drawn(among: atoms, &formulas, using: &stream)
          if right != left { return formulas.formula(op, left, right) }
        }
      }
    }
  }
}
