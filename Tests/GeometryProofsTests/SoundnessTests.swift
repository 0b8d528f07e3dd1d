import GeometryProofs
import Testing

/// Ways to cheat the checker, each with the line and a word of the reason that stops it.
struct `No cheat passes the checker` {
  struct Cheat: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let head: String
    let steps: String
    let step: Int?
    let reason: String

    init(_ title: String, _ head: String, _ steps: String, step: Int?, _ reason: String) {
      (testDescription, self.head, self.steps, self.step, self.reason) =
        (title, head, steps, step, reason)
    }
    var text: String {
      let lines = head.split(separator: ";").map { $0.trimmingSpaces }
      let numbered = steps.split(separator: ";").enumerated().map {
        "\($0.offset + 1). \($0.element.trimmingSpaces)"
      }
      return (["retort geometry proof 1", "problem cheat"] + lines + ["proof"] + numbered)
        .joined(separator: "\n") + "\n"
    }
  }

  static let cheats: [Cheat] = [
    // What the peers prove or accept.
    Cheat(
      "AC = BA from BA : AC = 1 : 2 (alphageometry 68, 111)",
      "given a b c = triangle12 a b c; goal cong a c a b",
      "rconst a b a c 1/2 : given; cong a c a b : ratios 1[1]", step: 2, "add up"),
    Cheat(
      "the same with the reciprocal", "given a b c = triangle12 a b c; goal cong a c a b",
      "rconst a b a c 1/2 : given; cong a c a b : ratios -1[1]", step: 2, "add up"),
    Cheat(
      "r81 with the condition it was published with",
      "given a b c = triangle a b c; given d = on_circum d a b c; given e = eqdistance e c a b, on_circum e a b c; goal eqangle c a c b e b c b",
      "cyclic a b c e : given; cong e c a b : given; sameclock a c b a c e : check; eqangle c a c b e b c b : by equal-chords-mirrored a b c e from 1 2 where 3",
      step: 4, "condition"),
    Cheat(
      "r89 with the letters in the printed order",
      "given a b c = triangle a b c; given m = midpoint m a b; goal l2equation 2 a m -2 b c -2 a c 1 a b 0",
      "midp m a b : given; l2equation 2 a m -2 b c -2 a c 1 a b 0 : by median-law a b m c from 1",
      step: 2, "conclude"),
    Cheat(
      "two sides and an angle without an orientation",
      "given a b = segment a b; given c = free c; given d = free d; given e = eqdistance e d a b; given f = on_aline f e d c b a, eqdistance f e b c; goal simtri a b c d e f",
      "cong e d a b : given; cong f e b c : given; eqratio b a b c e d e f : ratios -1[1] 1[2]; eqangle e f e d b c b a : given; simtri a b c d e f : by side-angle-side a b c d e f from 3 4",
      step: 5, "conditions"),
    // Angles modulo half a turn.
    Cheat(
      "half of a doubled angle without saying so",
      "given a b c = triangle a b c; given x = incenter x a b c; given y = angle_bisector y b a c; goal coll a x y",
      "eqangle a b a x a x a c : given; eqangle a b a y a y a c : given; coll a x y : directions 1/2[1] -1/2[2]",
      step: 3, "branch 2"),
    Cheat(
      "the wrong half: incentre and excentre on one line with b",
      "given a b c = triangle a b c; given x = incenter x a b c; given y = excenter y a b c; goal coll b x y",
      "eqangle b c b x b x b a : given; eqangle b c b y b y b a : given; coll b x y : directions 1/2[1] -1/2[2] branch 2",
      step: 3, "too few drawings"),
    Cheat(
      "a third of three times an angle",
      "given a b = segment a b; given c = s_angle a b c 120o; given d = s_angle c b d 120o; given e = s_angle d b e 50o; goal aconst a b b c 60o",
      "aconst a b b c 120o : given; aconst c b b d 120o : given; aconst a b b c 60o : directions 1[1] 1[2]",
      step: 3, "add up"),
    Cheat(
      "360 degrees are no angle",
      "given a b = segment a b; given c = s_angle a b c 90o; goal para a b b c",
      "perp a b b c : given; para a b b c : directions 2[1]", step: 2, "add up"),
    Cheat(
      "a branch of nothing divided",
      "given a b c = triangle a b c; given d = on_pline d c a b; given e = on_pline e c a b; goal coll c d e",
      "para d c a b : given; para e c a b : given; coll c d e : directions 1[1] -1[2] branch 2",
      step: 3, "branch 1"),
    // Degenerate and impossible figures.
    Cheat(
      "clauses that contradict each other",
      "given a b c = triangle a b c; given d = intersection_ll d a b b a; goal coll d a b",
      "coll d a b : given", step: nil, "no drawing"),
    Cheat(
      "two names of one point",
      "given a b = segment a b; given m = midpoint m a b; given n = midpoint n a b; goal perp m n a b",
      "midp m a b : given; midp n a b : given; same m n : by one-midpoint m a b n from 1 2; perp m n a b : same 1 3",
      step: 4, "same"),
    Cheat(
      "two names of one point, unsaid",
      "given a b = segment a b; given m = midpoint m a b; given n = midpoint n a b; goal cong n a n b",
      "cong n a n b : given", step: nil, "no drawing"),
    Cheat(
      "a tangent that meets its circle twice",
      "given a b = segment a b; given m = midpoint m a b; auxiliary x = on_circle x m a, on_tline x b a b; goal cong m b m x",
      "cong m x m a : given; cong m a m b : given; cong m b m x : ratios -1[1] -1[2]", step: nil,
      "no place"),
    Cheat(
      "conditions that exclude each other",
      "given a b c = triangle a b c; given d e f = triangle d e f; given g = free g; goal simtri a b c d e f",
      "sameclock a b c d e f : check; sameclock a b c d f e : check; simtri a b c d e f : given",
      step: 3, "no clause"),
    Cheat(
      "a condition that is never true",
      "given a b c = triangle a b c; given m = midpoint m a b; goal lequation 1 m a 1 a b -1 m b 0",
      "coll m a b : given; obtuse_angle m a b : check; lequation 1 m a 1 a b -1 m b 0 : by segment-sum m a b from 1 where 2",
      step: 2, "too few drawings"),
    Cheat(
      "a fact read off the drawing",
      "given a b c = triangle a b c; given h = orthocenter h a b c; goal perp a h b c",
      "perp a h b c : check", step: 1, "only conditions"),
    Cheat(
      "a condition that is derived", "given a b c = triangle a b c; goal coll a b c",
      "ncoll a b c : line 1", step: 1, "not earlier"),
    Cheat(
      "a circle of infinite radius",
      "given a b = segment a b; given c = on_line c a b; given d = on_line d a b; goal cyclic a b c d",
      "coll c a b : given; coll d a b : given; eqangle c a c b d a d b : directions lines 1 2; ncoll c a b : check; cyclic a b c d : by concyclic-by-angles a b c d from 3 where 4",
      step: 4, "too few drawings"),
    Cheat(
      "a triangle with its mirror image for a copy",
      "given a b c = triangle a b c; given d e f = triangle d e f; given g = free g; goal simtri a b c a c b",
      "simtri a b c a c b : by angle-angle a b c a c b from = = where 1", step: 1, "not earlier"),
    // Structure.
    Cheat(
      "a step that cites itself", "given a b c = triangle a b c; goal cong a b a c",
      "cong a b a c : ratios 1[1]", step: 1, "not earlier"),
    Cheat(
      "a step that cites a later one",
      "given a b c = iso_triangle a b c; goal eqangle b a b c c b c a",
      "eqangle b a b c c b c a : by isosceles-angles a b c from 2; cong a b a c : given", step: 1,
      "not earlier"),
    Cheat(
      "a step that nothing uses", "given a b c = iso_triangle a b c; goal eqangle b a b c c b c a",
      "cong a b a c : given; eqangle b a b c c b c a : given", step: 1, "no later step"),
    Cheat(
      "a fact twice", "given a b c = iso_triangle a b c; goal cong a b a c",
      "cong a b a c : given; cong a c a b : ratios -1[1]", step: 2, "repeats"),
    Cheat(
      "another goal", "given a b c = iso_triangle a b c; goal cong a b b c",
      "cong a b a c : given", step: 1, "not the goal"),
    Cheat(
      "a premise that is none", "given a b c = triangle a b c; goal cong a b a c",
      "cong a b a c : given", step: 1, "no clause"),
    Cheat(
      "a premise left out as trivial that is not",
      "given a b c = triangle a b c; goal eqangle a b b c b c a c",
      "eqangle a b b c b c a c : by isosceles-angles a b c from =", step: 1, "needs a step"),
    Cheat(
      "a rule with one point for two",
      "given a b c = triangle a b c; given m = midpoint m a b; goal coll c a b",
      "midp m a b : given; coll m a a : by midpoint-line m a a from 1", step: 2, "says nothing"),
    Cheat(
      "an unknown rule", "given a b c = iso_triangle a b c; goal eqangle b a b c c b c a",
      "cong a b a c : given; eqangle b a b c c b c a : by magic a b c from 1", step: 2,
      "unknown rule"),
    Cheat(
      "a coefficient of 0",
      "given a b c = iso_triangle a b c; given d = on_circle d a b; goal cong a d a c",
      "cong a b a c : given; cong d a a b : given; eqangle b a b c c b c a : given; cong a d a c : ratios 1[1] 1[2] 0[3]",
      step: 4, "coefficient of 0"),
    Cheat(
      "sides added that are not in line",
      "given a b c = triangle a b c; goal lequation 1 a b 1 b c -1 a c 0",
      "obtuse_angle a b c : check; lequation 1 a b 1 b c -1 a c 0 : by segment-sum a b c from = where 1",
      step: 2, "needs a step"),
    // Numbers beyond all bounds.
    Cheat(
      "coefficients that overflow",
      "given a b = segment a b; given c = rconst a b a c 999999937/999999929; given d = rconst a c a d 999999893/999999883; given e = rconst a d a e 999999797/999999761; given f = rconst a e a f 999999757/999999751; given g = rconst a f a g 999999739/999999733; goal cong a b a g",
      "rconst a b a c 999999937/999999929 : given; rconst a c a d 999999893/999999883 : given; rconst a d a e 999999797/999999761 : given; rconst a e a f 999999757/999999751 : given; rconst a f a g 999999739/999999733 : given; cong a b a g : lengths 999999999/999999998[1] 999999997/999999996[2] 999999995/999999994[3] 999999993/999999992[4] 999999991/999999990[5]",
      step: 6, ""),
  ]

  @Test(arguments: cheats) func `is rejected at its line`(cheat: Cheat) throws {
    guard case .rejected(let line, let step, let reason) = ProofChecker.check(cheat.text) else {
      Issue.record("accepted: \(cheat.text)")
      return
    }
    if cheat.reason != "spelled" {
      #expect(step == cheat.step, "\(reason)")
      #expect(reason.contains(cheat.reason), "\(reason)")
    }
    if let step { #expect(cheat.text.split(separator: "\n")[line - 1].hasPrefix("\(step). ")) }
  }

  /// A reader is sent to the auxiliary clause that cannot be drawn, not to the title; of several,
  /// to the first that fails.
  @Test(arguments: [
    ("auxiliary x = on_circle x m a, on_tline x b a b", 5, "auxiliary x"),
    (
      "auxiliary y = midpoint y a m; auxiliary x = on_circle x m a, on_tline x b a b", 6,
      "auxiliary x"
    ),
    ("auxiliary x = on_line x a b, on_line x m b; auxiliary y = foot y x a b", 5, "auxiliary x"),
    ("auxiliary y = midpoint y a b; auxiliary x = midpoint x y b", 5, "auxiliary y"),
    ("auxiliary y = midpoint y a m; auxiliary x = midpoint x a m", 6, "auxiliary x"),
  ])
  func `is sent back with the auxiliary clause that has no place`(
    clauses: String, line: Int, prefix: String
  ) throws {
    let cheat = Cheat(
      "", "given a b = segment a b; given m = midpoint m a b; \(clauses); goal cong m a m b",
      "cong m a m b : given", step: nil, "no place")
    guard case .rejected(let found, let step, let reason) = ProofChecker.check(cheat.text) else {
      Issue.record("accepted: \(cheat.text)")
      return
    }
    #expect(found == line && step == nil, "\(found): \(reason)")
    #expect(cheat.text.split(separator: "\n")[found - 1].hasPrefix(prefix))
  }

  /// The other branch of the same step is true, and accepted as such.
  @Test func `while the true half of a doubled angle passes`() {
    let cheat = Cheat(
      "",
      "given a b c = triangle a b c; given x = incenter x a b c; given y = excenter y a b c; goal perp b x b y",
      "eqangle b c b x b x b a : given; eqangle b c b y b y b a : given; perp b x b y : directions 1/2[1] -1/2[2] branch 2",
      step: nil, "")
    #expect(ProofChecker.check(cheat.text).isAccepted)
  }

  @Test func `not even a proof of another problem`() throws {
    let text = ProofFixtures.named("orthocentre")
    let own = try ProofText.parse(text).problem
    #expect(ProofChecker.check(text, of: own).isAccepted)
    for other in [
      "a b c = triangle; h = on_tline b a c, on_tline c a b ? perp a h a c",
      "a b c = iso_triangle; h = on_tline b a c, on_tline c a b ? perp a h b c",
      "a b c = triangle; h = orthocenter a b c ? perp a h b c",
    ] {
      let problem = try ProblemParser.parse(line: other, name: "other")
      #expect(!ProofChecker.check(text, of: problem).isAccepted)
    }
    let spelled =
      "a b c = triangle; h = on_tline b a c, on_tline c a b ? perp c b h a; cong a b a c"
    let problem = try ProblemParser.parse(line: spelled, name: "same")
    #expect(ProofChecker.check(text, of: problem).isAccepted)
  }

  /// The largest proofs: every point allowed, thousands of steps that each merge lines and circles.
  @Test(.timeLimit(.minutes(4))) func `and no honest size stops it`() throws {
    let count = 120
    var text = "retort geometry proof 1\nproblem many\ngiven o p0 = segment o p0\n"
    for i in 1..<count { text += "given p\(i) = on_circle p\(i) o p0\n" }
    text += "goal lequation"
    for i in 1..<31 { text += " 1 o p\(i)" }
    text += " -30 o p0 0\nproof\n"
    var steps = (1..<count).map { "cong o p\($0) o p0 : given" }
    // Chains of equal radii, each of which the next one uses.
    var last = 1
    while steps.count < 5_000 {
      let i = 1 + steps.count % (count - 1)
      let j = 1 + (i + steps.count / (count - 1)) % (count - 1)
      steps.append(
        "l2equation \(steps.count) o p\(i) 1 o p\(j) -\(steps.count + 1) o p0 0 : squares")
      let number = steps.count
      let terms = " \(number - 1)[\(i)] 1[\(j)]"
      steps[number - 1] += terms
      last = number
    }
    #expect(last == 5_000)
    for (index, step) in steps.enumerated() { text += "\(index + 1). \(step)\n" }
    guard case .rejected(_, let step, let reason) = ProofChecker.check(text) else {
      Issue.record("accepted without its goal")
      return
    }
    #expect(step == 5_000 && reason == "the last step is not the goal", "\(reason)")
  }

  /// Bytes that are no proof end in a line and a reason, within the time a reader would wait.
  @Test func `and no bytes crash it`() {
    let good = ProofFixtures.named("halves-of-equal-sides")
    let bytes = Array(good.utf8)
    // The name of the problem is free; nothing else is.
    func claims(_ text: String) -> [Substring] {
      text.split(separator: "\n", omittingEmptySubsequences: false).filter {
        !$0.hasPrefix("problem ")
      }
    }
    for index in stride(from: 0, to: bytes.count, by: 3) {
      for byte in [UInt8(0), 9, 13, 32, 48, 57, 97, 122, 255, 91, 58] where bytes[index] != byte {
        var copy = bytes
        copy[index] = byte
        let text = String(decoding: copy, as: UTF8.self)
        if ProofChecker.check(text).isAccepted { #expect(claims(text) == claims(good), "\(text)") }
      }
      _ = ProofChecker.check(String(decoding: bytes[..<index], as: UTF8.self))
    }
    let many = "retort geometry proof 1\nproblem p\n"
    for part in ["given a b = segment a b\n", "1. ", "goal ", "a", "\n", "given a = free a\n"] {
      let text = many + String(repeating: part, count: 1_000_000 / part.utf8.count)
      #expect(!ProofChecker.check(text).isAccepted)
    }
    #expect(!ProofChecker.check(String(repeating: "x", count: 5_000_000)).isAccepted)
    #expect(!ProofChecker.check("").isAccepted)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
