/// A proof as the solution of a problem that is given apart: what a record of the family `geometry`
/// holds.
///
///     problem:   a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e
///     solution:  auxiliary clauses, numbered steps, and the goal once more:
///                1. perp d b a c : given
///                …
///                Answer: cyclic b c d e
public struct SolutionText: Sendable {
  /// The whole proof text, title and problem included.
  public let proof: String
  /// Clauses that the problem gives, and lines of the solution that are auxiliary clauses.
  private let given: Int
  private let auxiliary: Int

  /// Puts the proof text together.
  ///
  /// - Parameters:
  ///   - problem: without auxiliary clauses, with one goal.
  ///   - lines: of the solution, without the answer.
  public init(of problem: GeometryProblem, lines: [String]) {
    given = problem.clauses.count
    auxiliary = lines.prefix { $0.hasPrefix("auxiliary ") }.count
    var text = [ProofText.title, "problem \(Self.name)"]
    text += problem.clauses.map { "given " + problem.text($0) }
    text += lines.prefix(auxiliary)
    text += problem.goals.map { "goal " + $0.text(problem.points) }
    text += ["proof"] + lines.dropFirst(auxiliary)
    proof = text.joined(separator: "\n") + "\n"
  }

  /// The line of the solution, counted from 1, on which a line of the proof text stands; 0 for what
  /// the problem says.
  public func line(ofProofLine line: Int) -> Int {
    let head = 2 + given
    if line <= head { return 0 }
    if line <= head + auxiliary { return line - head }
    let steps = head + auxiliary + 2
    return line <= steps ? 0 : line - steps + auxiliary
  }

  /// The lines of a solution for a proof text, without the answer.
  public static func lines(ofProof text: String) -> [String] {
    let lines = text.split(separator: "\n").map(String.init)
    let head = (lines.firstIndex(of: "proof") ?? 0) + 1
    return lines[..<head].filter { $0.hasPrefix("auxiliary ") } + lines[head...]
  }

  /// Reads a problem as the family writes it: exactly its own text, one goal, nothing auxiliary.
  ///
  /// - Throws: `ProblemError`.
  public static func problem(_ text: String) throws(ProblemError) -> GeometryProblem {
    let problem = try ProblemParser.parse(line: text, name: name)
    guard problem.goals.count == 1, !problem.clauses.contains(where: \.isAuxiliary) else {
      throw ProblemError(line: 1, token: "?", reason: "expected one goal and nothing auxiliary")
    }
    guard problem.text == text else {
      throw ProblemError(
        line: 1, token: String(text.prefix(40)),
        reason: "expected every argument written out, as in '\(problem.text.prefix(200))'")
    }
    return problem
  }

  /// What the problem is called in proofs: a record's problem has no name of its own.
  public static let name = "problem"
}
