extension NaturalDeduction {
  /// The share of drawn premises that end as a problem, at least, for each level: three quarters of
  /// the least that 400 problems each with 3, 6 and 8 options took (8.4 % at level 1, 6.3 % at 10).
  private static let keptShares = [0.06, 0.25, 0.22, 0.19, 0.15, 0.11, 0.09, 0.068, 0.06, 0.045]

  /// Bounded by the premises alone.
  ///
  /// Two problems are one only if their premises are, up to a renaming of the n atoms. Draws do not
  /// change under renaming, so that is at most n! times as likely as equal premises; and what is
  /// drawn is kept with a probability of `keptShares`, which divides both draws' probabilities.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let lines = Self.lines(level: difficulty.level)
    let atoms = Self.atoms(level: difficulty.level)
    let kept = Self.keptShares[difficulty.level - 1]
    let renamings = (1...atoms).reduce(1.0) { $0 * Double($1) }
    let collision = min(
      1, renamings * Self.equalPremises(level: difficulty.level, atoms) / (kept * kept))
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: collision, collisionIsExact: false,
      heaviest: collision.squareRoot(),
      note:
        "not counted; \(Self.options(at: difficulty)) options of one shape, one of which follows "
        + "by a proof of \(lines.lowerBound) or \(lines.upperBound) lines, up to renaming and "
        + "order; collision bounded by the premises alone and the share of draws kept (measured)")
  }

  static func atoms(level: Int) -> Int { min(Formulas.atomCount, 3 + (level + 1) / 3) }

  /// The probability that two draws of premises give the same set.
  ///
  /// Either draws a or a + 1 formulas. For both to have the same m, each draw's places fall into m
  /// groups of equal formulas (Stirling numbers of the second kind), and the groups are matched in
  /// one of m! ways; a formula that stands e times in both together is so with probability sum p^e,
  /// at most the sum of p^2 times the greatest p to the power of e - 2.
  static func equalPremises(level: Int, _ atoms: Int) -> Double {
    let formula = Shape.chances(of: Shape.premises, among: atoms)
    let least = 2 + (level + 1) / 3
    var sum = 0.0
    for first in least...least + 1 {
      for second in least...least + 1 {
        for groups in 1...min(first, second) {
          var term = Double(groupings(first, groups) * groupings(second, groups)) / 4
          for group in 1...groups { term *= Double(group) * formula.squares }
          for _ in 0..<first + second - 2 * groups { term *= formula.greatest }
          sum += term
        }
      }
    }
    return sum
  }

  /// In how many ways so many things fall into so many groups, none empty.
  private static func groupings(_ things: Int, _ groups: Int) -> Int {
    if things == groups { return 1 }
    if groups == 0 || groups > things { return 0 }
    return groups * groupings(things - 1, groups) + groupings(things - 1, groups - 1)
  }
}

extension NaturalDeduction.Shape {
  /// Of the formulas that a shape may draw, up to swapped sides: the sum of their squared
  /// probabilities, and the greatest of them, at most.
  struct Chances {
    var squares: Double
    var greatest: Double
  }

  func chances(among atoms: Int) -> Chances {
    switch form {
    case .literal:
      // Two in three are not negated.
      let share = 1 / Double(atoms)
      return Chances(squares: 5.0 / 9 * share, greatest: 2.0 / 3 * share)
    case .not(let inner): return inner.chances(among: atoms)
    case .implies(let left, let right): return Self.chances(left, right, among: atoms, orders: 1)
    case .pair(let left, let right):
      return Self.chances(left, right, among: atoms, orders: left == right ? 2 : 1)
    }
  }

  /// - Parameter orders: the ways to write one formula.
  private static func chances(
    _ left: Self, _ right: Self, among atoms: Int, orders: Double
  ) -> Chances {
    let (a, b) = (left.chances(among: atoms), right.chances(among: atoms))
    // The right side is drawn again while it is the left one, which only sides of one shape are.
    let again = left == right ? 1 / (1 - a.greatest) : 1
    return Chances(
      squares: orders * a.squares * b.squares * again * again,
      greatest: orders * a.greatest * b.greatest * again)
  }

  /// Of a shape drawn evenly from a list; no formula has two shapes, but a shape may be listed
  /// twice.
  static func chances(of shapes: [Self], among atoms: Int) -> Chances {
    var all = Chances(squares: 0, greatest: 0)
    for (index, shape) in shapes.enumerated() where !shapes[..<index].contains(shape) {
      let share = Double(shapes.count { $0 == shape }) / Double(shapes.count)
      let chances = shape.chances(among: atoms)
      all.squares += share * share * chances.squares
      all.greatest = max(all.greatest, share * chances.greatest)
    }
    return all
  }
}
