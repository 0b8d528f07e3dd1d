import Testing
import Verifiers

struct `The sum-reduce verifier` {
  let family = "sum-reduce"
  let problem = "9+8+2+5"

  @Test(arguments: [
    "7+2+5\n7+7\n4\nAnswer: 4", "7+2+5\n9+5\n4\nAnswer: 4", "9+0+5\n9+5\n4\nAnswer: 4",
    "9+8+7\n7+7\n4\nAnswer: 4", "9+8+7\n9+5\n4\nAnswer: 4",
  ])
  func `accepts every order of reduction`(solution: String) throws {
    #expect(try verdict(family, problem, solution) == .accepted(answer: "4"))
  }

  @Test(arguments: [
    ("7+5", "2\nAnswer: 2", "2"), ("0+0", "0\nAnswer: 0", "0"),
    ("0+0+0", "0+0\n0\nAnswer: 0", "0"), ("5+5+5", "0+5\n5\nAnswer: 5", "5"),
    ("5+5+5", "5+0\n5\nAnswer: 5", "5"), ("9+9+9+9", "9+8+9\n7+9\n6\nAnswer: 6", "6"),
  ])
  func `accepts short and repetitive lists`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s) == .accepted(answer: answer))
  }

  @Test(
    arguments: [
      ("7 + 2 + 5\n7+7\n4\nAnswer: 4", nil), ("  7+2+5  \n7+7\n4\nAnswer:4", nil),
      ("7+2+5\n7+7\n4\nAnswer : 4 ", nil), ("7+2+5\n7+7\n4\nAnswer: 4\n", nil),
      ("7+2+5\n7+7\n4\nAnswer: 4\n\n", 5), ("7+2+5\n7+7\n4\nAnswer: 4\n ", 5),
      ("7+2+5\n\n7+7\n4\nAnswer: 4", 2), ("\n7+2+5\n7+7\n4\nAnswer: 4", 1),
      ("7+2+5\n   \n7+7\n4\nAnswer: 4", 2), ("7+2+5\r\n7+7\n4\nAnswer: 4", 1),
      ("7+2+5\n7\t+7\n4\nAnswer: 4", 2), ("7+2+5\n7+7\n4\nAns wer: 4", 4),
    ] as [(String, Int?)])
  func `takes spaces and one final newline, nothing else`(solution: String, step: Int?) throws {
    #expect(try rejectedStep(family, problem, solution) == step)
  }

  @Test(arguments: [
    ("7+3+5\n7+7\n4\nAnswer: 4", 1),  // wrong sum
    ("17+2+5\n7+7\n4\nAnswer: 4", 1),  // not reduced modulo 10
    ("9+8+2+5\n7+2+5\n7+7\n4\nAnswer: 4", 1),  // nothing replaced
    ("7+7\n4\nAnswer: 4", 1),  // two pairs at once
    ("7+2+5\n7+2+5\n7+7\n4\nAnswer: 4", 2),  // repeated
    ("7+2+5\n8+7\n5\nAnswer: 5", 2),  // an untouched digit changed
    ("7+2+5\n7+7+0\n4\nAnswer: 4", 2),  // a digit added
    ("7+2+5\n2+2\n4\nAnswer: 4", 2),  // not adjacent
    ("7+2+5\n5+9\n4\nAnswer: 4", 2),  // order of the list changed
    ("7+2+5\n7+07\n4\nAnswer: 4", 2),  // leading zero
    ("7+2+5\n7+-7\n4\nAnswer: 4", 2), ("7+2+5\n7+7+\n4\nAnswer: 4", 2),
    ("7+2+5\n+7+7\n4\nAnswer: 4", 2), ("7+2+5\n7 7\n4\nAnswer: 4", 2),
    ("7+2+5\n7-7\n4\nAnswer: 4", 2), ("2: 7+2+5\n7+7\n4\nAnswer: 4", 1),
    ("7+2+5\n7+7\n5\nAnswer: 5", 3), ("7+2+5\n7+7\n14\nAnswer: 4", 3),
    ("7+2+5\n7+7\nAnswer: 4", 3),  // last digit left out
    ("7+2+5\n7+7\n4\nAnswer: 5", 4), ("7+2+5\n7+7\n4\nanswer: 4", 4),
    ("7+2+5\n7+7\n4\nAnswer 4", 4), ("7+2+5\n7+7\n4\nAnswer: 04", 4),
    ("7+2+5\n7+7\n4\nAnswer: 4.", 4), ("7+2+5\n7+7\n4\nAnswer: -4", 4),
    ("7+2+5\n7+7\n4\n4", 4), ("7+2+5\n7+7\n4", 4), ("7+2+5\n7+7\n4\n", 4),
    ("7+2+5\n7+7", 3), ("7+2+5", 2), ("", 1), ("\n", 1), ("Answer: 4", 1),
    ("7+2+5\n7+7\n4\nAnswer: 4\nAnswer: 4", 5), ("7+2+5\n7+7\n4\nAnswer: 4\n4", 5),
    ("7+2+5\n7+\u{FF17}\n4\nAnswer: 4", 2), ("7+2+5\n7+7\u{0}\n4\nAnswer: 4", 2),
    ("\u{FEFF}7+2+5\n7+7\n4\nAnswer: 4", 1), ("7+2+5\n7+\u{A0}7\n4\nAnswer: 4", 2),
  ])
  func `names the first bad line`(solution: String, step: Int) throws {
    #expect(try rejectedStep(family, problem, solution) == step)
  }

  @Test(arguments: [
    "", "\n", "7", "7+", "+7+5", "7+5+", "7++5", "7-5", "12+5", "07+5", "7+5=", "7+5\n\n", "7+5\n3",
    "7+5\r", "7+x", "7+5 3", "\u{FF17}+5", Array(repeating: "1", count: 65).joined(separator: "+"),
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "2\nAnswer: 2") == 0)
  }

  @Test func `reads up to 64 digits and spaces in a problem`() throws {
    let ones = Array(repeating: "1", count: 64).joined(separator: "+")
    #expect(try rejectedStep(family, ones, "Answer: 4") == 1)
    #expect(try rejectedStep(family, " 7 + 5 \n", "2\nAnswer: 2") == nil)
  }

  /// The verifier decides in one pass which pair was replaced; trying every pair is the witness.
  @Test(arguments: [(3, [0, 1, 4, 5, 9]), (4, [0, 1, 5, 9]), (5, [0, 5]), (7, [0, 5])])
  func `agrees with trying every pair`(count: Int, alphabet: [Int]) throws {
    for list in lists(count, alphabet) {
      let right = Set((0..<(count - 1)).map { replacing(pair: $0, of: list) })
      for next in lists(count - 1, alphabet) {
        let step = try rejectedStep(family, text(list), text(next))
        #expect(step == (right.contains(next) ? 2 : 1), "\(list) \(next)")
      }
    }
  }

  private func replacing(pair: Int, of list: [Int]) -> [Int] {
    var next = list
    next[pair] = (list[pair] + list[pair + 1]) % 10
    next.remove(at: pair + 1)
    return next
  }

  private func lists(_ count: Int, _ alphabet: [Int]) -> [[Int]] {
    (0..<count).reduce([[]]) { lists, _ in lists.flatMap { list in alphabet.map { list + [$0] } } }
  }

  private func text(_ list: [Int]) -> String { list.map(String.init).joined(separator: "+") }

  @Test func `says what was expected and found`() throws {
    let wrong = try #require(try reason(family, problem, "7+2+5\n7+8\n5\nAnswer: 5"))
    #expect(
      wrong == "step 2: expected `9+5` or `7+7`, found `7+8` (differs at byte 3 of the line)")
    let missing = try #require(try reason(family, problem, "7+2+5"))
    #expect(missing == "step 2: the solution ends here; expected `9+5` or `7+7`")
  }
}
