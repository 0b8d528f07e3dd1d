import Testing
import Verifiers

struct `The natural-deduction verifier` {
  let family = "natural-deduction"

  private func step(_ problem: String, _ lines: [String]) throws -> Int? {
    try rejectedStep(family, problem, lines.joined(separator: "\n"))
  }

  /// Each rule in a proof of its own.
  @Test(arguments: [
    ("p, q; A: r; B: p&q", "1. p by premise\n2. q by premise\n3. p&q by and-intro 2, 1\nAnswer: B"),
    ("p&q; A: q; B: r", "1. p&q by premise\n2. q by and-elim 1\nAnswer: A"),
    ("p; A: q; B: q|p", "1. p by premise\n2. q|p by or-intro 1\nAnswer: B"),
    (
      "p|q; A: q|p; B: q",
      "1. p|q by premise\n2. |p by assume\n3. |q|p by or-intro 2\n4. |q by assume\n"
        + "5. |q|p by or-intro 4\n6. q|p by or-elim 1, 4-5, 2-3\nAnswer: A"
    ),
    (
      "q; A: p->q; B: p",
      "1. q by premise\n2. |p by assume\n3. |q by copy 1\n4. p->q by imp-intro 2-3\nAnswer: A"
    ),
    ("q; A: p->p; B: p", "1. |p by assume\n2. p->p by imp-intro 1-1\nAnswer: A"),
    (
      "p->q, ~q; A: ~p; B: q",
      "1. p->q by premise\n2. ~q by premise\n3. |p by assume\n4. |q by imp-elim 3, 1\n"
        + "5. |false by not-elim 2, 4\n6. ~p by not-intro 3-5\nAnswer: A"
    ),
    (
      "~~p; A: p; B: q",
      "1. ~~p by premise\n2. |~p by assume\n3. |false by not-elim 2, 1\n4. p by raa 2-3\nAnswer: A"
    ),
    (
      "p|q, ~p; A: q; B: p",
      "1. p|q by premise\n2. ~p by premise\n3. |p by assume\n4. |false by not-elim 3, 2\n"
        + "5. |q by false-elim 4\n6. |q by assume\n7. q by or-elim 1, 3-5, 6-6\nAnswer: A"
    ),
    // Nested subproofs; lines that are not needed do no harm.
    (
      "q; A: p->(r->p); B: p",
      "1. q by premise\n2. |p by assume\n3. ||r by assume\n4. ||p by copy 2\n"
        + "5. |r->p by imp-intro 3-4\n6. p->(r->p) by imp-intro 2-5\nAnswer: A"
    ),
  ])
  func `accepts each rule`(problem: String, solution: String) throws {
    #expect(try verdict(family, problem, solution).isAccepted, "\(solution)")
  }

  static let problem = "p->q, q->r; A: r->p; B: p->r"
  static let lines = [
    "1. p->q by premise", "2. q->r by premise", "3. |p by assume", "4. |q by imp-elim 1, 3",
    "5. |r by imp-elim 2, 4", "6. p->r by imp-intro 3-5", "Answer: B",
  ]

  @Test(arguments: [
    (1, "2. p->q by premise"), (1, "1. p by premise"), (1, "1. |p->q by premise"),
    (1, "1. p->q"), (1, "1. p->q by premise 1"), (1, "1. p->q by magic"),
    (1, "1. p->q by premise-"), (3, "3. |p by assume -"), (4, "4. |q by imp-elim- 1, 3"),
    (1, "1. p->q by false-intro"), (1, "1. p->q by premise-elim"), (4, "4. |q by imp 1, 3"),
    (3, "3. p by assume"), (3, "3. ||p by assume"), (3, "3. |p by premise"),
    (4, "4. q by imp-elim 1, 3"),  // outside the subproof of line 3
    (4, "4. |q by imp-elim 3"), (4, "4. |q by imp-elim 2, 3"), (4, "4. |q by imp-elim 1, 4"),
    (4, "4. |q by imp-elim 0, 3"), (4, "4. |q by imp-elim 1, 99"), (4, "4. |r by imp-elim 1, 3"),
    (4, "4. |q by copy 1"), (4, "4. ||q by imp-elim 1, 3"),
    (6, "6. p->r by imp-intro 3-4"), (6, "6. p->r by imp-intro 1-5"),
    (6, "6. p->r by imp-intro 3, 5"), (6, "6. r->p by imp-intro 3-5"),
    (6, "6. q->r by imp-intro 4-5"), (6, "6. |p->r by imp-intro 3-5"), (6, "6. r by copy 5"),
    (6, "6. ~p by not-intro 3-5"), (6, "6. p->(r) by imp-intro 3-5-5"),
    (7, "Answer: A"), (7, "Answer: C"), (7, "7. p->r by copy 6"), (7, "Answer: p->r"),
  ])
  func `rejects unsound lines`(line: Int, text: String) throws {
    var lines = Self.lines
    lines[line - 1] = text
    #expect(try step(Self.problem, lines) == line)
  }

  /// A closed subproof is cited only where it stands directly before in the same scope.
  @Test func `rejects what is out of scope`() throws {
    let nested = [
      "1. q by premise", "2. |p by assume", "3. ||r by assume", "4. ||p by copy 2",
      "5. |r->p by imp-intro 3-4",
    ]
    let problem = "q; A: p->(r->p); B: r->p; C: p"
    #expect(try step(problem, nested + ["6. r->p by imp-intro 3-4"]) == 6)
    #expect(try step(problem, nested + ["6. |p by copy 4"]) == 6)
    #expect(try step(problem, nested + ["6. p->p by imp-intro 2-4"]) == 6)
    #expect(try step(problem, Array(nested[..<4]) + ["5. p->p by imp-intro 2-4"]) == 5)
    #expect(
      try step(problem, Array(nested[..<3]) + ["4. ||r by copy 3", "5. |r by copy 3"]) == 5)
    // A sibling closes the subproof before it.
    #expect(
      try step(problem, ["1. |p by assume", "2. |r by assume", "3. |p by copy 1"]) == 3)
    #expect(
      try step(problem, ["1. |p by assume", "2. |r by assume", "3. p->p by imp-intro 1-1"]) == 4)
  }

  @Test(arguments: [
    "", "p", "p; A: p; B: q", "p; A: q; B: r", "p&q; A: p; B: q", "p; A: p|q", "p, A: q; B: p|q",
    "p; B: q; A: p|q", "p; A: q; B: q", "p&q&r; A: p; B: s", "v; A: v|p; B: q", "p; A: q; B: (p|q",
    "p-q; A: p; B: q", "p, ~p; A: q; B: r",
  ])
  func `rejects problems in which not one option follows`(problem: String) throws {
    #expect(try step(problem, Self.lines) == 0)
  }

  @Test func `bounds what nests`() throws {
    let deep = String(repeating: "~", count: 40) + "p"
    #expect(try step("\(deep); A: p; B: q", Self.lines) == 0)
    #expect(try step(Self.problem, ["1. \(deep) by premise"]) == 1)
    let bars = String(repeating: "|", count: 100_000)
    #expect(try step(Self.problem, ["1. \(bars)p by assume"]) == 1)
  }
}
