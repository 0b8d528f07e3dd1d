import TestSupport
import Testing

struct `The tests' own enumerators` {
  private func traces(_ enumerator: some TraceEnumerator, _ problem: String) -> [String] {
    TraceTree(enumerator, problem: Array(problem.utf8)).everyTrace().map {
      $0.joined(separator: " / ")
    }
  }

  /// n terms have (n - 1)! orders; two of them write the same lines only where a neighbour's sum
  /// is 0 modulo 10, which none of these can reach before the end.
  @Test func `write every order of a sum, once each`() {
    for (problem, orders) in [("9+8", 1), ("9+8+2", 2), ("1+2+4+3", 6), ("1+2+1+3+1+1", 120)] {
      let all = traces(SumReduceTraces(), problem)
      #expect(all.count == orders)
      #expect(Set(all).count == orders)
    }
    // From 9+0+5 both orders write 9+5.
    let merging = traces(SumReduceTraces(), "9+8+2+5")
    #expect(merging.count == 6)
    #expect(Set(merging).count == 5)
    #expect(merging.contains("7+2+5 / 7+7 / 4 / Answer: 4"))
  }

  @Test func `write the examples of the format`() {
    #expect(
      traces(ColumnAdditionTraces(), "347+85") == [
        "7+5+0=12 write 2 carry 1 / 4+8+1=13 write 3 carry 1 / 3+0+1=4 write 4 carry 0 "
          + "/ Answer: 432"
      ])
    #expect(
      Set(traces(LinearEquationTraces(), "3x+5=2x-7")) == [
        "subtract 2x: x+5=-7 / subtract 5: x=-12 / Answer: -12",
        "subtract 5: 3x=2x-12 / subtract 2x: x=-12 / Answer: -12",
      ])
    #expect(traces(LinearEquationTraces(), "-6x=4") == ["divide by -6: x=-2/3 / Answer: -2/3"])
    #expect(
      traces(
        BoxTrackingTraces(), "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?")
        == ["A={key} B={cup} / A={pen} C={key} / Answer: A"])
  }

  @Test(arguments: [
    ("7+2+5\n7+7\n4\nAnswer: 4", Judgement.valid(answer: "4")),
    (" 7 +2+5\n7+7\n4 \nAnswer : 4\n", .valid(answer: "4")),
    ("7+2+5\n7+7\n4\nAnswer: 5", .invalid(step: 4)),
    ("7+2+5\n7+8\n4\nAnswer: 4", .invalid(step: 2)),
    ("7+2+5\n7+7\n4", .invalid(step: 4)),
    ("7+2+5\n7+7\n4\nAnswer: 4\n\n", .invalid(step: 5)),
    ("", .invalid(step: 1)),
  ])
  func `name the first line that no valid trace has`(solution: String, judgement: Judgement) {
    let tree = TraceTree(SumReduceTraces(), problem: Array("9+8+2+5".utf8))
    #expect(tree.judge(Array(solution.utf8)) == judgement)
  }
}
