import Testing
import Verifiers

struct `The fraction verifier` {
  let family = "fraction"
  let problem = "1 1/2-5/6"
  static let right = [
    "1 1/2=3/2", "6=3*2+0", "2*6/2=6", "3/2=9/6", "9/6-5/6=4/6", "6=1*4+2", "4=2*2+0", "4/6=2/3",
    "Answer: 2/3",
  ]

  @Test(arguments: [
    ("1 1/2-5/6", right.joined(separator: "\n"), "2/3"),
    (
      "3/4-1/6",
      "6=1*4+2\n4=2*2+0\n4*6/2=12\n1/6=2/12\n3/4=9/12\n9/12-2/12=7/12\n12=1*7+5\n7=1*5+2\n"
        + "5=2*2+1\n2=2*1+0\nAnswer: 7/12", "7/12"
    ),
    ("1/3-1/3", "1/3-1/3=0/3\n0/3=0\nAnswer: 0", "0"),
    ("1/4-3/4", "1/4 - 3/4 = -2/4\n4=2*2+0\n- 2/4=-1 / 2\nAnswer: -1/2\n", "-1/2"),
    ("1/2:1/2:1/3", "1/2:1/2=1/2*2\n1/2*2=2/2\n2=1*2+0\n2/2=1\n1:1/3=1*3\n1*3=3\nAnswer: 3", "3"),
    ("order 3/5 , 2/5", "2/5<3/5\nAnswer: 2/5<3/5", "2/5<3/5"),
    (
      "order 1/2, 2/3, 1/3",
      "3=1*2+1\n2=2*1+0\n2*3/1=6\n1/3=2/6\n1/2=3/6\n2/3=4/6\n2/6<3/6<4/6\nAnswer: 1/3<1/2<2/3",
      "1/3<1/2<2/3"
    ),
    ("1 1/2*1 1/2", "1 1/2=3/2\n1 1/2=3/2\n3/2*3/2=9/4\n9=2*4+1\n4=4*1+0\nAnswer: 9/4", "9/4"),
  ])
  func `accepts right traces`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s) == .accepted(answer: answer))
  }

  @Test(arguments: [
    (1, "1 1/2=2/2"), (1, "1 1/2=6/4"), (1, "1 1/2=03/2"), (1, "11/2=3/2"), (1, "6=3*2+0"),
    (1, "5/6=5/6"), (2, "2=0*6+2"), (2, "6=2*2+2"), (2, "6=3*2"), (2, "2*6/2=6"),
    (3, "2*6/1=12"), (3, "6*2/2=6"), (3, "2*6/2=12"), (3, "2*6=12"), (4, "3/2=3/6"),
    (4, "3/2=6/4"), (4, "5/6=5/6"), (4, "9/6=3/2"), (5, "9/6+5/6=14/6"), (5, "9/6-5/6=4/0"),
    (5, "9/6-5/6=4/12"), (5, "5/6-9/6=-4/6"), (5, "9/6-5/6=2/3"), (6, "4=0*6+4"), (6, "4/6=2/3"),
    (8, "4/6=1/3"), (8, "4/6=2/6"), (8, "4/6=2/3."), (8, "Answer: 4/6"), (9, "Answer: 4/6"),
    (9, "Answer: 2"), (9, "Answer: 2/3/1"), (7, ""), (7, "4=2*2+0\t"),
    (7, "4=2*2+99999999999999999999999999999999999999999"), (1, "1) 1 1/2=3/2"),
  ])
  func `names the line with one rule broken`(step: Int, line: String) throws {
    var lines = Self.right
    lines[step - 1] = line
    #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == step)
  }

  @Test(arguments: [
    "", "1/2", "1/2+", "+1/2", "1/2+1/2*1/2", "1/2+3", "3+1/2", "1/1+1/2", "0/2+1/2", "1/2+1/0",
    "1 3/2+1/2", "0 1/2+1/2", "01/2+1/2", "1/2+1/2+1/2+1/2+1/2+1/2+1/2", "100/3+1/2",
    "order 1/2, 2/4", "order 1/2", "1/2, 1/3", "1/2/3+1/2", "1 2 1/2+1/3", "-1/2+1/3",
    "order 1/2, 1/3,", "order 1/2+1/3", "1/2-1/3\n\n", "1/2<1/3", "order1/2, 1/3",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  @Test(arguments: [
    ("99 98/99*99 98/99*99 98/99*99 98/99*99 98/99*99 98/99", nil), ("1/2-2/3", "-1/6"),
    ("1/2*2/3:1/3", "1"), ("order 2/3, 1/2", "1/2<2/3"), ("order 1 1/2, 4/3", "4/3<3/2"),
    ("97/98+96/97+95/96+94/95+93/94+92/93", nil), ("1/2-1/2", "0"),
  ])
  func `knows the answer of other problems`(problem: String, answer: String?) throws {
    let verifier = try #require(Verifiers.named(family))
    func judge(_ text: String) -> AnswerVerdict? {
      verifier.judgeAnswer(problem: Array(problem.utf8), text: Array("Answer: \(text)".utf8))
    }
    // The greatest problems must not trap, whatever is said of them.
    guard case .wrong = judge("7/0") else {
      Issue.record("\(String(describing: judge("7/0")))")
      return
    }
    if let answer { #expect(judge(answer) == .right(answer: answer)) }
  }

  /// What follows a granted line follows from it; where nothing can, nothing is accepted or traps.
  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granting(_ line: Int, _ problem: String, _ lines: [String]) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(lines.joined(separator: "\n").utf8),
        granting: line)?.isAccepted
    }
    let third = ["1/3+1/3=2/6", "6=3*2+0", "2/6=1/3", "Answer: 1/3"]
    #expect(granting(1, "1/3+1/3", third) == true)
    #expect(granting(2, "1/3+1/3", third) == false)
    let great = String(repeating: "9", count: 30)
    for line in [
      "6=0*0+0", "6=3*0+\(great)", "6=0*\(great)+0", "6=3*\(great)+\(great)",
    ] {
      var lines = Self.right
      lines[1] = line
      #expect(granting(2, problem, lines) == false)
    }
    for line in ["2*6/2=0", "2*6/2=\(great)", "0*0/0=7", "2*6/2=1"] {
      var lines = Self.right
      lines[2] = line
      #expect(granting(3, problem, lines) == false)
    }
    for value in ["\(great)/\(great)", "-\(great)", "0", "0/7"] {
      var lines = Self.right
      lines[0] = "1 1/2=\(value)"
      #expect(granting(1, problem, lines) == false)
      for problem in ["1 1/2:1 1/2", "order 1 1/2, 1/3", "1/2:1 1/2", "1 1/2*1/2"] {
        #expect(granting(1, problem, ["1 1/2=\(value)", "1=1*1+0", "Answer: 1"]) == false)
      }
    }
    let order = ["3/5<2/5", "Answer: 3/5<2/5"]
    #expect(granting(1, "order 3/5, 2/5", order) == true)
    #expect(granting(1, "order 3/5, 2/5", ["3/5<3/5", "Answer: 3/5<3/5"]) == false)
    #expect(granting(1, "order 3/5, 2/5", ["3/5", "Answer: 3/5"]) == false)
  }
}
