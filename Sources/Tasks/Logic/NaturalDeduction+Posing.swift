public import Randomness

extension NaturalDeduction {
  /// Draws premises and options of one shape until one option follows by a proof of the wanted
  /// length.
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let wanted = Self.lines(level: difficulty.level)
    let count = difficulty["options"] ?? 6
    // Longer proofs need more to work with.
    let size = difficulty.level
    let atoms = Self.atoms(level: size)
    let shapes = size < 4 ? Shape.smallGoals : Shape.goals
    var prover = Prover()
    while true {
      let premises = Self.premises(size: size, atoms: atoms, using: &stream)
      let models = premises.reduce(~0) { $0 & $1.truth }
      if models == 0 { continue }
      var isReady = false
      for _ in 0..<4 {
        let shape = shapes[stream.uniform(shapes.count)]
        guard
          let options = Self.options(
            shape, count: count, atoms: atoms, models, premises, using: &stream)
        else { continue }
        if !isReady { prover.begin { formulas in premises.map { formulas.formula($0) } } }
        isReady = true
        let goal = options.all[options.right]
        let lines = prover.lineCount { $0.formula(goal) }
        guard let lines, wanted.contains(lines) else { continue }
        var problem = Problem(premises, options.all, right: options.right)
        guard problem.prepare() else { continue }
        return posed(problem, text: Self.text(problem), at: difficulty)
      }
    }
  }

  private static func premises(
    size: Int, atoms: Int, using stream: inout RandomStream
  ) -> [Sketch] {
    let count = 2 + stream.uniform(2) + (size + 1) / 3
    var premises: [Sketch] = []
    premises.reserveCapacity(count)
    for _ in 0..<count {
      let shape = Shape.premises[stream.uniform(Shape.premises.count)]
      let premise = shape.drawn(among: atoms, using: &stream)
      if !premises.contains(where: { $0 == premise }) { premises.append(premise) }
    }
    return premises
  }

  /// As many formulas of a shape, one of which follows from the premises, none of them a premise.
  private static func options(
    _ shape: Shape, count: Int, atoms: Int, _ models: UInt64, _ premises: [Sketch],
    using stream: inout RandomStream
  ) -> (all: [Sketch], right: Int)? {
    var following: Sketch?
    var others: [Sketch] = []
    for _ in 0..<6 * count {
      let option = shape.drawn(among: atoms, using: &stream)
      // What holds or fails whatever the premises needs no look at them.
      if option.truth == 0 || option.truth == ~0 { continue }
      if premises.contains(where: { $0 == option }) { continue }
      if models & ~option.truth == 0 {
        if following == nil { following = option }
      } else if others.count < count - 1, !others.contains(where: { $0 == option }) {
        others.append(option)
      }
      guard let following, others.count == count - 1 else { continue }
      let place = stream.uniform(count)
      others.insert(following, at: place)
      return (others, place)
    }
    return nil
  }
}

extension NaturalDeduction.Problem {
  /// Numbers its formulas as reading its text does.
  fileprivate init(
    _ premises: [NaturalDeduction.Sketch], _ options: [NaturalDeduction.Sketch], right: Int
  ) {
    self.init()
    self.premises = premises.map { formulas.formula($0) }
    self.options = options.map { formulas.formula($0) }
    self.right = right
  }
}

extension NaturalDeduction.Shape {
  private static let both = and(.literal, .literal)
  private static let either = or(.literal, .literal)
  private static let conditional = implies(.literal, .literal)

  static let premises: [Self] = [
    .literal, conditional, conditional, conditional, either, either, both, .not(both),
    .not(either), .implies(both, .literal), .implies(either, .literal), .implies(.literal, both),
    .implies(.literal, either), .implies(.literal, conditional), .implies(conditional, .literal),
    .or(.literal, both),
  ]

  static let smallGoals: [Self] = [.literal, both, either, conditional, .not(both)]

  static let goals: [Self] =
    smallGoals + [
      .not(either), .implies(both, .literal), .implies(either, .literal),
      .implies(.literal, both), .implies(.literal, either), .implies(.literal, conditional),
      .and(conditional, conditional), .and(either, .literal), .or(both, both),
      .or(.literal, both),
    ]
}
