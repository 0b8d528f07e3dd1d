import Testing
import Verifiers

struct `The derivative verifier` {
  let family = "derivative"

  @Test(arguments: [
    ("derive x", ["1"], "1"), ("derive 7", ["0"], "0"),
    ("derive x^3", ["3*x^2"], "3*x^2"), ("derive x^2", ["2*x"], "2*x"),
    ("derive 5*x^3", ["5*D(x^3)", "5*(3*x^2)", "15*x^2"], "15*x^2"),
    ("derive x+4", ["D(x)+D(4)", "1+D(4)", "1+0", "1"], "1"),
    ("derive x+4", ["D(x)+D(4)", "D(x)+0", "D(x)", "1"], "1"),
    ("derive cos(x)", ["-1*sin(x)"], "-1*sin(x)"),
    (
      "derive sin(2*x)", ["cos(2*x)*D(2*x)", "cos(2*x)*(2*D(x))", "cos(2*x)*(2*1)", "cos(2*x)*2"],
      "cos(2*x)*2"
    ),
    (
      "derive x/ln(x)",
      [
        "(D(x)*ln(x)-x*D(ln(x)))/ln(x)^2", "(D(x)*ln(x)-x*(1/x))/ln(x)^2",
        "(1*ln(x)-x*(1/x))/ln(x)^2", "(ln(x)-x*(1/x))/ln(x)^2",
      ], "(ln(x)-x*(1/x))/ln(x)^2"
    ),
    ("derive exp(x)^2", ["2*(exp(x)*D(exp(x)))", "2*(exp(x)*exp(x))"], "2*(exp(x)*exp(x))"),
    (
      "integrate 6*x^2+cos(x)",
      [
        "guess 2*x^3+sin(x)", "D(2*x^3)+D(sin(x))", "D(2*x^3)+cos(x)", "2*D(x^3)+cos(x)",
        "2*(3*x^2)+cos(x)", "6*x^2+cos(x)",
      ], "2*x^3+sin(x)"
    ),
    (
      "integrate sin(x)",
      ["guess -1*cos(x)", "-1*D(cos(x))", "-1*(-1*sin(x))", "1*sin(x)", "sin(x)"],
      "-1*cos(x)"
    ),
  ])
  func `takes one rule at one place a line`(p: String, lines: [String], answer: String) throws {
    let solution = (lines + ["Answer: \(answer)"]).joined(separator: "\n")
    #expect(try verdict(family, p, solution) == .accepted(answer: answer))
  }

  @Test(arguments: [
    ("derive x^3", "3*x^3\nAnswer: 3*x^3", 1), ("derive x^3", "(3*x^2)\nAnswer: 3*x^2", 1),
    ("derive x^3", "3*x^2\nAnswer: 3*x*x", 2), ("derive x*sin(x)", "D(x)*D(sin(x))\nAnswer: 1", 1),
    ("derive x+4", "1+0\nAnswer: 1", 1), ("derive x+4", "D(x)+D(4)\n1+0\nAnswer: 1", 2),
    ("derive x+4", "D(x)+D(4)\n1+D(4)\n1+0\nAnswer: 1+0", 4), ("derive x", "D(x)\nAnswer: 1", 1),
    ("integrate 2*x", "guess x^3\nAnswer: x^3", 1), ("integrate 2*x", "D(x^2)\nAnswer: x^2", 1),
    ("derive x^3", "3*x^2+\nAnswer: 3*x^2", 1), ("derive x", "", 1),
    ("derive x", String(repeating: "(", count: 5000), 1),
  ])
  func `names the first bad line`(p: String, solution: String, step: Int) throws {
    #expect(try rejectedStep(family, p, solution) == step)
  }

  @Test(arguments: [
    "", "derive", "derive D(x)", "derive (x)", "derive 2*3", "derive 2*(3*x)", "derive x+0",
    "derive 1*x", "derive x^1", "derive x^100", "derive y", "derive x x", "derive tan(x)",
    "derive 1000", "integrate x^2", "integrate ln(x)", "integrate x*sin(x)", "derive x+-0",
    "derive " + Array(repeating: "x", count: 40).joined(separator: "+"),
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "1\nAnswer: 1") == 0)
  }

  /// Another writing of the same function is the same answer.
  @Test(arguments: [
    ("derive 5*x^3", "15*x^2", true), ("derive 5*x^3", "x*15*x", true),
    ("derive 5*x^3", "15*x^3", false), ("derive sin(x)^2+cos(x)^2", "0", true),
    ("derive x/x^2", "-1/x^2", true), ("derive x/x^2", "1/x^2", false),
    ("integrate 2*x", "x^2+7", true), ("integrate 2*x", "x^3", false), ("derive x", "1/0", false),
  ])
  func `judges an answer by its values`(p: String, answer: String, isRight: Bool) throws {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(p.utf8), text: Array("Answer: \(answer)".utf8))
    if case .right = verdict { #expect(isRight) } else { #expect(!isRight) }
  }

  /// A granted number may be as large as its 18 digits.
  @Test func `never traps where a granted number is multiplied`() throws {
    let verifier = try #require(Verifiers.named(family))
    let solution = "999999999999999999*(999999999999999999*x)\nAnswer: 1"
    let verdict = verifier.verify(
      problem: Array("derive x^3".utf8), solution: Array(solution.utf8), granting: 1)
    #expect(verdict?.isAccepted == false)
  }
}
