/// Compares a solution with the lines that a verifier derives, and names the first bad one.
///
/// A line agrees with an expected line if both have the same lexemes. So only lines that the
/// verifier derives can be accepted.
///
/// The lines of a verifier with rules (`TraceVerifier`) may be verbose: each then names its rule
/// and the lines that it uses before its claim (`StepPrefix`), and these are held against what the
/// verifier itself applies.
package struct TraceReader: Sendable {
  private var lines: LineReader
  private var line = 0..<0
  private let isVerbose: Bool
  /// The prefix of the current line, until `applied` has judged it.
  private var prefix: StepPrefix?
  private let records: Bool
  /// The line that need not follow from those before it.
  private let granted: Int?
  /// Whether the granted line was indeed wrong.
  package private(set) var usedGrant = false
  /// The steps so far, if they are recorded.
  package private(set) var steps: [CheckedStep] = []

  /// The lines of a verifier without rules: none is verbose, none is granted, and no steps are
  /// recorded.
  package init(_ solution: Span<UInt8>) {
    lines = LineReader(Array(copying: solution))
    (isVerbose, records, granted) = (false, false, nil)
  }

  /// The lines of a verifier that calls `applied` for each of them.
  ///
  /// - Parameters:
  ///   - records: whether `steps` is filled.
  ///   - granted: the line that `require` lets pass.
  package init(steps solution: Span<UInt8>, records: Bool = false, granted: Int? = nil) {
    lines = LineReader(Array(copying: solution))
    var first = lines
    isVerbose = first.next().map { StepPrefix.begins(Lexer(first.bytes, in: $0)) } ?? false
    (self.records, self.granted) = (records, granted)
  }

  /// 1-based number of the current line; 0 before the first.
  package var number: Int { lines.number }

  /// Goes to the next line.
  ///
  /// - Returns: its lexemes, at least one.
  /// - Throws: if the solution ends here, or the line is empty.
  package mutating func next(
    expecting expected: @autoclosure () -> [[UInt8]]
  ) throws(Rejection) -> Lexer {
    let lexer = try nextLine(expecting: Excerpt.alternatives(expected()))
    return isVerbose ? try claim(of: lexer) : lexer
  }

  /// Reads the next line as a claim.
  ///
  /// - Parameters:
  ///   - expected: what the line should be, for messages.
  ///   - body: reads all of the line; what it throws is named at this line.
  package mutating func read<Claim>(
    _ expected: @autoclosure () -> String,
    _ body: (inout Lexer) throws(Rejection) -> Claim
  ) throws(Rejection) -> Claim {
    var lexer = try nextLine(expecting: expected())
    if isVerbose { lexer = try claim(of: lexer) }
    do throws(Rejection) {
      let claim = try body(&lexer)
      try lexer.expectEnd()
      return claim
    } catch {
      throw error.step == 0 ? Rejection(step: number, error.why) : error
    }
  }

  /// Rejects the current line unless `isRight`, or unless it is granted.
  package mutating func require(
    _ isRight: Bool, _ why: @autoclosure () -> String
  ) throws(Rejection) {
    if isRight { return }
    guard number == granted else { throw Rejection(step: number, why()) }
    usedGrant = true
  }

  /// Same, with a message that names what would have been right.
  package mutating func require(
    _ isRight: Bool, expecting candidates: @autoclosure () -> [[UInt8]]
  ) throws(Rejection) {
    if isRight { return }
    guard number == granted else { throw rejection(expecting: candidates()) }
    usedGrant = true
  }

  /// Says what the current line applied; call it once for every line but the answer.
  ///
  /// - Parameters:
  ///   - rule: one of the verifier's rules.
  ///   - inputs: the lines that it used, ascending; 0 is the problem. Asked for only where the line
  ///     is verbose or the steps are recorded.
  /// - Throws: if a verbose line says otherwise.
  package mutating func applied(
    _ rule: @autoclosure () -> String, from inputs: @autoclosure () -> [Int]
  ) throws(Rejection) {
    guard prefix != nil || records else { return }
    let (rule, inputs) = (rule(), inputs())
    if let prefix {
      guard prefix.rule == rule, prefix.inputs == inputs else {
        let right = CheckedStep(number: number, rule: rule, inputs: inputs, claim: "")
        throw Rejection(
          step: number,
          "expected `\(right.text)` before the claim, found another rule or other lines")
      }
      self.prefix = nil
    }
    if records {
      let claim = String(decoding: lines.bytes[line], as: UTF8.self)
      steps.append(CheckedStep(number: number, rule: rule, inputs: inputs, claim: claim))
    }
  }

  /// Same, for inputs that follow from the current line's number.
  package mutating func applied(
    _ rule: @autoclosure () -> String, _ inputs: (_ line: Int) -> [Int]
  ) throws(Rejection) {
    let number = number
    try applied(rule(), from: inputs(number))
  }

  private mutating func nextLine(
    expecting expected: @autoclosure () -> String
  ) throws(Rejection) -> Lexer {
    guard prefix == nil else {
      throw Rejection(step: number, "this line has no rule that could be named before it")
    }
    guard let range = lines.next() else {
      throw Rejection(
        step: lines.number + 1, "the solution ends here; expected \(expected())")
    }
    line = range
    let lexer = Lexer(lines.bytes, in: range)
    guard !lexer.isAtEnd else {
      throw Rejection(step: lines.number, "the line is empty; expected \(expected())")
    }
    return lexer
  }

  /// Reads the prefix of a verbose line; from here on, the line is its claim.
  private mutating func claim(of lexer: Lexer) throws(Rejection) -> Lexer {
    var lexer = lexer
    do throws(Rejection) {
      let prefix = try StepPrefix(&lexer)
      guard prefix.number == number else {
        throw .unreadable("expected the number \(number), found \(prefix.number)")
      }
      self.prefix = prefix
    } catch {
      throw Rejection(step: number, error.why)
    }
    line =
      lexer.isAtEnd ? line.upperBound..<line.upperBound : lexer.current.lowerBound..<line.upperBound
    return lexer
  }

  /// Goes past the next line, which must be `expected`.
  package mutating func expect(_ expected: [UInt8]) throws(Rejection) {
    _ = try expect(oneOf: [expected])
  }

  /// Goes past the next line, which must be `expected` and applies this rule to these lines.
  package mutating func expect(
    _ expected: [UInt8], applying rule: String, from inputs: [Int]
  ) throws(Rejection) {
    try expect(expected)
    try applied(rule, from: inputs)
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
    try finish(answer: String(decoding: answer, as: UTF8.self))
  }

  /// Goes past the answer line, after which nothing may follow.
  ///
  /// - Returns: `answer`, the verdict's answer.
  package mutating func finish(answer: String) throws(Rejection) -> String {
    func expected() -> [UInt8] { Array("Answer: ".utf8) + answer.utf8 }
    let found = try nextLine(expecting: Excerpt.quoted(expected()))
    guard isAnswer(answer) || agrees(found, with: expected()) else {
      throw rejection(expecting: [expected()])
    }
    if let extra = lines.next() {
      throw Rejection(
        step: lines.number,
        "the trace is complete with \(Excerpt.quoted(expected())); expected no further line, found "
          + Excerpt.quoted(lines.bytes, in: extra))
    }
    return answer
  }

  /// Whether the current line is the answer's to the byte, the usual case.
  private func isAnswer(_ answer: String) -> Bool {
    let start = "Answer: ".utf8
    guard line.count == start.count + answer.utf8.count else { return false }
    var place = line.lowerBound
    for byte in start {
      if lines.bytes[place] != byte { return false }
      place += 1
    }
    for byte in answer.utf8 {
      if lines.bytes[place] != byte { return false }
      place += 1
    }
    return true
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
