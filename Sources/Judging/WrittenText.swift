public import Records
public import Tokenization

/// Tokens that a model wrote, decoded as text, and what prevents them from being a text.
public struct WrittenText: Sendable, Equatable {
  /// A fault in the tokens that the decoded text does not show.
  public struct Flaw: Sendable, Equatable {
    /// The line it is on, counted from 1.
    public let line: Int
    /// What is wrong, for people.
    public let reason: String
    /// What kind of token or byte it is.
    public let kind: Kind

    /// What decoding hides.
    public enum Kind: Sendable, Equatable {
      /// A special token, which stands for no bytes.
      case specialToken
      /// An id that the tokenizer does not know.
      case unknownId
      /// The bytes are not UTF-8.
      case notUTF8
    }
  }

  /// The bytes of all tokens that the tokenizer knows.
  public let bytes: [UInt8]
  /// The bytes as text, with invalid UTF-8 replaced.
  public let text: String
  /// Tokens written, including the end.
  public let tokenCount: Int
  /// Whether it came to an end.
  public let isFinished: Bool
  /// The first flaw, which `text` only shows as something missing or replaced.
  public let flaw: Flaw?

  /// - Parameter tokens: what was written, with the end token if one was written.
  public init(_ tokens: [Int32], wrapping: Wrapping) throws(TokenizerError) {
    let tokenizer = wrapping.tokenizer
    tokenCount = tokens.count
    isFinished = tokens.last.map(wrapping.endIds.contains) ?? false
    let written = isFinished ? Array(tokens.dropLast()) : tokens
    bytes = try tokenizer.decode(written.filter(tokenizer.knows))
    text = String(decoding: bytes, as: UTF8.self)
    // Special tokens and ids that the tokenizer does not know decode to no bytes: without this
    // check they would vanish from the text.
    if let wrong = written.firstIndex(where: { wrapping.isSpecial($0) || !tokenizer.knows($0) }) {
      let id = written[wrong]
      let isKnown = tokenizer.knows(id)
      flaw = Flaw(
        line: Self.line(after: try tokenizer.decode(Array(written[..<wrong]))),
        reason: isKnown
          ? "the token \(tokenizer.spelling(of: id)) stands in the text"
          : "the id \(id) stands in the text, which is no token of the tokenizer",
        kind: isKnown ? .specialToken : .unknownId)
    } else if !text.utf8.elementsEqual(bytes) {
      // Invalid UTF-8 was replaced, so the bytes do not come back.
      let same = zip(text.utf8, bytes).prefix { $0 == $1 }.count
      flaw = Flaw(
        line: Self.line(after: Array(bytes.prefix(same))),
        reason: "unreadable: no UTF-8 at byte \(same)", kind: .notUTF8)
    } else {
      flaw = nil
    }
  }

  /// A text that came as such, whatever tokens it was written in.
  ///
  /// - Parameter tokenCount: as its writer counts them.
  public init(_ text: String, tokenCount: Int, isFinished: Bool) {
    self.text = text
    bytes = Array(text.utf8)
    self.tokenCount = tokenCount
    self.isFinished = isFinished
    flaw = nil
  }

  /// The line, counted from 1, of the byte after the last.
  var endLine: Int { Self.line(after: bytes) }

  private static func line(after bytes: [UInt8]) -> Int { 1 + bytes.count { $0 == 0x0A } }
}

extension Judge {
  /// Judges what a model wrote for a record's problem.
  ///
  /// A flaw is a bad line like any other: the first bad line counts, whatever is wrong with it. A
  /// text that did not come to its end is `unfinished`, unless it holds a special token or an
  /// unknown id.
  public func judge(_ written: WrittenText, for record: Record) -> Judgement {
    let judged = judge(written.bytes.span, for: record)
    if let flaw = written.flaw, written.isFinished || flaw.kind != .notUTF8 {
      if judged.outcome == .unknownFamily { return judged }
      if let step = judged.firstBadLine, step < flaw.line { return judged }
      let fault: Judgement.Fault = flaw.kind == .unknownId ? .unknownId : .trace
      return Judgement(
        .rejected(step: flaw.line, reason: flaw.reason, fault: fault), by: judged.checker)
    }
    guard !written.isFinished, judged.outcome != .unknownFamily else { return judged }
    return Judgement(
      .unfinished(
        step: min(judged.firstBadLine ?? .max, written.endLine),
        reason: "no end after \(written.tokenCount) tokens"),
      by: judged.checker)
  }
}
