internal import Files
internal import Records
internal import Tokenization
internal import Verifiers

/// What a teacher wrote for one problem, once it has been judged.
enum Attempt: Sendable, Equatable {
  /// The verifier accepted every line; `record` is the new record.
  case accepted(Record)
  /// The first bad line (a missing one has the number it should have had) and why.
  case rejected(text: String, step: Int, reason: String)
  /// It did not come to an end.
  case unfinished(text: String, reason: String)
}

/// Judges written tokens from their text alone.
struct Judge: Sendable {
  /// SHA-256 of the model that writes, in hex.
  let fingerprint: String
  let tokenizer: Tokenizer

  /// Hex digits of the fingerprint that name the teacher in `origin`.
  static let originDigits = 16

  /// - Parameters:
  ///   - problem: the record whose problem was given.
  ///   - tokens: what was written, with the token of the end where it came to one.
  func judge(_ problem: Record, tokens: [Int32]) throws(TokenizerError) -> Attempt {
    let isFinished = tokens.last == Tokenizer.eosId
    let written = isFinished ? Array(tokens.dropLast()) : tokens
    // Special tokens stand for no bytes: without a look they would vanish from the text.
    let special = written.firstIndex { $0 < Int32(Tokenizer.specialTokens.count) }
    let bytes = try tokenizer.decode(written)
    let text = String(decoding: bytes, as: UTF8.self)
    if let special {
      let before = try tokenizer.decode(Array(written[..<special]))
      let name = Tokenizer.specialTokens[Int(written[special])]
      return .rejected(
        text: text, step: Self.line(after: before), reason: "the token \(name) stands in the text")
    }
    guard isFinished else {
      return .unfinished(text: text, reason: "no end after \(written.count) tokens")
    }
    // Invalid UTF-8 is replaced on decoding, so the bytes do not come back.
    if !text.utf8.elementsEqual(bytes) {
      let same = zip(text.utf8, bytes).prefix { $0 == $1 }.count
      return .rejected(
        text: text, step: Self.line(after: Array(bytes.prefix(same))),
        reason: "unreadable: no UTF-8 at byte \(same)")
    }
    guard let verifier = Verifiers.named(problem.family) else {
      return .rejected(text: text, step: 0, reason: "no verifier knows the family")
    }
    switch verifier.verify(problem: Array(problem.problem.utf8), solution: bytes) {
    case .rejected(let step, let reason): return .rejected(text: text, step: step, reason: reason)
    case .accepted(let answer):
      return .accepted(
        Record(
          family: problem.family, level: problem.level, knobs: problem.knobs,
          problem: problem.problem, solution: text, answer: answer, content: problem.content,
          origin: .teacher(String(fingerprint.prefix(Self.originDigits))),
          checker: Record.Checker(
            name: verifier.family, version: verifier.version, verdict: "accepted",
            level: "steps")))
    }
  }

  /// The line, counted from 1, on which the byte after these stands.
  private static func line(after bytes: [UInt8]) -> Int { 1 + bytes.count { $0 == 0x0A } }
}
