import Stages
import Testing

struct `The near word` {
  @Test(arguments: [
    ("hiden_size", " -- did you mean hidden_size?"), ("stepz", " -- did you mean steps?"),
    ("colour", ""), ("", ""), ("st", ""),
  ])
  func `is offered within three edits, and not for what has nothing in common`(
    word: String, hint: String
  ) {
    #expect(Nearness.hint(word, among: ["steps", "hidden_size", "batch"]) == hint)
  }
}
