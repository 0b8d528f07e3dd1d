import Testing
import Verifiers

struct `The worded-sum verifier` {
  let family = "worded-sum"
  let problem =
    "Ann has 50 coins. Ann loses 8 coins. Ann gets 13 coins. How many coins does Ann have now?"
  let solution = "50-8=42\n42+13=55\nAnswer: 55"

  @Test(arguments: [
    ("What is 17 + 26?", "17+26=43\nAnswer: 43", "43"),
    ("What is 17-17?", "17 - 17 = 0\nAnswer: 0", "0"),
    ("What is 12 + 7 - 4?", "12+7=19\n19-4=15\nAnswer: 15", "15"),
    ("What is 12 - 4 - 8 ?", "12-4=8\n8-8=0\nAnswer: 0\n", "0"),
    (
      "Eve has 1 stamps. Eve gets 999999999 stamps. How many stamps does Eve have now?",
      "1+999999999=1000000000\nAnswer: 1000000000", "1000000000"
    ),
    (
      "Tom has 5 apples.Tom loses 2 apples. Tom loses 3 apples. How many apples does Tom have now?",
      "5-2=3\n3-3=0\nAnswer: 0", "0"
    ),
  ])
  func `accepts the one right trace`(p: String, text: String, answer: String) throws {
    #expect(try verdict(family, p, text) == .accepted(answer: answer))
  }

  @Test(arguments: [
    ("50-8=43\n43+13=56\nAnswer: 56", 1), ("8-50=42\n42+13=55\nAnswer: 55", 1),
    ("50-8=42\n42+13=56\nAnswer: 56", 2), ("50+13=63\n63-8=55\nAnswer: 55", 1),
    ("50-8=42\n50+13=63\nAnswer: 55", 2), ("50-8+13=55\nAnswer: 55", 1), ("Answer: 55", 1),
    ("50-8=42\nAnswer: 55", 2), ("50-8=42\n42+13=55", 3), ("50-8=42\n42+13=55\nAnswer: 56", 3),
    ("50-8=42\n42+13=55\nAnswer: 55\nAnswer: 55", 4), ("50-8=42.\n42+13=55\nAnswer: 55", 1),
    ("50-8=42\n\n42+13=55\nAnswer: 55", 2), ("50-8=42\n42+13=055\nAnswer: 55", 2),
    ("50 coins-8=42\n42+13=55\nAnswer: 55", 1), ("", 1),
  ])
  func `names the first bad line`(text: String, step: Int) throws {
    #expect(try rejectedStep(family, problem, text) == step)
    #expect(try rejectedStep(family, problem, solution) == nil)
  }

  @Test(arguments: [
    "", "What is 17?", "What is 17 + 26", "What is 17 + 26 + 3 + 4?", "What is 17 * 26?",
    "What is -17 + 26?", "What is 017 + 26?", "what is 17 + 26?", "What is 17 - 26?",
    "What is 5 - 6 + 7?", "What is 123456789012 + 1?", "What is 17 + 26? Answer: 43",
    "Ann has 50 coins. How many coins does Ann have now?",
    "Ann has 50 coins. Ben loses 8 coins. How many coins does Ann have now?",
    "Ann has 50 coins. Ann loses 8 books. How many coins does Ann have now?",
    "Ann has 50 coins. Ann loses 51 coins. How many coins does Ann have now?",
    "Ann has 50 coins. Ann buys 8 coins. How many coins does Ann have now?",
    "Ann has 50 coins. Ann gets 8 coins. How many coins does Ann have?",
    "Zoe has 50 coins. Zoe gets 8 coins. How many coins does Zoe have now?",
    "Ann has 50 coins, Ann gets 8 coins. How many coins does Ann have now?",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
    let judged = try #require(Verifiers.named(family)).judgeAnswer(
      problem: Array(problem.utf8), text: Array("43".utf8))
    guard case .unclear(step: 0, _) = judged else {
      Issue.record("\(String(describing: judged))")
      return
    }
  }
}

/// What chat models write; several of these are SmolLM2-135M-Instruct's own words.
struct `The answer of a free text` {
  static let plain = "What is 17 + 26?"
  static let story = "Ann has 50 coins. Ann loses 8 coins. How many coins does Ann have now?"
  static let twice = "What is 12 + 7 - 4?"

  private func judge(_ problem: String, _ text: String) throws -> AnswerVerdict {
    let verifier = try #require(Verifiers.named("worded-sum"))
    return try #require(
      verifier.judgeAnswer(problem: Array(problem.utf8), text: Array(text.utf8)))
  }

  @Test(arguments: [
    (plain, "43"), (plain, "43."), (plain, " 43 \n"), (plain, "**43**"), (plain, "17 + 26 = 43"),
    (plain, "17 + 26 = 43."), (plain, "17+26=43"), (plain, "The answer is 43."),
    (plain, "Answer: 43"), (plain, "#### 43\nAnswer: 43"), (plain, "So, 43 is the answer."),
    (plain, "17 + 26 equals 43."),
    (plain, "The sum of 17 and 26 is 43."), (plain, "It is 43."), (plain, "17 + 26 is equal to 43"),
    (story, "She has 50 - 8 = 42 coins left."), (story, "Ann has a total of 42 coins."),
    (twice, "12 + 7 - 4 = 19 - 4 = 15"), ("What is 1 + 2 + 3?", "The sum of 3, 1, and 2 equals 6"),
    (plain, "The result is: **43**."), (plain, "17+26=43\nAnswer: 43"),
    (story, "Ann has 42 coins."), (story, "Ann now has 50 - 8 = 42 coins."),
    (story, "Ann has 50 coins, and Ann loses 8 coins. So, Ann now has 50 - 8 = 42 coins."),
    (story, "Now Ann has 42 coins."),
    (twice, "12 + 7 - 4 = 15"), (twice, "12 + 7 = 19\n19 - 4 = 15\nThe answer is 15."),
    ("What is 12345 + 1?", "The answer is 12,346."), ("What is 10 - 5?", "10 - 5 = 5"),
    ("What is 10 - 5?", "The answer is 5."), ("What is 10 - 5?", "5"),
    ("What is 10 - 5?", "So, 5."), (plain, "Find the sum. 43"),
    (plain, "To add 17 and 26, simply perform the operation: 17 + 26 = 43."),
    (plain, "To calculate 17 + 26, you simply add them together: 17 + 26 = 43."),
    (plain, "You need to find the sum of 17 and 26. 17 + 26 = 43. The answer is 43."),
    (story, "To find the answer, take 8 coins from 50: 50 - 8 = 42 coins. Ann has 42 coins."),
    (plain, "43..."), ("What is 1000 + 234?", "1,234,"), (plain, "The answer is:\n\n43"),
    (plain, "By adding 17 and 26, we find the answer. 43"), (plain, "Add 26 to 17. 43"),
    (story, "Find the difference between 50 and 8. It is 42."),
    (story, "Calculate how many coins Ann has left. 42"), (plain, "Let us find 17 + 26:\n43"),
    (twice, "Add 12 and 7: 12 + 7 = 19. Subtract 4 from 19: 19 - 4 = 15."),
    (twice, "The sum of 12 and 7 is 19. 19 - 4 = 15. It is 15."), ("What is 5 - 3 + 3?", "5"),
  ])
  func `is right where the text states it and nothing else`(
    problem: String, text: String
  ) throws {
    guard case .right = try judge(problem, text) else {
      Issue.record("\(text): \(try judge(problem, text))")
      return
    }
  }

  @Test(arguments: [
    (plain, "17 + 26 = 34", "34", 1), (plain, "The answer is 11.", "11", 1), (plain, "44", "44", 1),
    (
      plain,
      "17 + 26 = 34\n\nSo the answer is 34.", "34", 3
    ),
    (twice, "12 + 7 - 4 = 21.", "21", 1), (twice, "12 + 7 = 19", "19", 1),
    (twice, "You add 12 and 7: 12 + 7 = 19", "19", 1), (plain, "17 + 26 is equal to 26.", "26", 1),
    (plain, "The answer is 43 - 1 = 42.", "42", 1),
    (story, "Ann has 58 coins.", "58", 1), ("What is 10 - 5?", "10 - 5 = 10", "10", 1),
    (
      "Ben has 20 coins. Ben loses 6 coins. How many coins does Ben have now?",
      "Ben has 20 coins, and Ben loses 6 coins. So, Ben now has 20 - 6 = 12 coins.", "12", 1
    ),
  ])
  func `is wrong where the text states another number`(
    problem: String, text: String, answer: String, step: Int
  ) throws {
    guard case .wrong(let found, let stated, _) = try judge(problem, text) else {
      Issue.record("\(text): \(try judge(problem, text))")
      return
    }
    #expect(stated == answer && found == step)
  }

  /// Each could be read as right by somebody who looks for the answer's digits.
  @Test(arguments: [
    (plain, "17 + 26 != 43"), (plain, "17 + 26 -= 43"), (plain, "17 * 26 *= 43"),
    (story, "50 - 8 != 42"), (twice, "The answer is 19. The answer is 15."),
    (twice, "12 + 7 - 4 is 19. The answer is 15."), (plain, "The answer is now 26. 17 + 26 = 43."),
    (story, "The answer is now 8. Ann has 42 coins."), ("What is 10 - 5?", "10 - 5 is the answer."),
    (plain, "17 * 26 is 43"), (plain, "26 - 17 equals 43"), (plain, "17 * 26: the answer is 43"),
    (plain, "(26 - 17) = 43"), (plain, "(26) + 17 + 26 = 43"),
    (story, "The total Ann loses is 42."), (plain, "17 + 26 = 43. The answer is - 43."),
    ("What is 4 - 1?", "4**3 is the answer"), ("What is 12 + 100?", "12 112 is the answer"),
    ("What is 10 - 5?", "Subtract 5. 5."), ("What is 10 - 5?", "You need to find 10. 5."),
    ("What is 10 - 5?", "10 - 5. 5"), ("What is 10 - 5?", "Take 5.\n5"),
    ("What is 10 - 5?", "Subtract: 5"), ("What is 10 - 5?", "To find the answer, subtract 5."),
    (story, "Ann has 42 coins. Ann has 50 coins."), (plain, "17 + 26 = 43, so"),
    (plain, "17 + 26 = 26 + 17 = 43"), (plain, "The sum of 17 and 17 and 26 is 43."),
    (story, "The sum of 50 and 8 is 42."), (plain, "43! 43"), (plain, "43, 43"),
    ("What is 999 + 44?", "$1{,}043$"), ("What is 999 + 44?", "1\\,043"), (plain, "[4][3]"),
    (plain, "It is 4-3"), ("What is 1 + 1?", "A pair"),
    (story, "Ann has 42 fewer coins."), (story, "Nobody thinks the answer is 42."),
    (story, "I doubt the answer is 42."), (story, "The answer exceeds 42. Total: 42"),
    (story, "The square of the answer is 42."), (story, "The remainder is 42."),
    (story, "Ann has 42 coins less."), (story, "Ben has 42 coins."),
    (plain, "The sum of the answer and 26 is 43."), (plain, "They say the answer is 43."),
    (plain, "17 + 26 = 43. To find the answer, you add 26."),
    (plain, "To subtract these numbers: 17 + 26 = 43."), (plain, "It is not so: 17 + 26 = 43."),
    (plain, "You need to find the opposite: 17 + 26 = 43."),
    (plain, "You do the sum: 26 * 17 + 26 = 43."), (plain, "You do the sum: 17 + 26 = 43 + 26."),
    (plain, "You do the sum: 17 + 26 = 43, and the answer is 26."),
    (plain, "You do the sum: 26 = 17 + 26 = 43."), (plain, "To add these numbers is 43."),
    (plain, "You do the sum: 26 + 17 = 43."), (plain, "You do the sum: 17 + 26 = 43 26"),
    (plain, "You find it by 17 + 26 = 43 numbers."),
    (plain, "Forty-three."), (plain, "The answer is \"4.3\""),
    (plain, "43 or 44"), (plain, "44 or 43"),
    (plain, "It is not 43"), (plain, "It isn't 43"), (plain, "It is 26. It is 43."),
    (plain, "43, I guess"), (plain, "Is it 43?"), (plain, "2 + 2 = 43"), (plain, "17 - 26 = 43"),
    (plain, "17 + 26 = 42\nThe answer is 43."), (plain, "About 43"), (plain, "-43"),
    (plain, "17 + 26 = -43"), (plain, "43.0"), (plain, "43.5"), (plain, "43%"), (plain, "0043"),
    (plain, "43rd"), (plain, "x43"), (plain, "4 3"), (plain, "4,3"), (plain, "43/1"),
    (plain, "43\n44"), (plain, "forty-three, that is 43"), (plain, "The answer is 42, no, 43"),
    (plain, "17 x 26 = 43"), (plain, "17 * 26 = 43"), (plain, "43 apples"), (plain, "43:10"),
    (plain, "between 40 and 43"), (plain, "17 + 26 = 43 = 42"), (plain, "43 = 42 + 2"),
    (plain, "1. 17 + 26 = 43"), (plain, "17 + 26 = 43\n5"),
    (plain, "17 + 26 = 43 + 1"), (plain, "17 + 26 = 43 x 1"), (plain, "\u{FF14}\u{FF13}"),
    (plain, "43\u{0}"), (plain, "43\r"), (plain, "43\t"), (plain, "The answer is $43$"),
    (plain, "\\boxed{43}"), (plain, "17 + 26 \u{2260} 43"), (plain, "17 + 26 > 43"),
    (plain, "The answer is twenty. 17 + 26 = 43"), (plain, "You would be wrong to say 43"),
    (story, "Ann loses 42"),
    (twice, "12 + 7 = 18\n18 - 4 = 15"), (twice, "12 + 7 = 19, 19 - 4 = 15, and 15 is 16 less 1"),
    ("What is 10 - 5?", "Ben loses 5"), ("What is 12345 + 1?", "The answer is 12,34,6"),
    ("What is 12345 + 1?", "The answer is 1,23,46."), ("What is 10 - 5?", "Take away 5: 10, 5"),
  ])
  func `is unclear where something else could be meant`(problem: String, text: String) throws {
    guard case .unclear(let step, let reason) = try judge(problem, text) else {
      Issue.record("\(text): \(try judge(problem, text))")
      return
    }
    #expect(step >= 1 && reason.hasPrefix("step \(step): "), "\(text): \(reason)")
    #expect(reason.utf8.allSatisfy { (0x20...0x7E).contains($0) } && reason.utf8.count < 300)
  }

  /// Each names a number as a total, a sum or a result that is none, tells the question otherwise,
  /// or gives an instruction that would come to another number; the right answer stands at its end.
  @Test(arguments: [
    (plain, "We have a total of 26. The answer is 43."),
    (plain, "We now have a total of 17. The answer is 43."), (plain, "The sum of 17. It is 43."),
    (plain, "The answer to 17. It is 43"), (plain, "Solve 17. It is 43."),
    (plain, "Add 17 and 17. The answer is 43."), (plain, "Add 17, 26 and 0. It is 43."),
    (story, "Ann now has the total of 8 coins. The answer is 42."),
    (story, "Ann has total of 50 coins now. Ann has 42 coins."),
    (story, "Subtract 50 from 8. Ann has 42 coins now."), (story, "They have 42 coins."),
    (story, "He has 42 coins."), ("What is 500 - 57?", "Subtract 500 from 57. The answer is 443."),
    (plain, "The total is 26. The answer is 43."), (plain, "I have 43. 43"),
    (plain, "Find the answer by subtracting 17 from 26. It is 43."),
    (plain, "Find the difference of 17 and 26. It is 43."),
    (plain, "Find the difference. It is 43."),
    (plain, "Subtract them. It is 43."), (plain, "Perform the subtraction. It is 43."),
    (plain, "The sum of 17 and 26 is 44. The answer is 43."),
    (plain, "43 is the answer. 26 is the answer. 43 is the answer."),
    (plain, "The answer is 26 + 17 = 43."), (plain, "17 = 17. 43"), (plain, "17. 43"),
    (plain, "43. 17"), (plain, "Let us find 26 + 17:\n43"), (plain, "17 + 26: 43"),
    (plain, "17 + 26. It is 43"), (plain, "Add 17 and 26 together to 43."),
    (plain, "We can solve the problem by adding 17 and 17. 43"),
    (story, "Calculate how many coins he has left. 42"),
    (story, "Ann has 50 coins. Ann has 50 coins. Ann has 42 coins."),
    (story, "Ann loses 8 coins. Ann loses 8 coins. Ann has 42 coins."),
    (story, "Ann gets 8 coins. Ann has 42 coins."), (story, "Ann has 8 coins. Ann has 42 coins."),
    (story, "Ann has 42 coins. Ann loses 8 coins. Ann has 42 coins."),
    (story, "50 - 8 = 42. Ann loses 8 coins. Ann has 42 coins."),
    (story, "Ann has 42 coins. Ann has 50 coins. Ann has 42 coins."),
    (story, "Ann has 50 coins now. Ann has 42 coins."),
    (story, "Ann has a total of 50 coins. Ann has 42 coins."),
    (story, "Ann has 50 coins left. Ann has 42 coins."),
    (story, "Ann now has 50. Ann has 42 coins."),
    (story, "Subtract 8 coins from 42 coins. It is 42 coins."), (story, "Add them. 42"),
    (plain, "17 + 26 = 43. Add them. It is 43."), (story, "Ann has 42 coins. Subtract them. 42"),
    (story, "Find the difference between 8 and 50. 42"), (story, "Find the sum of 50 and 8. 42"),
    (story, "Find the total by adding them. 42"), (story, "Find 50 - 8 by adding 50 and 8. 42"),
    (story, "The sum of 50 - 8 is 42."), (twice, "Add 12 and 7. The answer is 15."),
    (twice, "Add 12 and 7. It is 15."), (twice, "Add 12 and 7. 15"),
    (twice, "The sum of 12 and 7 is 19. It is 15."), (twice, "12 + 7 = 19. It is 15."),
    (twice, "Subtract 4 from 12. 15"), (twice, "Subtract 7 from 12. 15"),
    (twice, "Find the sum. 15"),
    (twice, "Find the answer by adding 12 and 7. 12 + 7 - 4 = 15."),
    (twice, "Find 12 + 7 - 4 by adding 12 and 7. 12 + 7 - 4 = 15."),
    (twice, "12 + 7 = 19 - 4 = 15"), (twice, "The total is 19. The total is 15."),
    (twice, "19 is the answer. 15 is the answer"), (twice, "Add 4 to 12. 15"),
    (twice, "You add these: 12 + 7 = 19. The answer is 15."),
    (twice, "We add, and subtract from the sum: 12 + 7 - 4 = 15"),
    (twice, "The sum of 12 and 7 is 15."), (twice, "Find the sum of 12 and 7. 15"),
    (
      "Ann has 5 coins. Ann loses 3 coins. Ann gets 3 coins. How many coins does Ann have now?",
      "Ann gets 3 coins. Ann loses 3 coins. Ann has 5 coins."
    ),
    (
      "Ann has 5 coins. Ann loses 3 coins. Ann gets 3 coins. How many coins does Ann have now?",
      "Ann has a total of 5 - 3 = 2 coins. Ann now has 5 coins."
    ),
  ])
  func `is unclear where it contradicts itself`(problem: String, text: String) throws {
    guard case .unclear = try judge(problem, text) else {
      Issue.record("\(text): \(try judge(problem, text))")
      return
    }
  }

  /// As many of a small model's answers are: wrong for certain, though nobody can say what they
  /// state.
  @Test(arguments: [
    (plain, ""), (plain, "I like sums."), (plain, "The answer is 17 + 26."),
    (story, "Ann has 50 coins."), (plain, "17 + 26 is about 26."),
    (plain, "It is 0.65 coins, or 34."),
  ])
  func `is missing where its digits stand nowhere`(problem: String, text: String) throws {
    guard case .missing(let step, let reason) = try judge(problem, text) else {
      Issue.record("\(text): \(try judge(problem, text))")
      return
    }
    #expect(step >= 1 && reason.hasPrefix("step \(step): ") && reason.contains("nowhere"))
  }

  /// Whatever stands between its digits.
  @Test func `is never missing where its digits stand one after the other`() throws {
    let marks =
      (0x20...0x7E).map { Character(Unicode.Scalar(UInt8($0))) }
      .filter { !$0.isLetter && !$0.isNumber } + ["\n"]
    var state: UInt64 = 7
    /// Knuth's multiplicative congruential generator; its high bits.
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<3_000 {
      let (a, b) = (1 + below(999), 1 + below(999))
      var text = ""
      for _ in 0..<below(4) { text += "\(below(999)) and " }
      for digit in String(a + b) {
        text.append(digit)
        for _ in 0..<below(3) { text.append(marks[below(marks.count)]) }
      }
      if below(2) == 0 { text += " is what I said, \(below(99))" }
      if case .missing = try judge("What is \(a) + \(b)?", text) {
        Issue.record("\(a) + \(b): \(text)")
      }
    }
  }

  /// One byte changed, lost or added: what is still accepted states the answer all the same.
  @Test func `survives no change of a digit`() throws {
    let texts = [
      "17 + 26 = 43", "The answer is 43.",
      "17 + 26 = 43, so now the final answer equals 43, and the answer is 43.",
    ]
    var accepted = 0
    var judged = 0
    for text in texts {
      let bytes = Array(text.utf8)
      for place in bytes.indices {
        for byte in UInt8.min...UInt8.max {
          for kept in [0, 1] {
            let mutant = Array(bytes[..<place]) + [byte] + Array(bytes[(place + kept)...])
            judged += 1
            let verifier = try #require(Verifiers.named("worded-sum"))
            let verdict = verifier.judgeAnswer(problem: Array(Self.plain.utf8), text: mutant)
            guard case .right = verdict else { continue }
            accepted += 1
            // Its numbers are untouched.
            func numbers(_ text: [UInt8]) -> [[UInt8]] {
              text.split { !(0x30...0x39).contains($0) }.map { Array($0) }
            }
            let isSame =
              numbers(mutant) == numbers(bytes)
              && !mutant.contains { "!<>~^|-*/%()".utf8.contains($0) }
            #expect(isSame, "\(String(decoding: mutant, as: UTF8.self))")
          }
        }
      }
    }
    #expect(judged > 40_000 && accepted > 100)
  }

  /// Time and memory are bounded by the limit of 4 096 bytes.
  @Test(arguments: [
    "1+", "= ", "1 = ", "word ", "\n", "1,000,", "x 1 ", "((", "12 ", "and ", "and\n", "so, ",
    "add. ",
    "let us add. ", ".", ",", "17\n", "17 + 26 = 43. ", "17, 26, ", "the answer is\n",
  ])
  func `is looked for in bounded time`(piece: String) throws {
    let verifier = try #require(Verifiers.named("worded-sum"))
    for count in [4_000, 1_000_000] {
      let text = Array(repeatElement(Array(piece.utf8), count: count / piece.utf8.count).joined())
      var verdict: AnswerVerdict?
      let time = (0..<3).map { _ in
        ContinuousClock().measure {
          verdict = verifier.judgeAnswer(problem: Array(Self.plain.utf8), text: text)
        }
      }.min()
      #expect(try #require(time) < .milliseconds(100))
      switch verdict {
      case .unclear, .missing: break
      // Short texts of these are whole ones.
      default: #expect(piece.hasPrefix("17") && count < 5_000, "\(String(describing: verdict))")
      }
    }
  }
}
