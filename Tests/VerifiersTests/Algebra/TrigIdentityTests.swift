import Testing
import Verifiers

struct `The trig-identity verifier` {
  let family = "trig-identity"

  @Test(arguments: [
    (
      "2*cos(x)^2 = 2-2*sin(x)^2",
      ["2*(1-sin(x)^2) = 2-2*sin(x)^2", "2-2*sin(x)^2 = 2-2*sin(x)^2"], "2-2*sin(x)^2"
    ),
    // Another way than the family writes: back and forth, other forms of cos(2*x), factoring.
    (
      "cos(2*x) = 1-2*sin(x)^2",
      [
        "cos(x)^2-sin(x)^2 = 1-2*sin(x)^2",
        "1-sin(x)^2-sin(x)^2 = 1-2*sin(x)^2", "1-2*sin(x)^2 = 1-2*sin(x)^2",
      ], "1-2*sin(x)^2"
    ),
    ("cos(2*x) = 1-2*sin(x)^2", ["1-2*sin(x)^2 = 1-2*sin(x)^2"], "1-2*sin(x)^2"),
    (
      "sin(2*x) = 2*sin(x)*cos(x)",
      ["2*(sin(x)*cos(x)) = 2*sin(x)*cos(x)", "2*sin(x)*cos(x) = 2*sin(x)*cos(x)"],
      "2*sin(x)*cos(x)"
    ),
    ("sin(x)^2+cos(x)^2 = 1", ["1 = 1"], "1"), ("1 = 1", [], "1"), ("1 = 2", [], "different"),
    (
      "cos(x)^3 = cos(x)", ["cos(x)*(1-sin(x)^2) = cos(x)", "cos(x)-sin(x)^2*cos(x) = cos(x)"],
      "different"
    ),
  ])
  func `takes any chain of licensed steps`(p: String, lines: [String], answer: String) throws {
    let solution = (lines + ["Answer: \(answer)"]).joined(separator: "\n")
    #expect(try verdict(family, p, solution) == .accepted(answer: answer))
  }

  @Test(arguments: [
    ("2*cos(x)^2 = 2-2*sin(x)^2", "2*(1+sin(x)^2) = 2-2*sin(x)^2", 1),
    ("2*cos(x)^2 = 2-2*sin(x)^2", "2-2*sin(x)^2 = 2-2*sin(x)^2\nAnswer: 2", 1),
    ("2*cos(x)^2 = 2-2*sin(x)^2", "2*cos(x)^2 = 2-2*sin(x)^2", 1),
    ("2*cos(x)^2 = 2-2*sin(x)^2", "2*(1-sin(x)^2) = 2*cos(x)^2", 1),
    ("2*cos(x)^2 = 2-2*sin(x)^2", "1 = 1\nAnswer: 1", 1),
    ("cos(x)^3 = cos(x)", "cos(x)^2 = 1\nAnswer: 1", 1),
    ("sin(2*x) = 2*sin(x)*cos(x)", "2*(sin(x)*cos(x)) = 2*sin(x)*cos(x)\nAnswer: 1", 2),
    ("1 = 1", "Answer: 2", 1), ("1 = 2", "Answer: 1", 1), ("1 = 1", "1 = 1\nAnswer: 1", 1),
    ("cos(x)^2 = 1", "999999999999999^48*sin(x) = 1", 1),
    ("cos(x)^2 = 1", "(sin(x)+cos(x)+sin(2*x)+cos(2*x)+sin(3*x)+cos(3*x))^48 = 1", 1),
    ("cos(x)^2 = 1", "", 1),
  ])
  func `names the first bad line`(p: String, solution: String, step: Int) throws {
    #expect(try rejectedStep(family, p, solution) == step)
  }

  @Test(arguments: [
    "", "=", "1", "1 = ", "x = x", "sin(x) = y", "sin(4*x) = 1", "sin(x*2) = 1", "sin(x)/2 = 1",
    "exp(x) = 1", "sin(sin(x)) = 1", "sin(x)^1 = 1", "sin(x)^49 = 1", "(1) = 1", "sin(2x) = 1",
    "1 = 1 = 1", "sin x = 1", "x^2 = 1", "2*x = 1", "sin(x)+x = 1", "10000 = 1", "sin(2) = 1",
    "sin(x+x) = 1",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  @Test(arguments: [
    ("cos(2*x) = 1-2*sin(x)^2", "1-2*sin(x)^2", true),
    ("cos(2*x) = 1-2*sin(x)^2", "cos(2*x)", false),
    ("cos(2*x) = 1-2*sin(x)^2", "1", false), ("cos(2*x) = 1-2*sin(x)^2", "different", false),
    ("cos(2*x) = 1", "different", true), ("cos(2*x) = 1", "1", false),
    ("cos(3*x)^2+sin(3*x)^2 = 1", "1", true),
  ])
  func `judges an answer by values`(p: String, answer: String, isRight: Bool) throws {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(p.utf8), text: Array("Answer: \(answer)".utf8))
    #expect((verdict == .right(answer: answer)) == isRight)
  }

  /// Steps may be undone and done again without end: work, not only length, is bounded.
  @Test func `a megabyte of steps back and forth is judged in time`() throws {
    let verifier = try #require(Verifiers.named(family))
    let turn = "1-sin(x)^2 = cos(x)^2\ncos(x)^2 = cos(x)^2\n"
    let solution = Array(String(repeating: turn, count: 24_000).utf8)
    let time = ContinuousClock().measure {
      let verdict = verifier.verify(
        problem: Array("cos(x)^2 = cos(x)^2".utf8), solution: solution)
      #expect(!verdict.isAccepted)
    }
    #expect(time < .milliseconds(500))
  }
}
