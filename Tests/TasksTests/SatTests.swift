import Randomness
import Records
import Tasks
import Testing

struct `Satisfiability` {
  let family = Sat()

  @Test(arguments: [
    ("C1: a b; C2: -a c; C3: -c", "C1: c; C2: -a b; C3: -b -c"),  // names, signs and order
    ("C1: a; C2: -a b", "C1: b; C2: a -b"), ("C1: a; C2: -a b", "C1: -a b; C2: -b"),
  ])
  func `problems that differ by names, signs and order are one`(one: String, other: String) throws {
    let canonical = try #require(family.canonical(one))
    #expect(family.canonical(other) == canonical)
    #expect(family.canonical(canonical) == canonical)
  }

  @Test func `problems that differ by a clause are two`() throws {
    let one = try #require(family.canonical("C1: a b; C2: -a c; C3: -c"))
    let other = try #require(family.canonical("C1: a b; C2: -a c; C3: -b -c"))
    #expect(one != other)
  }

  /// The share of problems without solution is what a guess of UNSAT gets.
  @Test func `one problem in seven has no solution, the others one`() throws {
    for level in [1, 5, 10] {
      var unsatisfiable = 0
      for index in 0..<700 {
        let record = try draw(family, level: level, seed: Seed(6), index: index)
        if record.answer == "UNSAT" { unsatisfiable += 1 }
      }
      // Some problems with a solution are drawn again: 7 sigma around a fifth at most.
      #expect((60...220).contains(unsatisfiable), "level \(level): \(unsatisfiable)")
    }
  }

  @Test(arguments: ["C1: a a", "C1: b a", "C1: a; C3: b", "C1:", "", "C1: n", "C1: a -a"])
  func `other texts are not read`(text: String) {
    #expect(family.canonical(text) == nil)
  }
}
