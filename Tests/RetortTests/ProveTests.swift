import Files
import Foundation
import Testing

struct `retort prove` {
  private static let midline =
    "midline\na b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c\n"
  private static let added =
    "added\na b = segment a b; c = s_angle b a c 30o, on_dia c a b ? rconst b c a b 1/2\n"

  /// The way a person goes: a problem in, a proof in words, a drawing, and the checker's word.
  @Test func `proves, draws, and its formal text is accepted`() throws {
    try Program.withFolder { folder in
      let file = folder + "/problems.txt"
      try AtomicFile.write(Self.midline + Self.added, to: file)
      let outcome = try Program.run([
        "prove", file, "--problem", "added", "--svg", folder + "/a.svg",
      ])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.output.contains("one point added; checked"), "\(outcome.output)")
      #expect(String(decoding: try readFile(folder + "/a.svg"), as: UTF8.self).contains("</svg>"))

      let formal = try Program.run(["prove", file, "--problem", "midline", "--formal"])
      #expect(formal.status == 0)
      let proof = folder + "/midline.proof"
      try AtomicFile.write(formal.output, to: proof)
      #expect(try Program.run(["prove", "--check", proof]).status == 0)
      // Another goal under the same steps is not what they prove.
      let other = formal.output.replacingOccurrences(
        of: "goal para m n b c", with: "goal para m n a b")
      try AtomicFile.write(other, to: proof)
      let refused = try Program.run(["prove", "--check", proof])
      #expect(refused.status == 1)
      #expect(refused.output.contains("rejected"), "\(refused.output)")
    }
  }

  @Test func `prints one object for each problem, in order`() throws {
    try Program.withFolder { folder in
      let file = folder + "/problems.txt"
      try AtomicFile.write(
        Self.added + Self.midline + "false\na b c = triangle a b c ? cong a b a c\n", to: file)
      let outcome = try Program.run(["prove", file, "--json", "--time", "5"])
      #expect(outcome.status == 1)
      let rows = try outcome.output.split(separator: "\n").map { try JSON.parse(String($0)) }
      #expect(rows.map { $0["problem"]?.stringValue } == ["added", "midline", "false"])
      #expect(rows.map { $0["proved"] } == [true, true, false])
      #expect(rows.map { $0["checked"] } == [true, true, false])
      #expect(rows[0]["auxiliary"] == 1)
      #expect(rows[2]["reason"]?.stringValue?.contains("false") == true)
    }
  }

  /// Each is bad data: exit 1, the line and the word, within seconds, and never a proof.
  @Test(
    .timeLimit(.minutes(4)),
    arguments: [
      ("p\na b c = trianlge a b c ? coll a b c\n", "line 2", "trianlge"),
      ("p\na b c = triangle a b c ? colinear a b c\n", "line 2", "colinear"),
      ("p\na b c = triangle a b c; d = midpoint d a ? coll a b d\n", "line 2", "midpoint"),
      ("p\na b c = triangle a b c; d = midpoint d a z ? coll a b d\n", "line 2", "z"),
      ("p\n" + String(repeating: "a b c = triangle a b c; ", count: 45_000) + "\n", "line 2", ""),
      ("p\n", "", "p"),
    ])
  func `names line and word of what it cannot read`(text: String, line: String, word: String) throws
  {
    try Program.withFolder { folder in
      let file = folder + "/bad.txt"
      try AtomicFile.write(text, to: file)
      let outcome = try Program.run(["prove", file])
      #expect(outcome.status == 1, "\(outcome)")
      #expect(line.isEmpty || outcome.errors.contains(line), "\(outcome.errors)")
      #expect(word.isEmpty || outcome.errors.contains(word), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    ["prove"], ["prove", "a", "--check", "b"], ["prove", "a", "--time", "0"],
  ])
  func `refuses a command line that says nothing`(arguments: [String]) throws {
    #expect(try Program.run(arguments).status == 2)
  }

  @Test func `says which file or problem is missing`() throws {
    let outcome = try Program.run(["prove", "/nowhere/problems.txt"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("/nowhere/problems.txt"))
  }
}
