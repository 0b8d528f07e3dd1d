import Testing
import Verifiers

struct `The column-addition verifier` {
  let family = "column-addition"
  let problem = "347+85"
  let first = "7+5+0=12 write 2 carry 1"
  let second = "4+8+1=13 write 3 carry 1"
  let third = "3+0+1=4 write 4 carry 0"

  @Test(arguments: [
    (
      "347+85", "432",
      [
        "7+5+0=12 write 2 carry 1", "4+8+1=13 write 3 carry 1",
        "3+0+1=4 write 4 carry 0",
      ]
    ),
    (
      "85+347", "432",
      [
        "5+7+0=12 write 2 carry 1", "8+4+1=13 write 3 carry 1",
        "0+3+1=4 write 4 carry 0",
      ]
    ),
    ("0+0", "0", ["0+0+0=0 write 0 carry 0"]),
    ("10+0", "10", ["0+0+0=0 write 0 carry 0", "1+0+0=1 write 1 carry 0"]),
    ("95+7", "102", ["5+7+0=12 write 2 carry 1", "9+0+1=10 write 0 carry 1"]),
    ("99+99", "198", ["9+9+0=18 write 8 carry 1", "9+9+1=19 write 9 carry 1"]),
  ])
  func `accepts the one right trace`(p: String, answer: String, steps: [String]) throws {
    let solution = (steps + ["Answer: \(answer)"]).joined(separator: "\n")
    #expect(try verdict(family, p, solution) == .accepted(answer: answer))
  }

  @Test func `adds 64 digits`() throws {
    let nines = String(repeating: "9", count: 64)
    var lines = ["9+9+0=18 write 8 carry 1"]
    lines += Array(repeating: "9+9+1=19 write 9 carry 1", count: 63)
    let sum = "1" + String(repeating: "9", count: 63) + "8"
    let solution = (lines + ["Answer: \(sum)"]).joined(separator: "\n")
    #expect(try verdict(family, "\(nines)+\(nines)", solution) == .accepted(answer: sum))
    #expect(try rejectedStep(family, "\(nines)9+1", solution) == 0)
  }

  @Test(arguments: [
    ("8+5+0=12 write 2 carry 1", 1), ("7+6+0=13 write 3 carry 1", 1),
    ("5+7+0=12 write 2 carry 1", 1),  // operands exchanged
    ("7+5+1=13 write 3 carry 1", 1), ("7+5=12 write 2 carry 1", 1),
    ("7+5+0=13 write 3 carry 1", 1), ("7+5+0=12 write 3 carry 1", 1),
    ("7+5+0=12 write 2 carry 0", 1), ("7+5+0=12 write 12 carry 0", 1),
    ("7+5+0=12 carry 1 write 2", 1), ("7+5+0=12 write 2", 1), ("7+5+0=012 write 2 carry 1", 1),
    ("7+5+0=12write 2 carry 1", 1), ("7+5+0=12 write2 carry 1", 1),
    ("7+5+0=1 2 write 2 carry 1", 1), ("7+5+0=12 Write 2 carry 1", 1),
    ("7+5+0=12 write 2 carry 1.", 1), ("7+5+0=12 write 2 carry 1 1", 1),
    ("7+5+0=12, write 2, carry 1", 1), ("7+5+0=12 write 2 carry 1\t", 1),
    ("7+5+0=12 write 2 carry 1\r", 1), ("7+5+0=1\u{0662} write 2 carry 1", 1), ("", 1),
    ("1. 7+5+0=12 write 2 carry 1", 1), ("7+5+0=12 wr\u{0456}te 2 carry 1", 1),
    ("4+8+1=13 write 3 carry 1", 1), ("Answer: 432", 1), ("7*5+0=12 write 2 carry 1", 1),
  ])
  func `rejects a first line with one rule broken`(line: String, step: Int) throws {
    let solution = "\(line)\n\(second)\n\(third)\nAnswer: 432"
    #expect(try rejectedStep(family, problem, solution) == step)
  }

  @Test func `takes any spacing between lexemes`() throws {
    let spaced = " 7 + 5+0 =12   write 2 carry 1 "
    #expect(
      try rejectedStep(family, problem, "\(spaced)\n\(second)\n\(third)\nAnswer:432\n") == nil)
    #expect(
      try rejectedStep(family, " 347 + 85", "\(spaced)\n\(second)\n\(third)\nAnswer: 432")
        == nil)
    #expect(try rejectedStep(family, "34 7+85", "\(spaced)\n\(second)\n\(third)\nAnswer: 432") == 0)
  }

  @Test func `names lines that are dropped, swapped, repeated, missing or extra`() throws {
    let answer = "Answer: 432"
    for (lines, step) in [
      ([second, third, answer], 1), ([first, third, answer], 2), ([first, second, answer], 3),
      ([first, second, third], 4), ([first, second], 3), ([first], 2), ([second, first], 1),
      ([first, third, second, answer], 2), ([first, first, second, third, answer], 2),
      ([first, second, third, third, answer], 4), ([first, second, third, answer, answer], 5),
      ([first, second, third, answer, ""], nil), ([first, second, third, answer, "", ""], 5),
      ([first, second, third, "", answer], 4), ([answer, first, second, third], 1),
      ([first, second, third, "0+0+0=0 write 0 carry 0", answer], 4),
    ] as [([String], Int?)] {
      #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == step, "\(lines)")
    }
  }

  @Test(arguments: [
    "Answer: 433", "Answer: 0432", "Answer: -432", "Answer: 432.0", "Answer: 4 32", "Answer 432",
    "Answer: 432 432", "answer: 432", "Answer: ", "Answer: 1432", "Answer: +432", "Answer:: 432",
  ])
  func `rejects a bad answer at its line`(answer: String) throws {
    #expect(try rejectedStep(family, problem, "\(first)\n\(second)\n\(third)\n\(answer)") == 4)
  }

  @Test(arguments: [
    "", "347", "347+", "+85", "347+085", "00+1", "347*85", "347--85", "--347+85", "347+8a",
    "347 85", "347+85=", "347+85\n\n", "3x+85", "347++85", "٣+٤", "1+1+1+1+1+1", "-5", "1.+2",
    ".5+1",
    "1.2.3+4", "1+2 base 10", "1+2 base 2", "1+1 base 1", "1+1 base 17", "1+1 base 02", "1+1 base",
    "1+1 base 8 8", "base 8", "1+A base 16", "1+g base 16", "1+1 Base 8", "1+1base 8",
    "0.12345678901234567+1",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  @Test(arguments: [
    (
      "2-7.5", "-5.5",
      ["-(7.5-2)", "5-0-0=5 write 5 borrow 0", "7-2-0=5 write 5 borrow 0"]
    ),
    (
      "9-4+b base 16", "10",
      [
        "9+b+0=14 write 4 carry 1", "sum 14", "14-4", "4-4-0=0 write 0 borrow 0",
        "1-0-0=1 write 1 borrow 0",
      ]
    ),
    (
      "403-58", "345",
      [
        "403-58", "3-8-0=-5 write 5 borrow 1", "0-5-1=-6 write 4 borrow 1",
        "4-0-1=3 write 3 borrow 0",
      ]
    ),
    ("-3-4", "-7", ["3+4+0=7 write 7 carry 0"]), ("-0-0", "0", ["0+0+0=0 write 0 carry 0"]),
    ("7-7", "0", ["7-7", "7-7-0=0 write 0 borrow 0"]),
    (
      "-1+0.05", "-0.95",
      [
        "-(1-0.05)", "0-5-0=-5 write 5 borrow 1", "0-0-1=-1 write 9 borrow 1",
        "1-0-1=0 write 0 borrow 0",
      ]
    ),
    (
      "1+1+1+1+1 base 2", "101", ["1+1+1+1+1+0=101 write 1 carry 10"]
    ),
    (
      "8-2.5-2.50", "3.00",
      [
        "0+0+0=0 write 0 carry 0", "5+5+0=10 write 0 carry 1", "2+2+1=5 write 5 carry 0",
        "sum 5.00",
        "8-5.00", "0-0-0=0 write 0 borrow 0", "0-0-0=0 write 0 borrow 0",
        "8-5-0=3 write 3 borrow 0",
      ]
    ),
  ])
  func `accepts signs, points and bases`(p: String, answer: String, steps: [String]) throws {
    let solution = (steps + ["Answer: \(answer)"]).joined(separator: "\n")
    #expect(try verdict(family, p, solution) == .accepted(answer: answer))
    let verifier = try #require(Verifiers.named(family))
    let judged = verifier.judgeAnswer(
      problem: Array(p.utf8), text: Array("Answer: \(answer)".utf8))
    #expect(judged == .right(answer: answer))
    for other in ["-\(answer)", "\(answer)0", "1\(answer)", answer.uppercased() + "x"] {
      guard
        case .wrong = verifier.judgeAnswer(
          problem: Array(p.utf8), text: Array("Answer: \(other)".utf8))
      else {
        Issue.record("\(p): \(other)")
        continue
      }
    }
  }

  @Test(arguments: [
    (1, "403+58"), (1, "58-403"), (1, "-(403-58)"), (1, "403-058"), (1, "403.0-58"),
    (1, "(403-58)"),
    (2, "3-8-0=5 write 5 borrow 0"), (2, "8-3-0=5 write 5 borrow 0"),
    (2, "3-8-0=-5 write 5 borrow 0"),
    (2, "3-8-0=-5 write 5 carry 1"), (2, "3-8=-5 write 5 borrow 1"),
    (2, "3-8-0=-05 write 5 borrow 1"),
    (2, "3+8+0=11 write 1 carry 1"), (3, "0-5-0=-5 write 5 borrow 1"),
    (3, "0-5-1=-6 write 6 borrow 1"),
    (4, "4-0-1=3 write 3 borrow -0"), (5, "Answer: -345"), (5, "Answer: 345.0"),
  ])
  func `rejects a subtraction with one rule broken`(step: Int, line: String) throws {
    var lines = [
      "403-58", "3-8-0=-5 write 5 borrow 1", "0-5-1=-6 write 4 borrow 1",
      "4-0-1=3 write 3 borrow 0", "Answer: 345",
    ]
    #expect(try rejectedStep(family, "403-58", lines.joined(separator: "\n")) == nil)
    lines[step - 1] = line
    #expect(try rejectedStep(family, "403-58", lines.joined(separator: "\n")) == step)
  }

  /// What follows a granted line follows from it; where nothing can, nothing is accepted or traps.
  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granting(_ line: Int, _ problem: String, _ lines: [String]) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(lines.joined(separator: "\n").utf8),
        granting: line)?.isAccepted
    }
    let lost = [
      "7+5+0=12 write 2 carry 0", "4+8+0=12 write 2 carry 1", "3+0+1=4 write 4 carry 0",
      "Answer: 422",
    ]
    #expect(granting(1, problem, lost) == true)
    #expect(granting(2, problem, lost) == false)
    let great = [
      "7+5+0=12 write 2 carry 99999999", "4+8+99999999=100000011 write 1 carry 10000001", "x",
    ]
    #expect(granting(1, problem, great) == false)
    let nines = String(repeating: "9", count: 80)
    let long = ["\(nines)-0.\(nines.prefix(16))", "0-9-0=-9 write 1 borrow 1"]
    #expect(granting(1, "5-3", long) == false)
    #expect(
      granting(1, "5-3", ["3-5", "3-5-0=-2 write 8 borrow 1", "Answer: 8"]) == true)
    #expect(granting(1, "7-7", ["-(7-7)", "7-7-0=0 write 0 borrow 0", "Answer: 0"]) == true)
  }
}
