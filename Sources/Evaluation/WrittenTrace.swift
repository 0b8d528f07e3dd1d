package import Records
package import Tokenization
internal import Verifiers

/// What a model wrote for a problem, judged in two ways that share nothing: by its last line
/// alone, and by the family's verifier, line by line.
package struct WrittenTrace: Sendable, Equatable {
  package let text: String
  /// Tokens written, the end included.
  package let tokenCount: Int
  /// Whether the last line gives the record's answer.
  package let isAnswerRight: Bool
  package let isVerified: Bool
  /// The first bad line, counted from 1; `nil` for a verified trace.
  package let firstError: Int?

  /// - Parameter tokens: what was written, with the token of the end where it came to one.
  package init(
    _ tokens: [Int32], for record: Record, wrapping: Wrapping
  ) throws(TokenizerError) {
    let tokenizer = wrapping.tokenizer
    let isFinished = tokens.last.map(wrapping.endIds.contains) ?? false
    let written = isFinished ? Array(tokens.dropLast()) : tokens
    // Ids of a padded vocabulary are no text either, and cannot be decoded.
    let special = written.firstIndex { wrapping.isSpecial($0) || !tokenizer.knows($0) }
    let bytes = try tokenizer.decode(written.filter(tokenizer.knows))
    tokenCount = tokens.count
    text = String(decoding: bytes, as: UTF8.self)

    // What does not end, or holds tokens that are no text, is no trace, whatever its text says.
    let isWhole = isFinished && special == nil
    let given = Array(record.problem.utf8)
    let verifier = Verifiers.named(record.family)
    // A record of free text is held to its answer alone, and so is what a model writes for it.
    if record.checker?.level == "answer",
      let verdict = verifier?.judgeAnswer(problem: given, text: bytes)
    {
      isVerified = isWhole && verdict.verdict.isAccepted
      isAnswerRight = isVerified
      firstError = nil
      return
    }
    isAnswerRight = isWhole && record.answer != nil && Self.answer(of: bytes) == record.answer
    // The line on which it stops being one.
    let readable = Array(written[..<(special ?? written.count)])
    let limit = isWhole ? nil : Self.line(after: try tokenizer.decode(readable))
    switch verifier?.verify(problem: given, solution: bytes) {
    case .accepted:
      isVerified = isWhole
      firstError = limit
    case .rejected(let step, _):
      isVerified = false
      firstError = limit.map { min($0, step) } ?? step
    case nil:
      isVerified = false
      firstError = nil
    }
  }

  /// What the last line says: the rest of it after `Answer: `, spaces at its ends apart.
  ///
  /// - Returns: `nil` where the last line is no answer line. One newline at the end is passed over.
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

  /// The line, counted from 1, on which the byte after these stands.
  private static func line(after bytes: [UInt8]) -> Int { 1 + bytes.count { $0 == 0x0A } }
}

extension ArraySlice<UInt8> {
  /// The longest end whose elements all satisfy `predicate`.
  fileprivate func suffix(while predicate: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var start = endIndex
    while start > startIndex, predicate(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
