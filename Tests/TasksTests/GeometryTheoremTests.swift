import Files
import Randomness
import Records
import Tasks
import Testing
import Verifiers

struct `Geometry as a family` {
  private let family = GeometryTheorem()

  /// Level 10 searches for seconds; one of it is enough.
  @Test(.timeLimit(.minutes(5)), arguments: 1...10)
  func `poses theorems with proofs that the verifier takes, at their level`(level: Int) throws {
    let verifier = try #require(Verifiers.named("geometry"))
    for index in 0..<(level == 10 ? 1 : 4) {
      let record = try draw(family, level: level, seed: Seed(4), index: index)
      let verdict = verifier.verify(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      #expect(verdict == .accepted(answer: record.answer ?? ""), "\(record.problem)")
      #expect(record.problem.hasSuffix(" ? " + (record.answer ?? "")))
      #expect(family.knobs(of: record) == record.knobs)
      let derived = try #require(record.knobs["derived_steps"]?.intValue)
      let reasons = record.solution.split(separator: "\n").dropLast().filter {
        !$0.hasSuffix(": given") && !$0.hasSuffix(": check") && !$0.hasPrefix("auxiliary")
      }
      #expect(derived == reasons.count)
      #expect((record.knobs["auxiliary_points"]?.intValue ?? 0 > 0) == (level == 10))
      for other in 1...9 where other != level {
        var moved = record
        moved.level = other
        #expect(family.knobs(of: moved) == nil)
      }
    }
  }

  /// Else a set would hold one theorem many times, and its test set what was trained on.
  @Test func `knows a theorem under other names of its points`() throws {
    let one = "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c"
    let same = "p q r = triangle p q r; x = midpoint x q p; y = midpoint y q r ? para x y p r"
    let other = "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m c n b"
    let form = try #require(family.canonical(one))
    #expect(family.canonical(same) == form)
    #expect(family.canonical(other) != form)
    #expect(form.count == 32)
    for bad in ["a b c = triangle; ? coll a b c", "a b = segment a b", "nonsense", ""] {
      #expect(family.canonical(bad) == nil, "\(bad)")
    }
  }

  @Test func `proves what it reads, and tells it in words`() throws {
    let problem = "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c"
    var stream = Seed(1).stream()
    let solution = family.work(problem, using: &stream)
    #expect(solution.answer == "para m n b c" && solution.lines.count > 2)
    let record = Record(
      family: "geometry", level: 1, knobs: [:], problem: problem, solution: solution.text,
      answer: solution.answer, canonicalProblem: family.canonical(problem) ?? "",
      origin: .reference, checker: nil)
    let words = try #require(family.words(for: record))
    #expect(words.text.hasPrefix("Let a, b, c be points.\nLet m be a point such that m"))
    #expect(words.text.contains("\nShow that mn ∥ bc.\nProof.\n1. "))
    #expect(words.steps.count == record.steps)
    #expect(words.steps.first?["kind"] == "given" && words.steps.first?["label"] == 1)
  }

  @Test func `gives each goal of a problem file a form`() throws {
    let forms = try GeometryTheorem.canonicalTexts(
      ofProblemFile: """
        two goals
        a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c; coll a m b
        """)
    #expect(forms.count == 2 && forms[0] != forms[1])
    #expect(
      forms[0]
        == family.canonical(
          "x y z = triangle x y z; m = midpoint m x y; n = midpoint n x z ? para m n y z"))
    #expect(throws: (any Error).self) {
      try GeometryTheorem.canonicalTexts(ofProblemFile: "name\na = nothing a ? coll a a a\n")
    }
  }
}
