internal import Judging
internal import Records
internal import Tokenization

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

  typealias Fault = Judgement.Fault

  /// The record that is kept; `nil` for what is not.
  var record: Record? {
    switch self {
    case .accepted(let record), .unchecked(let record), .cut(let record): record
    case .rejected, .unfinished: nil
    }
  }
}

/// How closely texts of a family are judged.
enum JudgingLevel: String, CaseIterable, Sendable {
  /// Every line, as the family's grammar has it.
  case steps
  /// The answer that a free text states.
  case answer
  /// Lines where the teacher was trained on traces, answers of a teacher from elsewhere.
  case auto

  func rule(for tokenizer: Tokenizer) -> Judge.Rule {
    switch self {
    case .steps: .steps
    case .answer: .answer
    case .auto: tokenizer.isRetort ? .steps : .answer
    }
  }
}

/// Turns what a teacher wrote into records of its own.
struct AttemptReader: Sendable {
  /// SHA-256 of the model that writes, in hex.
  let fingerprint: String
  let wrapping: Wrapping
  let level: JudgingLevel
  /// Whether free texts are kept that were cut before their end.
  var keepsUnfinished = false

  /// Hex digits of the fingerprint that name the teacher in `origin`.
  static let originDigits = 16

  private var origin: Record.Origin {
    .teacher(String(fingerprint.prefix(Self.originDigits)))
  }

  /// - Parameters:
  ///   - problem: the record whose problem was given.
  ///   - tokens: what was written, including the end token, if one was written.
  func read(_ tokens: [Int32], for problem: Record) throws(TokenizerError) -> Attempt {
    let written = try WrittenText(tokens, wrapping: wrapping)
    let judgement = Judge(level.rule(for: wrapping.tokenizer)).judge(written, for: problem)
    switch judgement.outcome {
    case .accepted(let answer):
      return .accepted(
        Record(
          family: problem.family, level: problem.level, knobs: problem.knobs,
          problem: problem.problem, solution: written.text, answer: answer,
          content: problem.content, origin: origin, checker: judgement.checker))
    case .rejected(let step, let reason, let fault):
      return .rejected(text: written.text, step: step, reason: reason, why: fault)
    case .unfinished(_, let reason):
      if keepsUnfinished, problem.isPrompt, let whole = Self.wholeCharacters(of: written.bytes) {
        return .cut(Record(prompt: problem.problem, solution: whole, origin: origin))
      }
      return .unfinished(text: written.text, reason: reason)
    case .unchecked:
      return .unchecked(Record(prompt: problem.problem, solution: written.text, origin: origin))
    case .unknownFamily:
      return .rejected(
        text: written.text, step: 0, reason: "no verifier knows the family", why: .trace)
    }
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
}
