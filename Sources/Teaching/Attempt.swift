internal import Judging
internal import Records
internal import Tokenization

/// What a teacher wrote for one problem, after judging.
enum Attempt: Sendable, Equatable {
  /// The verifier accepted it; `record` is the new record.
  case accepted(Record)
  /// Free text, which no verifier can judge.
  case unchecked(Record)
  /// Free text that was cut at the limit: only a beginning, after which no end of text may be
  /// learnt.
  case cut(Record)
  /// The first bad line (a missing one has the number it should have had) and why.
  case rejected(text: String, step: Int, reason: String, why: Fault)
  /// The text did not come to an end.
  case unfinished(text: String, reason: String)
  /// One of these two, kept with its verdict; `fault` is nil for a text without its end, after
  /// which none may be learnt.
  case wrong(Record, fault: Fault?)

  typealias Fault = Judgement.Fault

  /// The record to keep; `nil` if there is none.
  var record: Record? {
    switch self {
    case .accepted(let record), .unchecked(let record), .cut(let record), .wrong(let record, _):
      record
    case .rejected, .unfinished: nil
    }
  }

  /// Whether the text was cut before its end.
  var isCut: Bool {
    switch self {
    case .cut, .wrong(_, fault: nil): true
    default: false
    }
  }
}

/// How closely texts of a family are judged.
enum JudgingLevel: String, CaseIterable, Sendable {
  /// Every line, by the family's grammar.
  case steps
  /// The answer that a free text states.
  case answer
  /// Lines if the teacher was trained on traces, answers if it was imported.
  case auto

  func rule(for tokenizer: Tokenizer) -> Judge.Rule {
    switch self {
    case .steps: .steps
    case .answer: .answer
    case .auto: tokenizer.isRetort ? .steps : .answer
    }
  }
}

/// Turns what a teacher wrote into new records.
struct AttemptReader: Sendable {
  /// SHA-256 of the model that writes, in hex.
  let fingerprint: String
  let rule: Judge.Rule
  /// Whether free texts that were cut before their end are kept.
  var keepsUnfinished = false
  /// Whether texts that the verifier rejects are kept, with that verdict.
  var keepsWrong = false

  /// Hex digits of the fingerprint that name the teacher in `origin`.
  static let originDigits = 16

  private var origin: Record.Origin {
    .teacher(String(fingerprint.prefix(Self.originDigits)))
  }

  /// - Parameters:
  ///   - written: what was written.
  ///   - problem: the record whose problem was given.
  func read(_ written: WrittenText, for problem: Record) -> Attempt {
    let judgement = Judge(rule).judge(written, for: problem)
    switch judgement.outcome {
    case .accepted(let answer):
      return .accepted(
        Record(
          family: problem.family, level: problem.level, knobs: problem.knobs,
          problem: problem.problem, solution: written.text, answer: answer,
          content: problem.content, origin: origin, checker: judgement.checker))
    case .rejected(let step, let reason, let fault):
      // A token that stands for no bytes does not show in the text: a record would be another one.
      if keepsWrong, written.flaw == nil || written.flaw?.kind == .notUTF8, !written.text.isEmpty,
        let wrong = wrong(written.text, judgement, problem)
      {
        return .wrong(wrong, fault: fault)
      }
      return .rejected(text: written.text, step: step, reason: reason, why: fault)
    case .unfinished(_, let reason):
      if keepsUnfinished, problem.isPrompt, let whole = Self.wholeCharacters(of: written.bytes) {
        return .cut(Record(prompt: problem.problem, solution: whole, origin: origin))
      }
      // Nor does the missing end of a trace that is right so far.
      if keepsWrong, !problem.isPrompt, let whole = Self.wholeCharacters(of: written.bytes),
        !Judge(rule).judge(whole.utf8.span, for: problem).isAccepted,
        let wrong = wrong(whole, judgement, problem)
      {
        return .wrong(wrong, fault: nil)
      }
      return .unfinished(text: written.text, reason: reason)
    case .unchecked:
      return .unchecked(Record(prompt: problem.problem, solution: written.text, origin: origin))
    case .unknownFamily:
      return .rejected(
        text: written.text, step: 0, reason: "no verifier knows the family", why: .trace)
    }
  }

  /// The text with the verdict on it; it has no answer that could be held to the problem.
  private func wrong(
    _ text: String, _ judgement: Judgement, _ problem: Record
  ) -> Record? {
    guard var checker = judgement.checker else { return nil }
    checker.verdict = .rejected
    return Record(
      family: problem.family, level: problem.level, knobs: problem.knobs,
      problem: problem.problem, solution: text, answer: nil, content: problem.content,
      origin: origin, checker: checker)
  }

  /// The text of bytes that a token limit may have cut in the middle of a character; `nil` if no
  /// text is left, or the bytes are invalid in another way.
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
}
