/// The answer that a free text states in one of the usual ways: `\boxed{…}`, `<answer>…</answer>`,
/// a line `Answer: …`, or `#### …`. The last one counts, whatever its form.
struct StatedAnswer: Sendable {
  let bytes: [UInt8]
  /// Where the answer stands in `bytes`.
  let range: Range<Int>
  /// 1-based line.
  let line: Int

  /// Takes time linear in the text.
  ///
  /// - Throws: if there is none; at the text's last line.
  init(in text: [UInt8]) throws(Rejection) {
    bytes = text
    var found: Range<Int>?
    var number = 0
    var foundLine = 0
    var lines = LineReader(text)
    while let line = lines.next() {
      number = lines.number
      guard let range = Self.last(in: line, of: text) else { continue }
      (found, foundLine) = (range, number)
    }
    guard let found else {
      throw Rejection(
        step: max(1, number),
        "no answer is stated; expected `\\boxed{...}`, `<answer>...</answer>`, `Answer: ...` or "
          + "`#### ...`")
    }
    (range, line) = (found, foundLine)
  }

  /// The answer within one line that ends last, in one pass.
  private static func last(in line: Range<Int>, of text: [UInt8]) -> Range<Int>? {
    var found = lineAnswer(line, of: text)
    /// Where the text after each open brace begins, if it is that of `\boxed`.
    var braces: [Int?] = []
    var tag: Int?
    for place in line {
      let rest = text[place..<line.upperBound]
      switch text[place] {
      case UInt8(ascii: "{"):
        let isBoxed = text[line.lowerBound..<place].suffix(6).elementsEqual("\\boxed".utf8)
        braces.append(isBoxed ? place + 1 : nil)
      case UInt8(ascii: "}"):
        if let begin = braces.popLast() ?? nil { found = begin..<place }
      case UInt8(ascii: "<"):
        if rest.starts(with: "<answer>".utf8) {
          tag = place + 8
        } else if let begin = tag, rest.starts(with: "</answer>".utf8) {
          found = begin..<place
          tag = nil
        }
      default: break
      }
    }
    return found
  }

  /// What follows `Answer:` or `####` at the start of a line, without the asterisks of bold text.
  private static func lineAnswer(_ line: Range<Int>, of text: [UInt8]) -> Range<Int>? {
    let (space, star) = (UInt8(ascii: " "), UInt8(ascii: "*"))
    var rest = text[line].drop { $0 == space || $0 == star }
    for start in ["Answer:", "####"] where rest.starts(with: start.utf8) {
      rest = rest.dropFirst(start.utf8.count).drop { $0 == star }
      while rest.last == star { rest.removeLast() }
      return rest.startIndex..<rest.endIndex
    }
    return nil
  }
}
