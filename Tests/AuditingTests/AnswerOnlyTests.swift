import Auditing
import Files
import Randomness
import Records
import Tasks
import Testing
import Verifiers

struct `An answer alone` {
  // A family with a grammar of free texts judges them by that.
  static let stepped = Verifiers.all.filter { !$0.rules.isEmpty && $0.freeTextGrammar == nil }
    .map(\.family)

  /// Judged without any step, so that a chat model's free text can be.
  @Test(arguments: stepped) func `is right or wrong however it is stated`(name: String) throws {
    let family = try #require(Families.named(name))
    let verifier = try #require(Verifiers.named(name))
    var wrong = 0
    for level in family.levels {
      for index in 0..<10 {
        let record = try draw(family, level: level, seed: Seed(1), index: index)
        let other = try draw(family, level: level, seed: Seed(1), index: index + 1)
        let answer = try #require(record.answer)
        let problem = Array(record.problem.utf8)
        func judge(_ text: String) -> AnswerVerdict? {
          verifier.judgeAnswer(problem: problem, text: Array(text.utf8))
        }
        for text in [
          "Answer: \(answer)", "So it is.\n**Answer:** \(answer)\n", "#### \(answer)",
          "Thus $\\boxed{\(answer)}$.", "<think>no</think><answer>\(answer)</answer>",
          "Answer: nonsense\n\nWait. Answer: x\nAnswer:  \(answer) ",
        ] {
          #expect(judge(text) == .right(answer: answer), "\(record.problem) | \(text)")
        }
        #expect(judge("It is \(answer)").map { "\($0)".hasPrefix("missing") } == true)
        for text in ["Answer: \(answer)\nAnswer: ?", "Answer: ", "Answer: \(answer) \(answer)"] {
          guard case .wrong = judge(text) else {
            Issue.record("\(record.problem) | \(text): \(String(describing: judge(text)))")
            continue
          }
        }
        if let guess = other.answer, guess != answer, case .wrong = judge("Answer: \(guess)") {
          wrong += 1
        }
      }
    }
    // Some families have more than one right answer to a problem; another's is rarely one of them.
    #expect(wrong >= 20)
  }
}
