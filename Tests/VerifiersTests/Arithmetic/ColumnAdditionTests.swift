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
    "", "347", "347+", "+85", "347+085", "00+1", "347+85+1", "347-85", "-347+85", "347+8a",
    "347 85", "347+85=", "347+85\n\n", "3x+85", "347++85", "٣+٤",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }
}
