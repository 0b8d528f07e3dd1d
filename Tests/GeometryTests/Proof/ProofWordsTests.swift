import Foundation
import Geometry
import GeometryProofs
import Testing

struct `Proofs in words` {
  private func words(_ head: String, _ steps: [String]) throws -> [String] {
    let numbered = steps.enumerated().map { "\($0.offset + 1). \($0.element)" }
    let lines = ["retort geometry proof 1", "problem p", head, "proof"] + numbered
    let proof = try ProofText.parse(lines.joined(separator: "\n") + "\n")
    return ProofWords(proof).text.split(separator: "\n").map(String.init)
  }

  @Test func `say what is given, what is added, what is shown, and each step's reason`() throws {
    let lines = try words(
      "given a b c = triangle a b c\ngiven d = foot d b a c\nauxiliary m = midpoint m b c\n"
        + "goal cong b m d m",
      [
        "perp d b a c : given", "coll d a c : given", "perp b d d c : directions 1[1] lines 2",
        "midp m b c : given", "cong b m d m : by right-angle-midpoint b d c m from 3 4",
      ])
    #expect(lines[0] == "Let a, b, c be points.")
    #expect(lines[1] == "Let d be a point such that db ⟂ ac; d, a, c lie on one line.")
    #expect(lines[2].hasPrefix("Add a point m such that ") && lines[2].contains("midpoint of bc"))
    #expect(lines[3] == "Show that bm = dm.")
    #expect(lines[4] == "Proof.")
    #expect(lines[5] == "1. db ⟂ ac: given.")
    #expect(lines[7] == "3. bd ⟂ dc: angle chasing [1, 2].")
    #expect(
      lines[9]
        == "5. bm = dm: the midpoint of the hypotenuse is equally far from all corners [3, 4].")
    #expect(lines.count == 10)
  }

  @Test func `write products of lengths as products`() throws {
    let lines = try words(
      "given a b c = triangle a b c\ngiven d = on_line d b c\ngiven e = on_line e c a\n"
        + "given f = on_line f a b, on_line f d e\n"
        + "goal requation 1 b d 1 c e 1 a f -1 d c -1 e a -1 f b 1",
      [
        "coll d b c : given", "coll e c a : given", "coll f a b : given", "coll f d e : given",
        "ncoll a b c : check",
        "requation 1 b d 1 c e 1 a f -1 d c -1 e a -1 f b 1 : by menelaus a b c d e f from 1 2 3 4 where 5",
      ])
    let last = try #require(lines.last)
    #expect(
      last == "6. bd · ce · af = dc · ea · fb: Menelaus: a line that meets the three sides "
        + "[1, 2, 3, 4, 5].")
  }

  /// A rule without words would be named by its identifier in the middle of a sentence.
  @Test func `have words for every rule that the engine uses`() throws {
    let text = try String(
      contentsOf: `Our own problems`.folder.appending(path: "problems.txt"), encoding: .utf8)
    for problem in try ProblemParser.parse(file: text) {
      let outcome = try Prover(problem).prove()
      for proof in outcome.proofs {
        for line in ProofWords(try ProofText.parse(proof)).text.split(separator: "\n") {
          for rule in Rule.all where rule.name.contains("-") {
            #expect(!line.contains(": \(rule.name)"), "\(line)")
          }
        }
      }
    }
  }
}
