extension Sat {
  /// The probability that two draws are one problem, and that of the likeliest problem, as measured
  /// for 4 to 13 variables; twice as much is stated.
  ///
  /// Two hundred thousand draws of each number up to 10, half as many above, had from 134 million
  /// equal pairs down to 23 thousand. By the variance in "duplicates stay within the binomial bound
  /// of the space" that counts a collision probability to within 10 % (one sigma). The likeliest
  /// problems have no solution by four to six clauses of two: 3 % of draws of 4 variables, 1 in
  /// 1000 of 13. The drawn clauses are no independent parts, as with `KnightsKnaves`: which of them
  /// are kept depends on when drawing ends, and a bound over all that may be drawn exceeds 1.
  private static let measured: [(collision: Double, heaviest: Double)] = [
    (6.70e-3, 2.73e-2), (1.10e-3, 7.53e-3), (2.19e-4, 4.53e-3), (6.37e-5, 3.56e-3),
    (2.66e-5, 2.47e-3), (1.68e-5, 2.01e-3), (1.09e-5, 1.57e-3), (7.81e-6, 1.38e-3),
    (6.57e-6, 1.41e-3), (4.69e-6, 9.7e-4),
  ]

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let variables = Self.variables(at: difficulty)
    let measured = Self.measured[variables - 4]
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: 2 * measured.collision, collisionIsExact: false,
      heaviest: 2 * measured.heaviest,
      note: "not counted; clauses of 2 or 3 of \(variables) variables, none superfluous, with one "
        + "solution or none, up to renaming, signs and order; collision at most twice what draws "
        + "gave (measured)")
  }
}
