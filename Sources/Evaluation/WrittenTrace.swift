internal import Judging
package import Records
package import Tokenization

/// What a model wrote for a problem, judged in two independent ways: by its last line alone, and by
/// the family's verifier, line by line.
package struct WrittenTrace: Sendable, Equatable {
  /// What was written, decoded; invalid UTF-8 is replaced.
  package let text: String
  /// Tokens written, the end included.
  package let tokenCount: Int
  /// Whether the last line gives the record's answer.
  package let isAnswerRight: Bool
  /// Whether the family's verifier accepted it; of a record of free text, whether its answer is
  /// right.
  package let isVerified: Bool
  /// The first bad line, counted from 1; `nil` for a verified trace.
  package let firstError: Int?

  /// - Parameter tokens: what was written, with the end token if one was written.
  package init(
    _ tokens: [Int32], for record: Record, wrapping: Wrapping
  ) throws(TokenizerError) {
    let written = try WrittenText(tokens, wrapping: wrapping)
    text = written.text
    tokenCount = written.tokenCount
    // A record of free text is judged by its answer alone, so a model's text for it is too.
    let judgement = Judge(.asRecorded).judge(written, for: record)
    isVerified = judgement.isAccepted
    if judgement.checker?.level == .answer {
      isAnswerRight = isVerified
      firstError = nil
      return
    }
    firstError = judgement.firstBadLine
    // A text that does not end, or that holds tokens that are no text, has no answer.
    let isWhole = written.isFinished && (written.flaw.map { $0.kind == .notUTF8 } ?? true)
    isAnswerRight =
      isWhole && record.answer != nil && Self.answer(of: written.bytes) == record.answer
  }

  /// The answer on the last line: the rest of the line after `Answer: `, without spaces at its
  /// ends.
  ///
  /// - Returns: `nil` if the last line is no answer line. One newline at the end is ignored.
  package static func answer(of solution: [UInt8]) -> String? {
    let newline = UInt8(ascii: "\n")
    let space = UInt8(ascii: " ")
    var text = solution[...]
    if text.last == newline { text.removeLast() }
    var line = text.suffix(while: { $0 != newline })
    func trim() {
      while line.first == space { line.removeFirst() }
      while line.last == space { line.removeLast() }
    }
    trim()
    guard line.starts(with: "Answer:".utf8) else { return nil }
    line.removeFirst("Answer:".utf8.count)
    trim()
    let answer = String(decoding: line, as: UTF8.self)
    return answer.utf8.elementsEqual(line) ? answer : nil
  }
}

extension ArraySlice<UInt8> {
  /// The longest suffix whose elements all satisfy `predicate`.
  fileprivate func suffix(while predicate: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var start = endIndex
    while start > startIndex, predicate(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
