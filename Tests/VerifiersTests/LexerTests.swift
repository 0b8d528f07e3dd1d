import Testing
import Verifiers

struct `The lexer` {
  private func lexer(_ text: String) -> Lexer {
    Lexer(Array(text.utf8), in: 0..<text.utf8.count)
  }

  private func all(_ text: String) -> [String] {
    var (lexer, found) = (lexer(text), [String]())
    while !lexer.isAtEnd {
      found.append(String(decoding: lexer.bytes[lexer.current], as: UTF8.self))
      lexer.advance()
    }
    return found
  }

  @Test func `splits words from marks and skips spaces alone`() {
    #expect(all("  12write 3+x ") == ["12write", "3", "+", "x"])
    #expect(all("a\tb\n") == ["a", "\t", "b", "\n"])
    #expect(all("   ") == [] && all("") == [])
  }

  @Test func `takes numbers only in their one spelling`() {
    for (text, taken) in [
      ("0", true), ("10", true), ("123", true), ("1234", false), ("01", false), ("-1", false),
      ("", false), ("1a", false), ("a", false), ("00", false),
    ] {
      var lexer = lexer(text)
      #expect((lexer.takeNatural(digitLimit: 3) != nil) == taken, "\(text)")
    }
    var digit = lexer("7 x")
    #expect(digit.takeDigit() == 7 && digit.takeDigit() == nil && digit.take("x"))
    var pair = lexer("77")
    #expect(pair.takeDigit() == nil)
  }

  @Test func `gives values that fit and nil for the others`() {
    #expect(Lexer.value(of: Array("9223372036854775807".utf8)[...]) == Int.max)
    #expect(Lexer.value(of: Array("9223372036854775808".utf8)[...]) == nil)
    #expect(Lexer.value(of: []) == nil && Lexer.value(of: [65]) == nil)
  }

  @Test(
    arguments: [
      ("7 + 5", "7+5", nil), ("75", "7 5", 0), ("7+5", "7+5+1", 3), ("7+5+1", "7+5", 3),
      ("7+6", "7+5", 2), ("", "", nil), ("  7", "8", 2),
    ] as [(String, String, Int?)])
  func `compares texts by lexemes`(found: String, expected: String, place: Int?) {
    #expect(Lexer.firstDifference(of: lexer(found), from: lexer(expected)) == place)
  }

  @Test func `keeps to the bytes there are`() {
    let lexer = Lexer([65, 66, 67], in: 1..<90)
    #expect(lexer.word == [66, 67])
    #expect(Lexer([65], in: 7..<9).isAtEnd)
    #expect(Lexer(problem: [UInt8]().span).isAtEnd)
    let newline: [UInt8] = [10]
    #expect(Lexer(problem: newline.span).isAtEnd)
  }
}
