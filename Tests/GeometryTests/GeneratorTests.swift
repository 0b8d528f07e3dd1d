import Geometry
import GeometryProofs
import Randomness
import Testing

struct `The problem generator` {
  /// Nothing unchecked leaves the generator, and nothing twice.
  @Test func `makes checked problems, each once`() {
    var generator = ProblemGenerator()
    var forms = Set<String>()
    for index in 0..<40 {
      for made in generator.problems(Seed(5).child(index)) {
        #expect(ProofChecker.check(made.proof).isAccepted)
        #expect(forms.insert(made.form).inserted)
        #expect(made.form == ProblemGenerator.form(of: made.problem))
        #expect(made.stepCount >= 4 && made.depth >= 2)
      }
    }
    #expect(forms.count > 40)
  }

  /// Without its auxiliary points such a problem is not provable by the rules.
  @Test(.timeLimit(.minutes(2))) func `names only auxiliary points that are needed`() throws {
    var generator = ProblemGenerator(.auxiliary)
    var count = 0
    for index in 0..<600 where count < 3 {
      for made in generator.problems(Seed(6).child(index)) {
        count += 1
        #expect(made.auxiliaryCount > 0)
        var bare = made.problem
        bare.clauses.removeAll(where: \.isAuxiliary)
        let text = bare.text
        let options: Prover.Options = {
          var options = Prover.Options()
          options.usesAuxiliaryPoints = false
          return options
        }()
        let outcome = try Prover(ProblemParser.parse(line: text, name: "bare"), options).prove()
        #expect(outcome.status == .saturated, "\(text)")
      }
    }
    #expect(count >= 3)
  }

  /// A premise that no step cites is one that the statement can do without. The checker keeps a few
  /// that a condition needs.
  @Test func `states hardly a locus that its proof does not use`() throws {
    var generator = ProblemGenerator()
    var (loci, idle) = (0, 0)
    for index in 0..<60 {
      for made in generator.problems(Seed(9).child(index)) {
        let proof = try ProofText.parse(made.proof)
        let given = Set(
          proof.steps.filter { $0.reason == .given }.compactMap(\.statement.canonical.statement))
        for clause in proof.problem.clauses where !clause.isAuxiliary {
          for construction in clause.constructions where construction.isLocus {
            loci += 1
            let said = construction.statements.compactMap(\.canonical.statement)
            if given.isDisjoint(with: said) { idle += 1 }
          }
        }
      }
    }
    #expect(loci > 40)
    #expect(Double(idle) < 0.05 * Double(loci), "\(idle) of \(loci)")
  }

  @Test func `tells problems apart by structure, not by names`() throws {
    func form(_ text: String) throws -> String {
      ProblemGenerator.form(of: try ProblemParser.parse(line: text, name: "p"))
    }
    let one = try form(
      "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c")
    let same = try form(
      "x y z = triangle x y z; q = midpoint q z x; p = midpoint p x y ? para y z p q")
    let other = try form(
      "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m c b n")
    #expect(one == same)
    #expect(one != other)
  }

  @Test func `leaves out what is excluded`() {
    var first = ProblemGenerator()
    let made = first.problems(Seed(5).child(3)) + first.problems(Seed(5).child(4))
    var second = ProblemGenerator(excluded: Set(made.map(\.form)))
    #expect(second.problems(Seed(5).child(3)).isEmpty)
    #expect(second.problems(Seed(5).child(4)).isEmpty)
  }
}
