/// How many problems a level holds, and how soon its draws repeat.
public struct ProblemSpace: Sendable, Equatable {
  /// The exact number of problems that differ under the family's symmetries, in decimal.
  public var problems: String
  /// Value of `problems` if they have not been counted.
  public static let uncounted = "uncounted"
  /// The probability that two draws are the same problem.
  public var collision: Double
  /// Whether `collision` is exact (to rounding) or an upper bound.
  public var collisionIsExact: Bool
  /// The probability of the likeliest problem, or an upper bound if `collision` is one.
  public var heaviest: Double
  /// How the figures are derived.
  public var note: String

  /// For a number of problems that fits an integer type.
  ///
  /// - Parameters:
  ///   - problems: those that differ under the family's symmetries.
  ///   - collision: probability that two draws are the same problem.
  ///   - collisionIsExact: false: `collision` and `heaviest` are upper bounds.
  ///   - heaviest: probability of the likeliest problem.
  ///   - note: how the figures are derived.
  public init(
    problems: some BinaryInteger, collision: Double, collisionIsExact: Bool, heaviest: Double,
    note: String
  ) {
    self.init(
      problems: String(problems), collision: collision, collisionIsExact: collisionIsExact,
      heaviest: heaviest, note: note)
  }

  /// - Parameter problems: the number in decimal, however large.
  public init(
    problems: String, collision: Double, collisionIsExact: Bool, heaviest: Double, note: String
  ) {
    self.problems = problems
    self.collision = collision
    self.collisionIsExact = collisionIsExact
    self.heaviest = heaviest
    self.note = note
  }
}
