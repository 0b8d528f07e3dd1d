import GeometryProofs
import Testing

struct `The solution of a geometry problem` {
  private static let problem =
    "a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e"
  private static let lines = [
    "auxiliary m = midpoint m b c", "1. perp d b a c : given", "2. coll d a c : given",
  ]

  @Test func `becomes a whole proof text`() throws {
    let text = SolutionText(of: try SolutionText.problem(Self.problem), lines: Self.lines)
    #expect(
      text.proof == """
        retort geometry proof 1
        problem problem
        given a b c = triangle a b c
        given d = foot d b a c
        given e = foot e c a b
        auxiliary m = midpoint m b c
        goal cyclic b c d e
        proof
        1. perp d b a c : given
        2. coll d a c : given

        """)
    #expect(SolutionText.lines(ofProof: text.proof) == Self.lines)
  }

  /// A verdict names a line of the proof text; a reader has the solution.
  @Test func `knows which of its lines a line of the proof is`() throws {
    let text = SolutionText(of: try SolutionText.problem(Self.problem), lines: Self.lines)
    // Title, problem, three clauses; one auxiliary clause; goal, 'proof'; two steps.
    #expect((1...10).map { text.line(ofProofLine: $0) } == [0, 0, 0, 0, 0, 1, 0, 0, 2, 3])
    let bare = SolutionText(
      of: try SolutionText.problem(Self.problem), lines: Array(Self.lines.dropFirst()))
    #expect((5...9).map { bare.line(ofProofLine: $0) } == [0, 0, 0, 1, 2])
  }

  @Test(arguments: [
    "a b c = triangle a b c ? cong a b a c; cong a b b c",
    "a b c = triangle a b c",
    "a b c = triangle a b c | m = midpoint m a b ? cong a b a c",
    "a b c = triangle ? cong a b a c", "a b c = triangle a b c ? cong a b a  c",
    " a b c = triangle a b c ? cong a b a c", "a b c = triangle a b c ? cong a b a d", "",
  ])
  func `is refused for a problem that is not spelled in full`(text: String) {
    #expect(throws: ProblemError.self) { try SolutionText.problem(text) }
  }
}
