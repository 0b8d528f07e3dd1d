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
    let atoms = min(Formulas.atomCount, 3 + (size + 1) / 3)
    let shapes = size < 4 ? Shape.smallGoals : Shape.goals
    while true {
      let premises = Self.premises(size: size, atoms: atoms, using: &stream)
      let models = premises.reduce(~0) { $0 & $1.truth }
      if models == 0 { continue }
      var prover: Prover?
      for _ in 0..<4 {
        let shape = shapes[stream.uniform(shapes.count)]
        guard
          let options = Self.options(
            shape, count: count, atoms: atoms, models, premises, using: &stream)
        else { continue }
        let lines = Self.lineCount(options.all[options.right], premises, &prover)
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

  /// Lines of the proof of a goal, by a prover that is set up for the first one.
  private static func lineCount(
    _ goal: Sketch, _ premises: [Sketch], _ prover: inout Prover?
  ) -> Int? {
    if prover == nil {
      var formulas = Formulas()
      formulas.reserve(64)
      let numbers = premises.map { formulas.formula($0) }
      prover = Prover(formulas, premises: numbers)
    }
    return prover?.lineCount { $0.formula(goal) }
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
    formulas.reserve(64)
    self.premises = premises.map { formulas.formula($0) }
    self.options = options.map { formulas.formula($0) }
    self.right = right
  }
}

extension NaturalDeduction.Shape {
  static let premises: [Self] = [
    .literal, pair(.implies), pair(.implies), pair(.implies), pair(.or), pair(.or), pair(.and),
    .not(pair(.and)), .not(pair(.or)), .join(.implies, pair(.and), .literal),
    .join(.implies, pair(.or), .literal), .join(.implies, .literal, pair(.and)),
    .join(.implies, .literal, pair(.or)), .join(.implies, .literal, pair(.implies)),
    .join(.implies, pair(.implies), .literal), .join(.or, .literal, pair(.and)),
  ]

  static let smallGoals: [Self] = [
    .literal, pair(.and), pair(.or), pair(.implies), .not(pair(.and)),
  ]

  static let goals: [Self] =
    smallGoals + [
      .not(pair(.or)), .join(.implies, pair(.and), .literal),
      .join(.implies, pair(.or), .literal), .join(.implies, .literal, pair(.and)),
      .join(.implies, .literal, pair(.or)), .join(.implies, .literal, pair(.implies)),
      .join(.and, pair(.implies), pair(.implies)), .join(.and, pair(.or), .literal),
      .join(.or, pair(.and), pair(.and)), .join(.or, .literal, pair(.and)),
    ]
}
