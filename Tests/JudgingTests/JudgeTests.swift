import Files
import Judging
import Records
import Testing
import Verifiers

/// A word without a step, as a chat model answers.
private let chat = "She has 42 coins."

struct `A judge` {
  static let sum = record("sum-reduce", "9+8+2+5", "7+2+5\n7+7\n4\nAnswer: 4", answer: "4")
  static let story = record(
    "worded-sum", "Ann has 50 coins. Ann loses 8 coins. How many coins does Ann have now?",
    "50-8=42\nAnswer: 42", answer: "42")

  static func record(
    _ family: String, _ problem: String, _ solution: String, answer: String,
    level: Record.Checker.Level? = nil
  ) -> Record {
    Record(
      family: family, level: 1, knobs: [:], problem: problem, solution: solution, answer: answer,
      canonicalProblem: problem, origin: .reference,
      checker: level.map { .init(name: family, version: 1, verdict: .accepted, level: $0) })
  }

  @Test func `says what the family's verifier says, and who it is`() throws {
    let verifier = try #require(Verifiers.named("sum-reduce"))
    let judged = Judge().judge(Self.sum)
    #expect(judged.outcome == .accepted(answer: "4"))
    #expect(
      judged.checker
        == .init(name: "sum-reduce", version: verifier.version, verdict: .accepted, level: .steps))
    let wrong = Judge().judge("7+2+5\n8+7\n4\nAnswer: 4".utf8.span, for: Self.sum)
    #expect(wrong.firstBadLine == 2 && !wrong.isAccepted)
    guard case .rejected(2, let reason, .trace) = wrong.outcome else {
      Issue.record("\(wrong)")
      return
    }
    #expect(reason.hasPrefix("step 2: expected"))
  }

  /// A lenient rule where a strict one was asked for lets unverified steps into verified sets.
  @Test func `reads an answer alone only where its rule says so`() {
    let claimed = Self.record(
      "worded-sum", Self.story.problem, chat, answer: "42", level: .answer)
    for (rule, record, accepts) in [
      (.steps, claimed, false), (.answer, Self.story, true), (.asRecorded, claimed, true),
      (.asRecorded, Self.story, false),
    ] as [(Judge.Rule, Record, Bool)] {
      let judged = Judge(rule).judge(chat.utf8.span, for: record)
      #expect(judged.isAccepted == accepts, "\(rule)")
      if accepts { #expect(judged.checker?.level == .answer && judged.answer == "42") }
    }
    #expect(Judge(.answer).judge(Self.sum).checker?.level == .answer)
    #expect(Judge(.steps).judge(Self.sum).checker?.level == .steps)
    // A family without such a rule is judged by its steps whatever is asked.
    for (family, problem, reads) in [
      (Self.story.family, Self.story.problem, true), (Self.sum.family, Self.sum.problem, true),
      ("geometry", "a b c = triangle a b c ? coll a b c", false),
    ] {
      #expect(Judge.readsAnswers(family: family, problem: problem.utf8.span) == reads)
    }
  }

  @Test func `tells why a free answer is refused`() {
    for (text, fault) in [
      ("She has 41 coins.", .wrongAnswer), ("I cannot tell.", .missingAnswer),
      ("She has 42 or 41 coins.", .unclearAnswer),
    ] as [(String, Judgement.Fault)] {
      let judged = Judge(.answer).judge(text.utf8.span, for: Self.story)
      guard case .rejected(_, _, fault) = judged.outcome else {
        Issue.record("\(text): \(judged)")
        continue
      }
    }
  }

  @Test func `judges no free prompt and no family that it does not know`() {
    #expect(Judge().judge(Record(prompt: "Why?", solution: "So.")).outcome == .unchecked)
    let other = Self.record("no-such", "1", "Answer: 1", answer: "1")
    let judged = Judge().judge(other)
    #expect(judged.outcome == .unknownFamily && judged.checker == nil && !judged.isAccepted)
    #expect(Judge.knows("sum-reduce") && !Judge.knows("no-such"))
  }
}
