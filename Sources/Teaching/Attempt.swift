internal import Files
internal import Models
internal import Records
internal import Tokenization
internal import Verifiers

/// What a teacher wrote for one problem, once it has been judged.
enum Attempt: Sendable, Equatable {
  /// The verifier accepted it; `record` is the new record.
  case accepted(Record)
  /// Free text, which no verifier can judge.
  case unchecked(Record)
  /// Free text that was cut at the limit: a beginning, after which no end of text may be learnt.
  case cut(Record)
  /// The first bad line (a missing one has the number it should have had) and why.
  case rejected(text: String, step: Int, reason: String, why: Fault)
  /// It did not come to an end.
  case unfinished(text: String, reason: String)

  /// What was wrong with a rejected text.
  enum Fault: String, Sendable, CaseIterable {
    /// A line is wrong, or what is written cannot be read as a trace.
    case trace
    /// The answer of a free text is clear, and wrong.
    case wrongAnswer
    /// A free text that holds the right answer nowhere.
    case missingAnswer
    /// Of a free text no answer is clear.
    case unclearAnswer
    /// It holds an id of the model that is no token.
    case unknownId
  }

  /// The record that is kept; `nil` for what is not.
  var record: Record? {
    switch self {
    case .accepted(let record), .unchecked(let record), .cut(let record): record
    case .rejected, .unfinished: nil
    }
  }
}

/// Judges written tokens from their text alone.
struct Judge: Sendable {
  /// How closely texts of a family are judged.
  enum Level: String, CaseIterable, Sendable {
    /// Every line, as the family's grammar has it.
    case steps
    /// The answer that a free text states.
    case answer
    /// Lines where the teacher was trained on traces, answers of a teacher from elsewhere.
    case auto
  }

  /// SHA-256 of the model that writes, in hex.
  let fingerprint: String
  let wrapping: Wrapping
  let level: Level
  /// Whether free texts are kept that were cut before their end.
  var keepsUnfinished = false

  /// What a checker says of a record that it accepts.
  static let acceptedVerdict = "accepted"

  /// Hex digits of the fingerprint that name the teacher in `origin`.
  static let originDigits = 16

  private var origin: Record.Origin {
    .teacher(String(fingerprint.prefix(Self.originDigits)))
  }

  private var readsAnswers: Bool {
    switch level {
    case .steps: false
    case .answer: true
    case .auto: !wrapping.tokenizer.isRetort
    }
  }

  /// - Parameters:
  ///   - problem: the record whose problem was given.
  ///   - tokens: what was written, with the token of the end where it came to one.
  func judge(_ problem: Record, tokens: [Int32]) throws(TokenizerError) -> Attempt {
    let isFinished = tokens.last.map(wrapping.endIds.contains) ?? false
    let written = isFinished ? Array(tokens.dropLast()) : tokens
    let tokenizer = wrapping.tokenizer
    // Special tokens stand for no bytes, and ids that the tokenizer does not know for nothing at all:
    // without a look they would vanish from the text.
    if let wrong = written.firstIndex(where: { wrapping.isSpecial($0) || !tokenizer.knows($0) }) {
      let before = try tokenizer.decode(Array(written[..<wrong]))
      let isKnown = tokenizer.knows(written[wrong])
      let readable = try tokenizer.decode(written.filter(tokenizer.knows))
      return .rejected(
        text: String(decoding: readable, as: UTF8.self), step: Self.line(after: before),
        reason: isKnown
          ? "the token \(tokenizer.spelling(of: written[wrong])) stands in the text"
          : "the id \(written[wrong]) stands in the text, which is no token of the tokenizer",
        why: isKnown ? .trace : .unknownId)
    }
    let bytes = try tokenizer.decode(written)
    let text = String(decoding: bytes, as: UTF8.self)
    guard isFinished else {
      if keepsUnfinished, problem.isPrompt, let whole = Self.wholeCharacters(of: bytes) {
        return .cut(Record(prompt: problem.problem, solution: whole, origin: origin))
      }
      return .unfinished(text: text, reason: "no end after \(written.count) tokens")
    }
    // Invalid UTF-8 is replaced on decoding, so the bytes do not come back.
    if !text.utf8.elementsEqual(bytes) {
      let same = zip(text.utf8, bytes).prefix { $0 == $1 }.count
      return .rejected(
        text: text, step: Self.line(after: Array(bytes.prefix(same))),
        reason: "unreadable: no UTF-8 at byte \(same)", why: .trace)
    }
    if problem.isPrompt {
      return .unchecked(Record(prompt: problem.problem, solution: text, origin: origin))
    }
    guard let verifier = Verifiers.named(problem.family) else {
      return .rejected(text: text, step: 0, reason: "no verifier knows the family", why: .trace)
    }
    let given = Array(problem.problem.utf8)
    if readsAnswers, let verdict = verifier.judgeAnswer(problem: given, text: bytes) {
      switch verdict {
      case .right(let answer): return accepted(problem, text, answer, verifier, level: "answer")
      case .wrong(let step, _, let reason):
        return .rejected(text: text, step: step, reason: reason, why: .wrongAnswer)
      case .missing(let step, let reason):
        return .rejected(text: text, step: step, reason: reason, why: .missingAnswer)
      case .unclear(let step, let reason):
        return .rejected(text: text, step: step, reason: reason, why: .unclearAnswer)
      }
    }
    switch verifier.verify(problem: given, solution: bytes) {
    case .rejected(let step, let reason):
      return .rejected(text: text, step: step, reason: reason, why: .trace)
    case .accepted(let answer): return accepted(problem, text, answer, verifier, level: "steps")
    }
  }

  private func accepted(
    _ problem: Record, _ text: String, _ answer: String, _ verifier: any Verifier, level: String
  ) -> Attempt {
    .accepted(
      Record(
        family: problem.family, level: problem.level, knobs: problem.knobs,
        problem: problem.problem, solution: text, answer: answer, content: problem.content,
        origin: origin,
        checker: Record.Checker(
          name: verifier.family, version: verifier.version, verdict: Self.acceptedVerdict,
          level: level)))
  }

  /// The text of bytes that a limit of tokens may have cut in the middle of a character; `nil` where
  /// there is none, or where something else is wrong with it.
  private static func wholeCharacters(of bytes: [UInt8]) -> String? {
    // The first byte of a character says how many follow; at most three may be left over.
    for tail in 0...min(3, bytes.count) {
      let text = String(decoding: bytes.dropLast(tail), as: UTF8.self)
      guard text.utf8.elementsEqual(bytes.dropLast(tail)) else { continue }
      let isCut = bytes.suffix(tail).first.map { $0 >= 0xC2 && $0 <= 0xF4 } ?? true
      return isCut && !text.isEmpty ? text : nil
    }
    return nil
  }

  /// The line, counted from 1, on which the byte after these stands.
  private static func line(after bytes: [UInt8]) -> Int { 1 + bytes.count { $0 == 0x0A } }
}
