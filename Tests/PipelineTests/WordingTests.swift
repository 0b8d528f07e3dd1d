import Files
import Pipeline
import Testing

struct `Numbers and times` {
  @Test(arguments: [
    (0.0, "0.00 s"), (0.424, "0.42 s"), (9.994, "9.99 s"), (12.34, "12.3 s"), (59.94, "59.9 s"),
    (59.96, "1:00"), (64, "1:04"), (3599.6, "1:00:00"), (3723, "1:02:03"), (.infinity, "?"),
  ])
  func `of seconds read well`(_ seconds: Double, _ text: String) {
    #expect(Wording.duration(seconds) == text)
  }

  @Test func `in long lines break at spaces, and inside a word only where it alone is too long`() {
    #expect(Wording.wrapped("aaa bbb", to: 7, indent: 2) == "aaa bbb")
    #expect(Wording.wrapped("aaa  bbb ccc", to: 7, indent: 2) == "aaa\n  bbb\n  ccc")
    #expect(Wording.wrapped("aaaaaaaa bb", to: 5, indent: 2) == "aaaaa\n  aaa\n  bb")
    #expect(Wording.wrapped("    aaaa", to: 5, indent: 2) == "    a\n  aaa")
    #expect(Wording.wrapped("漢字 漢字", to: 6, indent: 2) == "漢字\n  漢字")
  }

  @Test func `of counts and rates read well`() {
    #expect(
      [0, 999, 1000, 75_000, -1_234_567].map(Wording.count) == [
        "0", "999", "1,000", "75,000", "-1,234,567",
      ])
    #expect(
      [0.314, 4.24, 9.96, 99.6, 132.4, 41_320].map(Wording.rate) == [
        "0.31", "4.2", "10", "100", "132", "41,300",
      ])
  }

  /// A name or note must not move the cursor or turn the text around.
  @Test func `lose what steers a terminal`() {
    #expect(TerminalText.line("a\u{1B}[2Jb\u{202E}c\r\n") == "a\\u001b[2Jb\\u202ec\\r\\n")
  }
}
