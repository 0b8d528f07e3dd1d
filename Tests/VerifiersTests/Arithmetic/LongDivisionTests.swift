import Testing
import Verifiers

struct `The long-division verifier` {
  let family = "long-division"
  let problem = "947/26"
  static let right = [
    "take 94", "3*26=78 94-78=16 quotient 3", "bring 7: 167", "6*26=156 167-156=11 quotient 36",
    "Answer: 36r11",
  ]

  @Test(arguments: [
    ("947/26", right.joined(separator: "\n"), "36r11"),
    ("0/7", "take 0\n0*7=0 0-0=0 quotient 0\nAnswer: 0", "0"),
    ("3/7", "take 3\n0*7=0 3-0=3 quotient 0\nAnswer: 0r3", "0r3"),
    (
      " 7 / 4 to 1 places\n",
      "take 7\n1*4=4 7 - 4=3 quotient 1\nbring . 0:30\n7*4=28 30-28=2 quotient 17\nAnswer: 1 . 7",
      "1.7"
    ),
    (
      "1/999 to 2 places",
      "take 1\n0*999=0 1-0=1 quotient 0\nbring .0: 10\n0*999=0 10-0=10 quotient 0\n"
        + "bring .0: 100\n0*999=0 100-0=100 quotient 0\nAnswer: 0.00", "0.00"
    ),
    ("8/4 to 9 places", "take 8\n2*4=8 8-8=0 quotient 2\nAnswer: 2", "2"),
  ])
  func `accepts the one right trace`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s) == .accepted(answer: answer))
  }

  @Test(arguments: [
    (1, "take 9"), (1, "take 947"), (1, "take 094"), (1, "94"), (2, "2*26=52 94-52=42 quotient 2"),
    (2, "4*26=104 94-104=-10 quotient 4"), (2, "3*26=79 94-79=15 quotient 3"),
    (2, "3*26=78 94-78=26 quotient 3"), (2, "3*26=78 94-78=16 quotient 30"),
    (2, "3*26=78 94-78=16"), (2, "26*3=78 94-78=16 quotient 3"),
    (2, "3*26=78, 94-78=16, quotient 3"), (2, "3*26=7894-78=16 quotient 3"),
    (3, "bring 4: 164"), (3, "bring 7: 160"), (3, "bring .7: 167"), (3, "bring .0: 160"),
    (3, "bring 7: 23"), (3, "6*26=156 167-156=11 quotient 36"),
    (4, "6*26=156 167-156=11 quotient 6"), (4, "bring .0: 110"), (5, "Answer: 36"),
    (5, "Answer: 36 r 11"), (5, "Answer: 36r011"), (5, "Answer: 36R11"), (5, "Answer: 36.4"),
    (5, "Answer: 36r12"), (3, ""), (2, "3*26=78 94-78=16 quotient 3\r"),
    (1, "1) take 94"), (3, "bring 7: 99999999999999999999999999999999"),
  ])
  func `names the line with one rule broken`(step: Int, line: String) throws {
    var lines = Self.right
    lines[step - 1] = line
    #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == step)
  }

  @Test func `wants all places, none after nothing remains, and no more than asked for`() throws {
    let lines = [
      "take 7", "1*4=4 7-4=3 quotient 1", "bring .0: 30", "7*4=28 30-28=2 quotient 17",
      "bring .0: 20", "5*4=20 20-20=0 quotient 175",
    ]
    func step(_ problem: String, _ lines: [String]) throws -> Int? {
      try rejectedStep(family, problem, lines.joined(separator: "\n"))
    }
    #expect(try step("7/4 to 3 places", lines + ["Answer: 1.75"]) == nil)
    #expect(try step("7/4 to 3 places", lines + ["bring .0: 0"]) == 7)
    #expect(try step("7/4 to 3 places", lines + ["Answer: 1.750"]) == 7)
    #expect(try step("7/4 to 1 places", lines + ["Answer: 1.75"]) == 5)
    #expect(try step("7/4 to 3 places", lines[..<4] + ["Answer: 1.7"]) == 5)
    #expect(try step("7/4", lines + ["Answer: 1.75"]) == 3)
  }

  @Test(arguments: [
    "", "947", "947/", "/26", "0947/26", "947/0", "947/26/2", "-947/26", "947 26", "947/26\n\n",
    "123456789012345678/2", "1/1234567890", "1/2 to 0 places", "1/2 to 10 places", "1/2 to places",
    "1/2 to 3", "1/2 to 3 place", "1/2 3 places",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  @Test(arguments: [
    ("99999999999999999/1 to 9 places", "99999999999999999"), ("10/4", "2r2"),
    ("10/3 to 9 places", "3.333333333"), ("1/999999999 to 9 places", "0.000000001"),
    ("0/3 to 2 places", "0"), ("3/7", "0r3"),
  ])
  func `knows the answer of other problems`(problem: String, answer: String) throws {
    let verifier = try #require(Verifiers.named(family))
    let judged = verifier.judgeAnswer(
      problem: Array(problem.utf8), text: Array("Answer: \(answer)".utf8))
    #expect(judged == .right(answer: answer))
  }

  /// A granted line has the consequences that it states, however strange.
  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granting(_ line: Int, _ problem: String, _ lines: [String]) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(lines.joined(separator: "\n").utf8),
        granting: line)?.isAccepted
    }
    // Too small a digit leaves more than the divisor, and the next digit is ten or more.
    var lines = Self.right
    lines[1] = "2*26=52 94-52=42 quotient 2"
    lines[2] = "bring 7: 427"
    lines[3] = "16*26=416 427-416=11 quotient 36"
    #expect(granting(2, problem, lines) == true)
    lines[1] = "3*26=78 94-78=9999999999999999999999999999 quotient 3"
    lines[2] = "bring 7: 99999999999999999999999999997"
    #expect(granting(2, problem, lines) == false)
    lines = Self.right
    lines[1] = "3*26=78 94-78=16 quotient 9999999999999999999999999999"
    lines[3] = "6*26=156 167-156=11 quotient 99999999999999999999999999996"
    #expect(granting(2, problem, lines) == false)
    let front = "take 9999999999999999999999999999"
    let whole = "9999999999999999999999999999"
    #expect(
      granting(
        1, "3/1",
        [front, "\(whole)*1=\(whole) \(whole)-\(whole)=0 quotient \(whole)"]
          + ["Answer: \(whole)"]) == true)
  }
}
