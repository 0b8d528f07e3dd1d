import Testing
import Verifiers

struct `The rewriting verifier` {
  let family = "rewriting"
  static let problem = "1:ba>ab 2:aa>e 3:bbb>b; babab"
  static let lines = [
    "1 at 1: abbab", "1 at 3: ababb", "1 at 2: aabbb", "3 at 3: aab", "2 at 1: b", "Answer: b",
  ]

  @Test(arguments: [
    (problem, lines),
    (problem, ["1 at 3: baabb", "2 at 2: bbb", "3 at 1: b", "Answer: b"]),
    ("1:aa>e; aaaa", ["1 at 2: aa", "1 at 1: e", "Answer: e"]), ("1:aa>e; ab", ["Answer: ab"]),
    ("1:ab>c 2:abc>e; abd", ["1 at 1: cd", "Answer: cd"]),
  ])
  func `accepts any right trace`(problem: String, lines: [String]) throws {
    // The last system is not confluent, for abc ends as cc or e.
    let isConfluent = !problem.contains("abc")
    let text = lines.joined(separator: "\n")
    #expect(try rejectedStep(family, problem, text) == (isConfluent ? nil : 0))
  }

  @Test(arguments: [
    (1, "1 at 2: abbab"), (1, "2 at 1: abbab"), (1, "1 at 1: abbb"), (1, "1 at 1: babab"),
    (1, "1 at 0: abbab"), (1, "1 at 99: abbab"), (1, "4 at 1: abbab"), (1, "0 at 1: abbab"),
    (1, "1 at 01: abbab"), (1, "1 at 1: abbabe"), (1, "1 at 1: ab bab"), (1, "1 at 1 abbab"),
    (1, "1) at 1: abbab"), (1, "1 at 1: e"), (1, "1 at 1: ABBAB"), (1, "1 at 1:"),
    (4, "3 at 3: aabb"), (4, "3 at 4: aab"), (5, "Answer: aab"), (5, "2 at 1: e"), (6, "Answer: e"),
    (6, "Answer: bb"), (6, "3 at 1: b"),
  ])
  func `rejects a wrong line where it stands`(number: Int, line: String) throws {
    var lines = Self.lines
    lines[number - 1] = line
    #expect(try rejectedStep(family, Self.problem, lines.joined(separator: "\n")) == number)
  }

  @Test(arguments: [
    "", "1:ab>c", "1:ab>c;", "1:ab>c; abe", "2:ab>c; ab", "1:a>e; aa", "1:ab>ab; ab",
    "1:ab>cd; ab", "1:aa>aa; aa", "1:abcd>a; abcd", "1:ab>c 2:ab>d; ab", "1:ab>c 2:ba>d; aba",
    "1:ab>ba 2:ba>ab; ab", "1:ab>ba 2:bc>cb 3:ca>ac; abc", "1:ab>c; ab cd", "1:ab>c, ab",
    "1:ab>c; \(String(repeating: "a", count: 33))",
    "1:aa>e 2:bb>e 3:cc>e 4:dd>e 5:abab>e 6:aaa>a 7:bbb>b; ab",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: ab") == 0)
  }

  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granted(_ solution: String) -> Bool? {
      verifier.verify(
        problem: Array(Self.problem.utf8), solution: Array(solution.utf8), granting: 1)?.isAccepted
    }
    #expect(granted("1 at 1: bb\nAnswer: bb") == true)
    #expect(granted("3 at 99: dddd\nAnswer: dddd") == true)
    #expect(granted("1 at 0: bbbb\n3 at 2: bb\nAnswer: bb") == true)
    #expect(granted("1 at 0: bbbb\nAnswer: b") == false)
    #expect(granted("1 at 1: abbab\n1 at 3: ababb") == false)
  }

  /// The most steps that rules can take: 16 letters past 16 others.
  @Test func `ends long words in time`() throws {
    let word = String(repeating: "b", count: 16) + String(repeating: "a", count: 16)
    let verifier = try #require(Verifiers.named(family))
    var verdict: AnswerVerdict?
    let time = ContinuousClock().measure {
      verdict = verifier.judgeAnswer(
        problem: Array("1:ba>ab; \(word)".utf8),
        text: Array("Answer: \(String(word.reversed()))".utf8))
    }
    #expect(verdict == .right(answer: String(word.reversed())))
    #expect(time < .milliseconds(100))
  }
}
