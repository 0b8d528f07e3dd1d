/// A problem and a solution, one of them changed. Two are equal if their texts are.
public struct Mutant: Sendable, Hashable {
  /// The kind of change.
  public var kind: String
  /// UTF-8 of the problem, unless the change broke it.
  public var problem: [UInt8]
  /// UTF-8 of the solution, unless the change broke it.
  public var solution: [UInt8]

  /// - Parameter kind: for tallies; two mutants that differ in nothing else are equal.
  public init(kind: String, problem: [UInt8], solution: [UInt8]) {
    self.kind = kind
    self.problem = problem
    self.solution = solution
  }

  public static func == (a: Mutant, b: Mutant) -> Bool {
    a.problem == b.problem && a.solution == b.solution
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(problem)
    hasher.combine(solution)
  }
}
