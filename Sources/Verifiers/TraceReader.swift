/// Compares a solution with the lines that a verifier derives, and names the first bad one.
///
/// A line agrees with an expected line if both have the same lexemes. So only lines that the
/// verifier derives can be accepted.
package struct TraceReader: Sendable {
  private var lines: LineReader
  private var line = 0..<0

  package init(_ solution: Span<UInt8>) { lines = LineReader(Array(copying: solution)) }

  /// Goes to the next line.
  ///
  /// - Returns: its lexemes, at least one.
  /// - Throws: if the solution ends here, or the line is empty.
  package mutating func next(
    expecting expected: @autoclosure () -> [[UInt8]]
  ) throws(Rejection) -> Lexer {
    guard let range = lines.next() else {
      throw Rejection(
        step: lines.number + 1,
        "the solution ends here; expected \(Excerpt.alternatives(expected()))")
    }
    line = range
    let lexer = Lexer(lines.bytes, in: range)
    guard !lexer.isAtEnd else {
      throw Rejection(
        step: lines.number, "the line is empty; expected \(Excerpt.alternatives(expected()))")
    }
    return lexer
  }

  /// Goes past the next line, which must be `expected`.
  package mutating func expect(_ expected: [UInt8]) throws(Rejection) {
    _ = try expect(oneOf: [expected])
  }

  /// Goes past the next line, which must be one of `candidates`.
  ///
  /// - Returns: the index of the one it is.
  package mutating func expect(oneOf candidates: [[UInt8]]) throws(Rejection) -> Int {
    let found = try next(expecting: candidates)
    for (index, candidate) in candidates.enumerated() where agrees(found, with: candidate) {
      return index
    }
    throw rejection(expecting: candidates)
  }

  /// Goes past the answer line, after which nothing may follow.
  ///
  /// - Returns: `answer` as text, the verdict's answer.
  package mutating func finish(answer: [UInt8]) throws(Rejection) -> String {
    let expected = Array("Answer: ".utf8) + answer
    try expect(expected)
    if let extra = lines.next() {
      throw Rejection(
        step: lines.number,
        "the trace is complete with \(Excerpt.quoted(expected)); expected no further line, found "
          + Excerpt.quoted(lines.bytes, in: extra))
    }
    return String(decoding: answer, as: UTF8.self)
  }

  /// The rejection of the current line, naming what would have been right.
  package func rejection(expecting candidates: [[UInt8]]) -> Rejection {
    let found = Lexer(lines.bytes, in: line)
    let deepest = candidates.compactMap { candidate in
      Lexer.firstDifference(of: found, from: Lexer(candidate, in: 0..<candidate.count))
    }.max()
    let place = deepest.map { " (differs at byte \($0 - line.lowerBound + 1) of the line)" } ?? ""
    return Rejection(
      step: lines.number,
      "expected \(Excerpt.alternatives(candidates)), found "
        + Excerpt.quoted(lines.bytes, in: line) + place)
  }

  private func agrees(_ found: Lexer, with expected: [UInt8]) -> Bool {
    // Equal bytes are equal lexemes: the usual case needs no second comparison.
    lines.bytes[line] == expected[...]
      || Lexer.firstDifference(of: found, from: Lexer(expected, in: 0..<expected.count)) == nil
  }
}
