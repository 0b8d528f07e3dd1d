import Files
import Testing

struct `Text on a terminal` {
  static func shown(_ text: String) -> String {
    String(decoding: TerminalText.shown(Array(text.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("plain", "plain"), ("\u{1B}[2J", "\\u001b[2J"), ("a\tb\nc", "a\tb\nc"), ("a\rb", "a\\rb"),
    ("\u{7F}\u{9B}31m", "\\u007f\\u009b31m"), ("\u{202E}abc\u{2066}", "\\u202eabc\\u2066"),
    ("a\u{200B}b\u{FEFF}", "a\\u200bb\\ufeff"), ("\u{2028}\u{2029}", "\\u2028\\u2029"),
    ("\u{AD}\u{61C}\u{180E}\u{2060}", "\\u00ad\\u061c\\u180e\\u2060"),
    ("\u{E0041}", "\\udb40\\udc41"), ("\u{3164}\u{034F}", "\\u3164\\u034f"),
    ("grüße 漢字 e\u{301} ❤\u{FE0F} 🙂", "grüße 漢字 e\u{301} ❤\u{FE0F} 🙂"),
  ])
  func `shows as an escape what could steer it or hide in it`(text: String, expected: String) {
    #expect(Self.shown(text) == expected)
  }

  /// What JSON quotes has to stay the same value when a terminal shows it.
  @Test func `stays the same JSON`() throws {
    for value in (0x80...0x2FF).map({ $0 }) + [0x200B, 0x202E, 0x2066, 0xFEFF, 0xE0041] {
      let scalar = try #require(Unicode.Scalar(value))
      let json: JSON = ["a": JSON("x\(Character(scalar))y")]
      let shown = TerminalText.shown(json.serialized())
      #expect(try JSON.parse(shown) == json)
    }
  }

  @Test(arguments: [
    ([0x61, 0xFF, 0x62], "a\\xffb"), ([0xC0, 0x80], "\\xc0\\x80"),
    ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"), ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
    ([0xE2, 0x82], "\\xe2\\x82"), ([0x9B, 0x41], "\\x9bA"), ([0xC2], "\\xc2"),
    ([0xF0, 0x8F, 0xBF, 0xBF], "\\xf0\\x8f\\xbf\\xbf"),
  ])
  func `shows bytes that are no UTF-8`(bytes: [UInt8], expected: String) {
    #expect(String(decoding: TerminalText.shown(bytes), as: UTF8.self) == expected)
  }

  /// Whatever the bytes: what comes out is UTF-8, and nothing in it is hidden.
  @Test func `is fit for a terminal whatever the bytes are`() throws {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      let bytes = (0..<24).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      let text = try #require(String(validating: TerminalText.shown(bytes), as: UTF8.self))
      for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" {
        #expect(TerminalText.isVisible(scalar), "\(scalar.value)")
      }
    }
  }

  @Test func `is one line, and a bounded one`() {
    #expect(TerminalText.line("a\nb\r\n") == "a\\nb\\r\\n")
    let long = TerminalText.line("begin" + String(repeating: "ü", count: 1 << 20) + "end")
    #expect(long.utf8.count < TerminalText.lineLimit + 100)
    #expect(long.hasPrefix("beginü") && long.hasSuffix("üend"))
    #expect(long.contains("bytes more"), "\(long.prefix(100))")
    #expect(TerminalText.word(String(repeating: "\u{1B}", count: 9999)).utf8.count < 1400)
    #expect(TerminalText.word("short") == "short")
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("🙂", 2), ("👨‍👩‍👧", 2), ("가", 2), ("ｱ", 1),
    ("Ａ", 2), ("▕█▏", 3), ("❤\u{FE0F}", 2),
  ])
  func `takes as many columns as a terminal gives it`(text: String, columns: Int) {
    #expect(TerminalText.columns(of: text) == columns)
    #expect(TerminalText.columns(of: TerminalText.padded(text, to: 9)) == 9)
  }

  @Test func `is cut between characters`() {
    #expect(TerminalText.prefix(of: "漢字漢字", columns: 5) == "漢字")
    #expect(TerminalText.prefix(of: "abc", columns: 9) == "abc")
    #expect(TerminalText.prefix(of: "漢", columns: 1) == "")
  }
}
