import GeometryProofs
import Testing

private func read(_ text: String) throws -> GeometryProblem {
  try ProblemParser.parse(line: text, name: "p")
}

struct `Problem files` {
  /// Both dialects must give one problem: the five differences of the brief.
  @Test(arguments: [
    ("a b c = triangle; o = circle a b c", "a b c = triangle a b c; o = circle o a b c"),
    ("a b = segment a b; c d = square a b c d", "a b = segment a b; c d = square c d a b"),
    (
      "a b c = triangle; d = parallelogram a b c d",
      "a b c = triangle a b c; d = parallelogram d a b c"
    ),
    ("a b = segment; d c = square a b c d", "a b = segment a b; d c = square c d a b"),
    ("c a b = triangle a b c", "c a b = triangle a b c"),
    ("a b c d = eq_trapezoid a b c d", "a b c d = iso_trapezoid a b c d"),
    ("a b = segment; c = s_angle a b c 30", "a b = segment a b; c = s_angle a b c 30o"),
    ("a b = segment; c = rconst a b a c 1 2", "a b = segment a b; c = rconst a b a c 1/2"),
    (
      "a b c = triangle; x = angle_bisector b a c, on_line b c",
      "a b c = triangle a b c; x = angle_bisector x b a c, on_line x b c"
    ),
    ("a b = segment;c=s_angle a b c -15 ;  ", "a b = segment a b; c = s_angle a b c -15o"),
    ("a b = segment; c = aconst a b a c 2pi/3", "a b = segment a b; c = aconst a b a c 120o"),
    ("a@0_0 = ; b@1_0.5 = ? diff a b", "a = free a; b = free b ? diff a b"),
    (
      "a b c = triangle | m = midpoint m a b ? coll a m b",
      "a b c = triangle a b c | m = midpoint m a b ? coll a m b"
    ),
  ])
  func `say the same in both dialects`(given: String, expected: String) throws {
    let problem = try read(given)
    #expect(problem.text == expected)
    let again = try read(problem.text)
    #expect(again.clauses.map(\.constructions) == problem.clauses.map(\.constructions))
    #expect(again.goals == problem.goals && again.points == problem.points)
  }

  /// Every error names the line and the word that is wrong.
  @Test(arguments: [
    ("a b c = triangl a b c", "triangl"), ("a b c = triangle a b", "triangle"),
    ("a b = triangle a b", "triangle"), ("a b c = triangle; d = on_line d a z", "z"),
    ("a b c = triangle; d = on_line d a d", "d"), ("a a b = triangle", "a"),
    ("a b c = triangle; a = midpoint b c", "a"), ("a b c = triangle ? coll a b q", "q"),
    ("a b c = triangle ? colll a b c", "colll"), ("a b c = triangle ? coll a b", "coll"),
    ("a b c = triangle ? cong a b c", "cong"), ("a b c triangle", "a"), ("? coll a b c", ""),
    ("a b c = triangle; d = on_line d a b, on_line d b c, on_line d a c", "on_line"),
    ("a b c = triangle; d = midpoint d a b, on_line d b c", "midpoint"),
    ("a b = segment; c = s_angle a b c x", "x"), ("a b = segment; c = rconst a b a c -1", "-1"),
    ("a b = segment; c = s_angle a b c 9999999999", "9999999999"),
    ("1 b = segment", "1"), ("a@1 = ", "a@1"), ("a@nan_0 = ", "a@nan_0"),
    ("a b c = triangle a b b", "b"), ("a b c = triangle ? coll a b c ? coll a b c", "?"),
    ("a b c = triangle, ", "a"),
    ("a b c = triangle ? simtri* a b c b c a", "simtri*"),
    ("a b = segment ? rconst a b a b 1/0", "1/0"),
    ("a b = segment; é = midpoint a b", "é"),
  ])
  func `name the word that is wrong`(text: String, token: String) throws {
    let file = "# comment\n\none\na b = segment ? coll a b a\n\ntwo\n\(text)\n"
    let error = try #require(throws: ProblemError.self) { try ProblemParser.parse(file: file) }
    #expect(error.line == 7)
    #expect(error.token.contains(token), "\(error)")
  }

  @Test func `of any size end in an error, not in a crash`() throws {
    let long = "p\na b = segment" + String(repeating: "; c = midpoint a b", count: 60_000) + "\n"
    #expect(throws: ProblemError.self) { try ProblemParser.parse(file: long) }
    #expect(throws: ProblemError.self) {
      try ProblemParser.parse(file: String(repeating: "x\ny\n", count: 300_000))
    }
    #expect(throws: ProblemError.self) { try ProblemParser.parse(file: "only-a-name\n") }
    #expect(throws: ProblemError.self) { try ProblemParser.parse(file: "a b = segment\nname\n") }
    #expect(throws: ProblemError.self) {
      try read(String(repeating: "=", count: 5000) + String(repeating: "|", count: 5000))
    }
  }

  @Test func `hold every construction of the table`() {
    #expect(ConstructionEntry.all.count == 90)
    for entry in ConstructionEntry.all.values {
      #expect(entry.newPointCount > 0)
      for template in entry.statements {
        // A statement of a construction speaks of what it makes.
        #expect(
          template.statement.points.contains { entry.parameters[$0] == .newPoint }
            || entry.name == "eq_triangle")
      }
    }
  }
}
