import Testing
import Verifiers

struct `The expression verifier` {
  let family = "expression"

  @Test(arguments: [
    ("20-(3+4)*2", "20-7*2\n20-14\n6\nAnswer: 6", "6"),
    ("2*3+4*5", "6+4*5\n6+20\n26\nAnswer: 26", "26"),
    ("2*3+4*5", "2*3+20\n6+20\n26\nAnswer: 26", "26"),
    ("3-5+4", "(-2)+4\n2\nAnswer: 2", "2"), ("3-5", "-2\nAnswer: -2", "-2"),
    (" 2 ^ 3 * (4-6)\n", " 8*(4 - 6)\n8*( - 2 )\n- 16\nAnswer:-16\n", "-16"),
    ("(-2)^9", "-512\nAnswer: -512", "-512"), ("0/7", "0\nAnswer: 0", "0"),
    ("999999998+1", "999999999\nAnswer: 999999999", "999999999"),
  ])
  func `accepts every right order`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s) == .accepted(answer: answer))
  }

  @Test(arguments: [
    ("20-17*2\n20-14\n6\nAnswer: 6", 1), ("20-8*2\n20-16\n4\nAnswer: 4", 1),
    ("20-(7)*2\n20-14\n6\nAnswer: 6", 1), ("20-(3+4)*2\n20-7*2\n20-14\n6\nAnswer: 6", 1),
    ("20-14\n6\nAnswer: 6", 1), ("17+4*2\n17+8\n25\nAnswer: 25", 1),
    ("20-(3+8)\n20-11\n9\nAnswer: 9", 1), ("20-7*2\n13*2\n26\nAnswer: 26", 2),
    ("20-7*2\n20-15\n5\nAnswer: 5", 2), ("20-7*2\n20+14\n34\nAnswer: 34", 2),
    ("20-7*2\n20-2*7\n20-14\n6\nAnswer: 6", 2), ("20-7*2\n21-14\n7\nAnswer: 7", 2),
    ("20-7*2\n20-14\n(6)\nAnswer: 6", 3), ("20-7*2\n20-14\n6\nAnswer: 06", 4),
    ("20-7*2\n20-14\n-6\nAnswer: -6", 3), ("20-7*2\n20-14\nAnswer: 6", 3),
    ("20-7*2\n20-14\n6\n6\nAnswer: 6", 4), ("20-7*2\n20-14\n6", 4), ("", 1),
    ("20-7*2\n20-14=6\n6\nAnswer: 6", 2), ("20-7x2\n20-14\n6\nAnswer: 6", 1),
    ("20-7*2\n20\u{2212}14\n6\nAnswer: 6", 2), ("20-7*2\n20-14\n6\nAnswer: 6\n\n", 5),
    ("20-7*2\n20-1 4\n6\nAnswer: 6", 2),
  ])
  func `names the first bad line`(solution: String, step: Int) throws {
    #expect(try rejectedStep(family, "20-(3+4)*2", solution) == step)
  }

  @Test(arguments: [
    "", "5", "-5", "(5)", "5+", "+5", "5++6", "(5+6)", "(5+6)+7", "(5*6)+7", "5+(6*7)", "((5+6))*2",
    "5+6)", "(5+6*2", "5-7/2", "5/0", "5/(3-3)", "2^1", "2^10", "2^3^2", "2^(3)", "2^(1+1)", "-5+6",
    "5+-6", "(-0)+5", "05+6", "5+6\n\n", "999999999+1", "99999^2", "1000000000+1", "5x", "5%6",
    "3*(2^3)", "5 6", "5**6", "(-5)", "((-5))+1", "2^ -3",
    Array(repeating: "1", count: 65).joined(separator: "+"),
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  @Test func `reads 64 numbers and 62 parentheses within each other`() throws {
    let sum = Array(repeating: "1", count: 64).joined(separator: "+")
    #expect(try rejectedStep(family, sum, "Answer: 64") == 1)
    var nested = "1-1"
    for _ in 0..<62 { nested = "1-(\(nested))" }
    #expect(try rejectedStep(family, nested, "Answer: 0") == 1)
    #expect(try rejectedStep(family, "1-(\(nested))", "Answer: 0") == 0)
  }

  @Test(arguments: [
    ("2+3*4", "14"), ("(2-5)^3", "-27"), ("7*(-8)", "-56"), ("999999999-999999999", "0"),
  ])
  func `knows the value of other problems`(problem: String, answer: String) throws {
    let verifier = try #require(Verifiers.named(family))
    func judge(_ text: String) -> AnswerVerdict? {
      verifier.judgeAnswer(problem: Array(problem.utf8), text: Array("Answer: \(text)".utf8))
    }
    #expect(judge(answer) == .right(answer: answer))
    for other in ["-0", "0\(answer)", "\(answer).0", "1000000000000", "--3"] {
      guard case .wrong = judge(other) else {
        Issue.record("\(other): \(String(describing: judge(other)))")
        continue
      }
    }
  }

  /// What follows a granted line follows from it; where nothing can, nothing is accepted or traps.
  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granting(_ line: Int, _ problem: String, _ text: String) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(text.utf8), granting: line)?.isAccepted
    }
    #expect(granting(1, "2+3*4", "5*4\n20\nAnswer: 20") == true)
    #expect(granting(1, "2+3*4", "2+12\n14\nAnswer: 14") == false)
    #expect(granting(2, "2+3*4", "5*4\n20\nAnswer: 20") == false)
    #expect(granting(1, "12/(2+1)", "12/0\n0\nAnswer: 0") == false)
    #expect(granting(1, "12/(2+1)", "12/5\n2\nAnswer: 2") == false)
    #expect(granting(1, "2+3", "999999999*999999999\n1\nAnswer: 1") == false)
    #expect(granting(1, "2+3", "999999999^9\n1\nAnswer: 1") == false)
    #expect(granting(1, "2+3", "6\nAnswer: 6") == true)
  }
}
