import Testing
import Verifiers

struct `The linear-equation verifier` {
  let family = "linear-equation"
  let problem = "3x+5=2x-7"

  @Test(arguments: [
    ("3x+5=2x-7", "-12", ["subtract 2x: x+5=-7", "subtract 5: x=-12"]),
    ("3x+5=2x-7", "-12", ["subtract 5: 3x=2x-12", "subtract 2x: x=-12"]),
    ("-x=4", "-4", ["divide by -1: x=-4"]),
    ("0=2x-6", "3", ["subtract 2x: -2x=-6", "divide by -2: x=3"]),
    ("x=5", "5", []), ("x=0", "0", []), ("x=-5", "-5", []),
    ("5=x", "5", ["subtract x: -x+5=0", "subtract 5: -x=-5", "divide by -1: x=5"]),
    ("5=x", "5", ["subtract 5: 0=x-5", "subtract x: -x=-5", "divide by -1: x=5"]),
    ("5x+1=2x+3", "2/3", ["subtract 2x: 3x+1=3", "subtract 1: 3x=2", "divide by 3: x=2/3"]),
    ("2x-3=-4x", "1/2", ["add 3: 2x=-4x+3", "add 4x: 6x=3", "divide by 6: x=1/2"]),
    ("4x=-6", "-3/2", ["divide by 4: x=-3/2"]), ("-4x=-6", "3/2", ["divide by -4: x=3/2"]),
    ("2x=x", "0", ["subtract x: x=0"]), ("-x=x", "0", ["subtract x: -2x=0", "divide by -2: x=0"]),
    ("x+1=-x+1", "0", ["add x: 2x+1=1", "subtract 1: 2x=0", "divide by 2: x=0"]),
    ("0=x", "0", ["subtract x: -x=0", "divide by -1: x=0"]),
    (
      "999999999x+999999999=-999999999x-999999999", "-1",
      [
        "subtract 999999999: 999999999x=-999999999x-1999999998",
        "add 999999999x: 1999999998x=-1999999998", "divide by 1999999998: x=-1",
      ]
    ),
  ])
  func `accepts every valid trace`(p: String, answer: String, steps: [String]) throws {
    let solution = (steps + ["Answer: \(answer)"]).joined(separator: "\n")
    #expect(try verdict(family, p, solution) == .accepted(answer: answer))
  }

  @Test(
    arguments: [
      ("subtract 2x: x+5=-8", 1),  // wrong result
      ("subtract x: 2x+5=x-7", 1),  // part of a term
      ("subtract 3x: 5=-x-7", 1),  // the other side's term
      ("add 7: 3x+12=2x", 1),  // the other side's constant
      ("subtract 4: 3x+1=2x-11", 1), ("add 5: 3x+10=2x-2", 1), ("add 2x: 5x+5=4x-7", 1),
      ("add -2x: x+5=-7", 1), ("subtract -5: 3x+10=2x-2", 1), ("divide by 3: x=-4", 1),
      ("divide by 1: 3x+5=2x-7", 1), ("subtract 0: 3x+5=2x-7", 1), ("subtract 2x: 1x+5=-7", 1),
      ("subtract 2x: 5+x=-7", 1), ("subtract 2x: x+5=0x-7", 1), ("subtract 2x: x+5=-7+0", 1),
      ("subtract 2x: x+5=- 7", nil), ("subtract 2x : x + 5 = -7", nil), ("subtract2x: x+5=-7", 1),
      ("subtract 2 x: x+5=-7", 1), ("Subtract 2x: x+5=-7", 1), ("subtract 2X: x+5=-7", 1),
      ("subtract 2x x+5=-7", 1), ("subtract 2x: -7=x+5", 1), ("subtract 2x: x+5=-07", 1),
      ("subtract 2x: x+5=--7", 1), ("subtract 2x: x+5==-7", 1), ("x+5=-7", 1),
      ("subtract 2x:", 1), ("subtract 2x: x+5=-7\r", 1), ("subtract 2x: \u{0445}+5=-7", 1),
      ("subtract 2x: x+5=\u{2212}7", 1), ("", 1), ("subtract 2x: x+5=-7 ", nil),
      ("1. subtract 2x: x+5=-7", 1), ("subtract 02x: x+5=-7", 1), ("multiply by 2: 6x+10=4x-14", 1),
    ] as [(String, Int?)])
  func `judges a first line`(line: String, step: Int?) throws {
    let solution = "\(line)\nsubtract 5: x=-12\nAnswer: -12"
    #expect(try rejectedStep(family, problem, solution) == step)
  }

  @Test(
    arguments: [
      ("3x=2", "divide by 3: x=2/3\nAnswer: 2/3", nil),
      ("3x=2", "divide by 3: x=4/6\nAnswer: 4/6", 1),
      ("3x=2", "divide by 3: x=2 / 3\nAnswer: 2/3", nil),
      ("3x=6", "divide by 3: x=2/1\nAnswer: 2", 1),
      ("3x=6", "divide by 3: x=2\nAnswer: 4/2", 2),
      ("-3x=2", "divide by -3: x=2/-3\nAnswer: -2/3", 1),
      ("-3x=2", "divide by 3: -x=2/3\nAnswer: -2/3", 1),
      ("-3x=2", "divide by -3: x=-2/3\nAnswer: 2/3", 2),
      ("4x=6", "divide by 2: 2x=3\ndivide by 2: x=3/2\nAnswer: 3/2", 1),
      ("3x=0", "divide by 3: x=0\nAnswer: 0", nil), ("3x=0", "divide by 3: x=-0\nAnswer: 0", 1),
      ("3x=0", "divide by 3: x=0/3\nAnswer: 0", 1), ("3x=0", "divide by 3: x=0\nAnswer: -0", 2),
      ("x=5", "divide by 1: x=5\nAnswer: 5", 1), ("x=5", "x=5\nAnswer: 5", 1), ("x=5", "", 1),
      ("x=5", "Answer: 5\nAnswer: 5", 2), ("x=5", "Answer: x=5", 1), ("x=5", "Answer: 05", 1),
      ("3x=3", "Answer: 1", 1), ("3x=3", "divide by 3: x=1", 2),
      ("3x=2", "divide by 3: x=0.6\nAnswer: 2/3", 1),
    ] as [(String, String, Int?)])
  func `judges division and answer`(p: String, solution: String, step: Int?) throws {
    #expect(try rejectedStep(family, p, solution) == step)
  }

  @Test func `names lines that are dropped, swapped, repeated or extra`() throws {
    let (first, second, answer) = ("subtract 2x: x+5=-7", "subtract 5: x=-12", "Answer: -12")
    for (lines, step) in [
      ([second, answer], 1), ([first, answer], 2), ([first, second], 3),
      ([second, first, answer], 1),
      ([first, first, second, answer], 2), ([first, second, second, answer], 3),
      ([first, second, answer, answer], 4), ([first, second, "Answer: 12"], 3),
      ([first, "subtract 2x: x=-12", answer], 2), ([first, "subtract 5: x=-11", "Answer: -11"], 2),
      ([first, second, "divide by 1: x=-12", answer], 3), ([first, "", second, answer], 2),
    ] {
      #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == step, "\(lines)")
    }
  }

  @Test(arguments: [
    "", "=", "x", "x=", "=x", "x=x", "2x+1=2x+1", "2x+1=2x", "5=6", "0=0", "1x=2", "0x=2", "x+0=2",
    "5+x=2", "x=+2", "x=-0", "x=02", "01x=2", "x--1=2", "x+-1=2", "-0=x", "x+1+1=2", "x+x=2", "y=2",
    "3 x=2", "x=2x=3", "x=1/2", "1000000000x=1", "x=1000000000", "x=2\n\n", "x=2\r", "X=2", "3*x=2",
    "(x)=2", "x2=3", "x=2.5",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 2") == 0)
  }

  @Test func `says which problems have not exactly one solution`() throws {
    #expect(
      try reason(family, "2x+1=2x", "Answer: 1")?.contains("not exactly one solution") == true)
  }

  @Test func `offers both removals`() throws {
    #expect(
      try reason(family, problem, "subtract 2x: x+5=-8")
        == "step 1: expected `subtract 2x: x+5=-7` or `subtract 5: 3x=2x-12`, found "
        + "`subtract 2x: x+5=-8` (differs at byte 19 of the line)")
  }
}
