import Randomness
import Records
import Tasks
import Testing

struct `Natural deduction` {
  let family = NaturalDeduction()

  @Test(arguments: [
    ("p->q, q->r; A: p->r; B: r->p", "s->u, u->t; A: s->t; B: t->s"),  // atoms
    ("p->q, q->r; A: p->r; B: r->p", "q->r, p->q; A: r->p; B: p->r"),  // order
    ("p|q, ~q; A: p; B: q", "~p, p|q; A: q; B: p"),
    ("p&q; A: q|r; B: r", "q&p; A: r; B: r|p"),  // sides
  ])
  func `problems that differ by names and order are one`(one: String, other: String) throws {
    let canonical = try #require(family.canonical(one))
    #expect(family.canonical(other) == canonical)
  }

  @Test func `problems that differ by a formula are two`() throws {
    let one = try #require(family.canonical("p->q, q->r; A: p->r; B: r->p"))
    let other = try #require(family.canonical("p->q, q->r; A: p->r; B: q->p"))
    #expect(one != other)
  }

  @Test(arguments: [
    ("1. p->q by premise\n2. q->r by premise", TraceMeaning.wrong(step: 3)),
    ("1. |p by assume\n2. |q by imp-elim 9, 9", .wrong(step: 3)),
    ("1. |p by assume\n2. q by imp-elim 9, 9", .wrong(step: 2)),
    ("1. |p by assume\n2. |r by magic\n3. p->r by magic\nAnswer: A", .unknown),
    ("1. |p by assume\n2. |r by magic\n3. r->p by magic\nAnswer: B", .wrong(step: 3)),
    ("1. |p by assume\nAnswer: B", .wrong(step: 2)), ("nonsense", .wrong(step: 1)),
  ])
  func `lines mean what truth tables say`(solution: String, meaning: TraceMeaning) {
    #expect(
      family.meaning(problem: "p->q, q->r; A: p->r; B: r->p", solution: solution) == meaning)
  }

  /// Rules of all kinds come up, and choices of order.
  @Test func `its proofs use every rule`() throws {
    var used: Set<String> = []
    for level in 1...10 {
      for index in 0..<60 {
        let record = try draw(family, level: level, seed: Seed(4), index: index)
        for line in record.solution.split(separator: "\n").dropLast() {
          let words = line.split(separator: " ")
          if let place = words.firstIndex(of: "by") { used.insert(String(words[place + 1])) }
        }
      }
      #expect(family.choices(level: level) == (level == 1 ? family.choices(level: 1) : .some))
    }
    #expect(
      used.isSuperset(of: [
        "premise", "assume", "copy", "and-intro", "and-elim", "or-intro", "or-elim", "imp-intro",
        "imp-elim", "not-intro", "not-elim", "false-elim", "raa",
      ]), "\(used.sorted())")
  }
}
