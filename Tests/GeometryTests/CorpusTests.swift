import Foundation
import Geometry
import GeometryProofs
import Testing

/// The problems that are committed.
struct `Our own problems` {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpora/geometry")

  private static func problems() throws -> [GeometryProblem] {
    let text = try String(contentsOf: folder.appending(path: "problems.txt"), encoding: .utf8)
    return try ProblemParser.parse(file: text)
  }

  /// One that no longer is proved is a rule or a search that was broken.
  @Test(.timeLimit(.minutes(2))) func `are proved, and every proof is accepted`() throws {
    let problems = try Self.problems()
    #expect(problems.count == 30)
    for problem in problems {
      var options = Prover.Options()
      options.seconds = 20
      let outcome = try Prover(problem, options).prove()
      #expect(outcome.status == .proved, "\(problem.name)")
      for proof in outcome.proofs {
        let verdict = ProofChecker.check(proof, of: problem)
        #expect(verdict.isAccepted, "\(problem.name): \(verdict)")
      }
    }
  }

  /// Red after a new problem: `retort prove problems.txt --svg drawings` draws it.
  @Test func `have a drawing each, and a place in the gallery`() throws {
    let gallery = try String(
      contentsOf: Self.folder.appending(path: "gallery.md"), encoding: .utf8)
    for problem in try Self.problems() {
      let drawing = Self.folder.appending(path: "drawings/\(problem.name).svg")
      #expect(try String(contentsOf: drawing, encoding: .utf8).contains("</svg>"))
      #expect(gallery.contains("drawings/\(problem.name).svg"), "\(problem.name)")
    }
  }

  /// The generator must not make what others measure with.
  @Test func `have forms that renaming does not change`() throws {
    for problem in try Self.problems() {
      var renamed = problem
      renamed.points = problem.points.map { "q" + $0 }
      #expect(ProblemGenerator.form(of: problem) == ProblemGenerator.form(of: renamed))
    }
    let forms = try Self.problems().map { ProblemGenerator.form(of: $0) }
    #expect(Set(forms).count == forms.count)
  }
}
