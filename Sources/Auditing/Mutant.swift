/// A problem and a solution, one of them changed. Two are equal if their texts are.
public struct Mutant: Sendable, Hashable {
  /// The kind of change.
  public var kind: String
  public var problem: [UInt8]
  public var solution: [UInt8]

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
