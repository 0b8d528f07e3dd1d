import Files
import Generation
import Testing

/// Lines of other people's, which name no family.
struct `A record without a family` {
  private func verdict(_ line: String) -> RecordVerdict {
    RecordVerification.verdict(ofLine: 1, Array(line.utf8))
  }

  @Test(arguments: [
    (#"{"problem":"9+8+2","solution":"7+2\n9\nAnswer: 9"}"#, "steps"),
    (#"{"question":"9+8+2","answer":"7+2\n9\nAnswer: 9"}"#, "steps"),
    (#"{"question":"9+8+2","answer":"9"}"#, "answer"),
    (#"{"question":"9+8+2","answer":"First 17, then 19, so \\boxed{9}."}"#, "answer"),
    (#"{"question":" 9+8+2\n","answer":"Mod ten.\n#### 9"}"#, "answer"),
    (
      #"{"messages":[{"role":"user","content":"9+8+2"},{"role":"assistant","content":"<think>Answer: 3</think>It is\nAnswer: 9"}]}"#,
      "answer"
    ),
    (
      #"{"messages":[{"role":"system","content":"x"},{"role":"user","content":"9+8+2"},{"role":"assistant","content":"<think>7+2</think>7+2\n9\nAnswer: 9"}]}"#,
      "steps"
    ),
  ])
  func `is judged as closely as its text allows`(line: String, level: String) {
    let verdict = verdict(line)
    #expect(verdict.outcome == .accepted && verdict.level == level && verdict.answer == "9")
    #expect(verdict.family == "sum-reduce")
  }

  @Test(arguments: [
    #"{"problem":"9+8+2","solution":"7+2\n8\nAnswer: 8"}"#, #"{"question":"9+8+2","answer":"8"}"#,
    #"{"question":"9+8+2","answer":"\\boxed{9} or \\boxed{8}"}"#,
    #"{"question":"9+8+2","answer":"<think>\\boxed{9}</think>no idea"}"#,
  ])
  func `is rejected where steps and answer are wrong`(line: String) {
    #expect(verdict(line).outcome == .rejected)
  }

  @Test(arguments: [
    #"{"question":"Who wrote it?","answer":"9"}"#, #"{"text":"9+8+2"}"#,
    #"{"messages":[{"role":"user","content":"9+8+2"},{"role":"assistant","content":"9"},{"role":"user","content":"and 1+1?"},{"role":"assistant","content":"2"}]}"#,
  ])
  func `is unchecked where no family reads a problem`(line: String) {
    let verdict = verdict(line)
    #expect(verdict.outcome == .unchecked && verdict.reason?.isEmpty == false)
  }
}
