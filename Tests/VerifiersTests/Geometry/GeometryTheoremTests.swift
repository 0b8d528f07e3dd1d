import Testing
import Verifiers

struct `The verifier of geometry` {
  private static let problem =
    "a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e"
  private static let lines = [
    "1. perp d b a c : given", "2. coll d a c : given", "3. perp e c a b : given",
    "4. coll e a b : given", "5. eqangle d b d c e b e c : directions -1[1] -1[3] lines 2 4",
    "6. ncoll d b c : check",
    "7. cyclic b c d e : by concyclic-by-angles b c d e from 5 where 6", "Answer: cyclic b c d e",
  ]

  private func verdict(_ lines: [String], problem: String = Self.problem) throws -> Verdict {
    try judge("geometry", problem: problem, solution: lines.joined(separator: "\n"))
  }

  private func judge(_ family: String, problem: String, solution: String) throws -> Verdict {
    try #require(Verifiers.named(family)).verify(
      problem: Array(problem.utf8), solution: Array(solution.utf8))
  }

  private func changed(_ index: Int, _ line: String?) -> [String] {
    var lines = Self.lines
    if let line { lines[index] = line } else { lines.remove(at: index) }
    return lines
  }

  @Test func `takes a proof, however spaced`() throws {
    #expect(try verdict(Self.lines) == .accepted(answer: "cyclic b c d e"))
    let wide = Self.lines.map { "  " + $0.split(separator: " ").joined(separator: "   ") + " " }
    #expect(try verdict(wide + [""]) == .accepted(answer: "cyclic b c d e"))
  }

  /// Lines beyond the limit are not read; what could stand there must not be taken on trust.
  @Test(arguments: [4095, 4096, 4097]) func `takes nothing after the answer, however late`(
    answerLine: Int
  ) throws {
    let steps = Array(Self.lines.dropLast())
    let more = (8..<(answerLine - 1)).map { "\($0). perp d b a c : given" }
    let last = "\(answerLine - 1). cyclic b c d e : by concyclic-by-angles b c d e from 5 where 6"
    let long = steps + more + [last, "Answer: cyclic b c d e"]
    #expect(long.count == answerLine)
    #expect(try verdict(long + ["8. perp d b a b : given"]).isAccepted == false)
  }

  /// A condition that holds on no drawing must not be looked for on tens of thousands.
  @Test func `refuses a condition that never holds, at once`() throws {
    let lines = changed(5, "6. ncoll d d d d d b d : check")
    var found = try verdict(lines)
    // The best of three: a busy machine must not make it look slow.
    let time = try (0..<3).map { _ in
      try ContinuousClock().measure { found = try verdict(lines) }
    }.min()
    #expect(try #require(time) < .milliseconds(100))
    guard case .rejected(6, _) = found else {
      Issue.record("\(found)")
      return
    }
  }

  /// The line that is named is what a process reward learns from.
  @Test(arguments: [
    (0, "1. perp d b a b : given", 1), (1, "2. coll d a b : given", 2),
    (3, "5. coll e a b : given", 4),
    (4, "5. eqangle d b d c e b e c : directions 1[1] -1[3] lines 2 4", 5),
    (4, "5. eqangle d b d c e b e c : directions -1[1] -1[2] lines 2 4", 5),
    (6, "7. cyclic b c d e : by concyclic-by-angles b c e d from 5 where 6", 7),
    (6, "7. cyclic b c d e : by concyclic-by-angles b c d e from 5", 7),
    (7, "Answer: cyclic b c d a", 8), (7, "Answer: cyclic b c e d", 8),
    (7, "answer: cyclic b c d e", 8),
    (5, "6. ncoll d b c : given", 6),
  ])
  func `names the line that is wrong`(index: Int, line: String, step: Int) throws {
    guard case .rejected(step, let reason) = try verdict(changed(index, line)) else {
      Issue.record("\(line): \(try verdict(changed(index, line)))")
      return
    }
    #expect(reason.hasPrefix("step \(step): "))
  }

  /// An auxiliary point that cannot be drawn is a fault of its line, not of the problem.
  @Test func `names the auxiliary line that has no drawing`() throws {
    let auxiliary = ["auxiliary m = midpoint m b c", "auxiliary n = midpoint n b c"]
    guard case .rejected(2, let reason) = try verdict(auxiliary + Self.lines) else {
      Issue.record("\(try verdict(auxiliary + Self.lines))")
      return
    }
    #expect(reason.contains("no place"))
  }

  @Test func `misses what is missing, and takes nothing more`() throws {
    for (lines, step) in [
      (changed(7, nil), 8), (Self.lines + ["Answer: cyclic b c d e"], 9), ([], 1),
      (["Answer: cyclic b c d e"], 1), (Self.lines + ["8. coll d a c : given"], 9),
      (changed(2, ""), 3), (changed(2, "3. perp e c a b : given\u{A0}"), 3),
    ] {
      guard case .rejected(step, _) = try verdict(lines) else {
        Issue.record("\(lines): \(try verdict(lines))")
        continue
      }
    }
  }

  @Test func `reads a problem only as it is written`() throws {
    for problem in [
      "a b c = triangle; d = foot d b a c; e = foot e c a b ? cyclic b c d e",
      "a b c = triangle a b c; d = foot d b a c; e = foot e c a b", "",
      "a b c = triangle a b c; d = foot d b a c | e = foot e c a b ? cyclic b c d e",
      "a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e; coll d a c",
      Self.problem + "\n" + Self.problem, Self.problem + "\u{0}",
    ] {
      guard case .rejected(0, _) = try verdict(Self.lines, problem: problem) else {
        Issue.record("\(problem)")
        continue
      }
    }
  }

  /// A proof may add points; they count as lines of the solution.
  @Test func `takes auxiliary points, which add no hypothesis`() throws {
    var lines = Self.lines
    lines.insert("auxiliary f = midpoint f b c", at: 0)
    guard case .accepted = try verdict(lines) else {
      Issue.record("\(try verdict(lines))")
      return
    }
    lines[0] = "auxiliary f = nothing f b c"
    guard case .rejected(1, _) = try verdict(lines) else {
      Issue.record("\(try verdict(lines))")
      return
    }
  }
}
