import Testing
import Verifiers

struct `The automaton verifier` {
  let family = "automaton"
  static let run = "run abba from 1: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 2 3"
  static let runLines = ["a: 1 2", "b: 3", "b: 1 3", "a: 1 2", "accept: 2", "Answer: 1 2 yes"]
  static let minimal =
    "minimal: 1a>2, 1b>1, 2a>3, 2b>1, 3a>4, 3b>4, 4a>4, 4b>4, 5a>3, 5b>1; accept 4"
  static let blockLines = [
    "1 2 3 5 | 4", "a on 1 2 3 5: 1 2 5 | 3 | 4", "a on 1 2 5: 1 | 2 5 | 3 | 4",
    "Answer: 1 | 2 5 | 3 | 4",
  ]

  @Test(arguments: [
    (run, runLines), (minimal, blockLines),
    (
      minimal,
      ["1 2 3 5|4", "b on 1 2 3 5: 1 2 5|3|4", "a on 1 2 5: 1|2 5|3|4", "Answer: 1|2 5|3|4"]
    ),
    (
      "run ab from 1: 1e>2, 2a>3, 3e>1, 3b>3; accept 2",
      ["e: 1 2", "a: 3", "e: 1 2 3", "b: 3", "e: 1 2 3", "accept: 2", "Answer: 1 2 3 yes"]
    ),
    // Nothing is left, and a letter that no move has.
    (
      "run bd from 3: 1a>1, 3b>2; accept 1",
      ["b: 2", "d: none", "accept: none", "Answer: none no"]
    ),
    ("run a from 1: 1e>1, 1a>2; accept 2", ["e: 1", "a: 2", "e: 2", "accept: 2", "Answer: 2 yes"]),
    // One split parts a block into more than two.
    (
      "minimal: 1a>4, 2a>5, 3a>1, 4a>4, 5a>4; accept 4 5",
      [
        "1 2 3 | 4 5", "a on 1 2 3: 1 2 | 3 | 4 5", "Answer: 1 2 | 3 | 4 5",
      ]
    ),
    (
      "minimal: 1a>4, 1b>4, 2a>5, 2b>4, 3a>1, 3b>1, 4a>4, 4b>1, 5a>4, 5b>4; accept 4 5",
      [
        "1 2 3 | 4 5", "b on 4 5: 1 2 3 | 4 | 5", "a on 1 2 3: 1 | 2 | 3 | 4 | 5",
        "Answer: 1 | 2 | 3 | 4 | 5",
      ]
    ),
    ("minimal: 1c>1, 2c>2; accept 2", ["1 | 2", "Answer: 1 | 2"]),
  ])
  func `accepts every right trace`(problem: String, lines: [String]) throws {
    let answer = lines[lines.count - 1].dropFirst("Answer: ".count)
    #expect(
      try verdict(family, problem, lines.joined(separator: "\n"))
        == .accepted(answer: String(answer.replacing(" | ", with: "|").replacing("|", with: " | ")))
    )
  }

  @Test(arguments: [
    (1, "a: 1"), (1, "a: 2"), (1, "a: 2 1"), (1, "a: 1 2 3"), (1, "a: none"), (1, "b: 1 2"),
    (1, "a 1 2"), (1, "a: 12"), (1, "a: 1, 2"), (1, "a: 1 1"), (1, "a: 0 1 2"), (1, "a: 01 2"),
    (1, "a: 1 2 17"), (1, "e: 1 2"), (1, "accept: 1 2"), (1, "A: 1 2"), (1, "a: {1 2}"), (1, "a:"),
    (2, "b: 1 3"), (2, "b: none"), (2, "a: 1 2"), (3, "b: 3"), (4, "a: 2"), (5, "accept: 1 2"),
    (5, "accept: none"), (5, "accept: 2 3"), (5, "accept: yes"), (5, "Answer: 1 2 yes"),
    (6, "Answer: 1 2 no"), (6, "Answer: 2 yes"), (6, "Answer: yes"), (6, "Answer: 1 2"),
    (6, "a: 1 2"), (6, "Answer: 1 2: yes"), (6, "Answer: none no"),
  ])
  func `rejects a wrong line of a run where it stands`(number: Int, line: String) throws {
    var lines = Self.runLines
    lines[number - 1] = line
    #expect(try rejectedStep(family, Self.run, lines.joined(separator: "\n")) == number)
  }

  @Test(arguments: [
    (1, "4 | 1 2 3 5"), (1, "1 2 3 | 4 5"), (1, "1 2 3 4 5"), (1, "1 2 3 5 | 4 | 4"),
    (1, "1 2 3 | 4"), (1, "1 2 3 5 | 4 |"), (1, "1 2 3 5 4"), (1, "none | 1 2 3 4 5"),
    (1, "a on 1 2 3 5: 1 2 3 5 | 4"), (1, "1 2 3 5 | 4 6"),
    (2, "b on 1 2 3 5: 1 2 | 3 5 | 4"), (2, "c on 1 2 3 5: 1 2 5 | 3 | 4"),
    (2, "a on 4: 1 2 5 | 3 | 4"), (2, "a on 1 2 3 5: 1 2 3 5 | 4"),
    (2, "a on 1 2 3 5: 1 | 2 5 | 3 | 4"), (2, "a on 1 2 5: 1 | 2 5 | 3 | 4"),
    (2, "a on 1 2 3 5: 1 2 5 | 4 | 3"), (2, "a on 1 2 3 5 1 2 5 | 3 | 4"), (2, "1 2 5 | 3 | 4"),
    (2, "Answer: 1 2 3 5 | 4"), (2, "e on 1 2 3 5: 1 2 5 | 3 | 4"),
    (3, "a on 1 2 5: 1 2 | 3 | 4 | 5"), (3, "b on 1 2 5: 1 | 2 5 | 3 | 4"),
    (3, "a on 1 2 5: 1 | 2 | 3 | 4 | 5"), (3, "Answer: 1 2 5 | 3 | 4"),
    (4, "Answer: 1 | 2 | 3 | 4 | 5"), (4, "a on 2 5: 1 | 2 | 3 | 4 | 5"), (4, "Answer: 1 | 2 5"),
  ])
  func `rejects a wrong line of splits where it stands`(number: Int, line: String) throws {
    var lines = Self.blockLines
    lines[number - 1] = line
    #expect(try rejectedStep(family, Self.minimal, lines.joined(separator: "\n")) == number)
  }

  @Test(arguments: [
    "", "run", "run a", "run a from 1", "run a from 1:; accept 1", "run a from 1: 1a>1",
    "run a from 1: 1a>1; accept", "run a from 0: 1a>1; accept 1", "run a from 17: 1a>1; accept 1",
    "run e from 1: 1a>1; accept 1", "run 1 from 1: 1a>1; accept 1", "run from 1: 1a>1; accept 1",
    "run a from 1: 1a>1, 1a>2; accept 1", "run a from 1: 1a>2 1; accept 1",
    "run a from 1: 1a>1 1; accept 1", "run a from 1: 1 a>1; accept 1",
    "run a from 1: 01a>1; accept 1", "run a from 1: 17a>1; accept 1",
    "run a from 1: 1f>1; accept 1", "run a from 1: a>1; accept 1", "run a from 1: 1>1; accept 1",
    "run a from 1: 1a>1,; accept 1", "run a from 1: 1a>1; accept 1; accept 1",
    "run a from 1: 1a>none; accept 1", "run a b from 1: 1a>1; accept 1",
    "run \(String(repeating: "a", count: 33)) from 1: 1a>1; accept 1",
    "minimal: 1a>1; accept 1", "minimal: 1a>2; accept 1", "minimal: 1a>2, 2a>1; accept 1 2",
    "minimal: 1a>1 2, 2a>1; accept 1", "minimal: 1e>2, 2e>1; accept 1",
    "minimal: 1a>2, 2a>1, 2b>1; accept 1", "minimal: 1a>2, 2a>1; accept 3",
    "run a from 1: 1a>3; accept 1", "run a from 2: 2a>2; accept 2", "run a from 1: 1a>1; accept 9",
    "minimal: 1c>1, 9c>9; accept 9",
    "minimal a from 1: 1a>2, 2a>1; accept 1", "minimal 1a>2, 2a>1; accept 1",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    for answer in ["Answer: 1 yes", "Answer: 1 | 2"] {
      #expect(try rejectedStep(family, problem, answer) == 0)
    }
  }

  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granted(_ problem: String, _ line: Int, _ lines: [String]) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(lines.joined(separator: "\n").utf8),
        granting: line)?.isAccepted
    }
    let rest = ["b: none", "b: none", "a: none", "accept: none", "Answer: none no"]
    #expect(granted(Self.run, 1, ["a: 1"] + rest) == true)
    // States that the automaton does not have lead nowhere, another letter takes the place.
    #expect(granted(Self.run, 1, ["d: 9 16"] + rest) == true)
    #expect(granted(Self.run, 1, ["a: 1"] + Self.runLines.dropFirst()) == false)
    #expect(granted(Self.run, 1, Self.runLines) == false)
    #expect(granted(Self.run, 1, ["a: 2 1"] + Self.runLines.dropFirst()) == false)
    let end = Array(Self.runLines.prefix(4))
    #expect(granted(Self.run, 5, end + ["accept: none", "Answer: 1 2 no"]) == true)
    #expect(granted(Self.run, 5, end + ["accept: none", "Answer: 1 2 yes"]) == false)
    #expect(granted(Self.run, 6, Self.runLines.dropLast() + ["Answer: 1 2 no"]) == false)
    // Blocks that were never apart come apart later; those that came apart too far stay so.
    #expect(granted(Self.minimal, 1, ["1 2 3 4 5", "Answer: 1 2 3 4 5"]) == true)
    #expect(
      granted(Self.minimal, 1, ["1 | 2 | 3 | 4 | 5", "Answer: 1 | 2 | 3 | 4 | 5"]) == true)
    #expect(granted(Self.minimal, 2, [Self.blockLines[0]] + Self.blockLines) == false)
    #expect(
      granted(
        Self.minimal, 2,
        [Self.blockLines[0], "a on 4: 1 2 3 5 | 4"] + Self.blockLines.dropFirst()) == true)
    #expect(granted(Self.minimal, 1, ["1 2 3 5 | 6", "Answer: 1 2 3 5 | 6"]) == false)
  }

  @Test(arguments: [
    (run, "1 2 yes", true), (run, "1 2 no", false), (run, "2 yes", false), (run, "2 1 yes", false),
    (run, "1 2", false), (run, "yes", false), (run, "1 2 yes yes", false), (run, "none no", false),
    (run, "1|2", false), (minimal, "1 | 2 5 | 3 | 4", true), (minimal, "1|2 5|3|4", true),
    (minimal, "1 | 2 5 | 4 | 3", false), (minimal, "1 2 5 | 3 | 4", false),
    (minimal, "1 | 2 5 | 3 | 4 yes", false), (minimal, "none no", false),
  ])
  func `judges an answer alone`(problem: String, answer: String, isRight: Bool) throws {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(problem.utf8), text: Array("Answer: \(answer)".utf8))
    let right = problem == Self.run ? "1 2 yes" : "1 | 2 5 | 3 | 4"
    #expect((verdict == .right(answer: right)) == isRight)
  }

  /// The largest automaton, whose states come apart one by one.
  @Test func `makes a long chain minimal in time`() throws {
    let moves = (1...16).flatMap { state in
      ["\(state)a>\(min(state + 1, 16))"] + "bcd".map { "\(state)\($0)>\(state)" }
    }
    let problem = "minimal: \(moves.joined(separator: ", ")); accept 16"
    let verifier = try #require(Verifiers.named(family))
    let answer = (1...16).map(String.init).joined(separator: " | ")
    var lines = ["\((1...15).map(String.init).joined(separator: " ")) | 16"]
    for last in (2...15).reversed() {
      let blocks = (last...16).map(String.init).joined(separator: " | ")
      let rest = (1..<last).map(String.init).joined(separator: " ")
      lines.append("a on \(rest) \(last): \(rest) | \(blocks)")
    }
    lines.append("Answer: \(answer)")
    var verdicts: (Verdict?, AnswerVerdict?)
    let time = ContinuousClock().measure {
      verdicts.0 = verifier.verify(
        problem: Array(problem.utf8), solution: Array(lines.joined(separator: "\n").utf8))
      verdicts.1 = verifier.judgeAnswer(
        problem: Array(problem.utf8), text: Array("Answer: \(answer)".utf8))
    }
    #expect(verdicts.0 == .accepted(answer: answer))
    #expect(verdicts.1 == .right(answer: answer))
    #expect(time < .milliseconds(100))
  }
}
